import math
from pathlib import Path

import pytest

from hardy.errors import InputError
from hardy.training.history import EpochMetrics, read_csv, to_csv

ROWS = [EpochMetrics(1, 1 / 3, 0.1, 2.5, 0.7, 1e-17, 12.25), EpochMetrics(2, 0.1 + 0.2, 1.0, 0.0, 0.9, 0.01, 1e6)]


def test_numbers_read_back_equal(tmp_path: Path) -> None:
    (tmp_path / "metrics.csv").write_text(to_csv(ROWS))
    assert read_csv(tmp_path / "metrics.csv") == ROWS


def test_no_validation_stays_unknown(tmp_path: Path) -> None:
    nan = float("nan")
    (tmp_path / "metrics.csv").write_text(to_csv([EpochMetrics(1, 0.5, 0.5, nan, nan, 0.1, 1.0)]))
    (row,) = read_csv(tmp_path / "metrics.csv")
    assert math.isnan(row.val_loss) and math.isnan(row.val_accuracy)
    assert row.train_loss == 0.5


def test_no_epochs(tmp_path: Path) -> None:
    (tmp_path / "metrics.csv").write_text(to_csv([]))
    assert read_csv(tmp_path / "metrics.csv") == []
    assert to_csv([]).strip() == "epoch,train_loss,train_accuracy,val_loss,val_accuracy,learning_rate,seconds"


HEAD = to_csv([])


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe\x00",
        b"a,b\n1,2\n",
        HEAD.encode() + b"1,2,3\n",
        HEAD.encode() + b"one,1,1,1,1,1,1\n",
        HEAD.encode() + b"1,1,1,1,x,1,1\n",
        HEAD.encode() + b'1,"' + b"9" * 200_000,  # a quotation mark that is never closed
    ],
)
def test_what_is_no_table_of_epochs_is_named(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "metrics.csv").write_bytes(data)
    with pytest.raises(InputError, match=r"metrics\.csv"):
        read_csv(tmp_path / "metrics.csv")


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot read .*metrics\.csv: No such file"):
        read_csv(tmp_path / "metrics.csv")
