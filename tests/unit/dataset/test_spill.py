"""Tables made some rows at a time are the tables made at once."""

import errno
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from hardy import scratch
from hardy.dataset.dataset import SCHEMA, make_table
from hardy.dataset.sides import side_codes, side_column
from hardy.dataset.spill import TableBuilder, nulls, starts, take_rows
from hardy.errors import OutputError

COLUMNS = {
    "id": [f"{row:032x}" for row in range(17)],
    "label": [None if row % 5 == 0 else row % 3 for row in range(17)],
    "split": [[None, "val", "train", "test"][row % 4] for row in range(17)],
}


@pytest.fixture(autouse=True, params=[0, 300, 1 << 20])
def small(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """All in a file, some of it, nothing; five rows at a time."""
    monkeypatch.setattr("hardy.dataset.spill.MEMORY_BYTES", request.param)
    monkeypatch.setattr("hardy.dataset.spill.CHUNK_ROWS", 5)
    monkeypatch.setattr("hardy.scratch.MEMORY_BYTES", request.param)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)


def built() -> pa.Table:
    builder = TableBuilder(SCHEMA, list(COLUMNS))
    for rows in starts(17):
        builder.add(**{name: values[rows.start : rows.stop] for name, values in COLUMNS.items()})
    return builder.finish()


def test_a_table_by_pieces_equals_one_at_once(tmp_path: Path) -> None:
    table = built()
    assert table.column("id").num_chunks == 4
    assert table == make_table(**COLUMNS)
    table.validate(full=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "positions", [[], [16], list(range(17)), list(range(3, 16)), list(range(0, 17, 2)), [16, 0, 0, 9, 1, 2, 3, 15, 4]]
)
def test_rows_taken_by_pieces_are_those_taken_at_once(positions: list[int]) -> None:
    expected = make_table(**COLUMNS).take(pa.array(positions, pa.int64()))
    assert take_rows(built(), np.array(positions, np.int64)) == expected


@pytest.mark.parametrize("rows", [0, 4, 5, 11])
def test_nulls_of_any_number(rows: int) -> None:
    assert nulls(rows, pa.string()) == pa.chunked_array([pa.nulls(rows, pa.string())])


def test_sides_come_back() -> None:
    column = pa.chunked_array([COLUMNS["split"][:2], COLUMNS["split"][2:]], pa.string())
    assert side_column(side_codes(column)).to_pylist() == COLUMNS["split"]


def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        closed = False

        def write(self, _: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        def close(self) -> None:
            pass

        def flush(self) -> None:
            pass

    monkeypatch.setattr("hardy.dataset.spill.MEMORY_BYTES", 0)
    monkeypatch.setattr(scratch, "nameless_file", Full)
    with pytest.raises(OutputError, match="No space left on device"):
        built()
