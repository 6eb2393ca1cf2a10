"""The course of a training: one row per epoch, as `metrics.csv` holds it."""

import csv
import io
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from hardy.errors import InputError


@dataclass(frozen=True)
class EpochMetrics:
    """One epoch.

    Args:
        epoch: counted from 1.
        train_loss: mean cross-entropy over the epoch's (augmented) training images, in nats.
        train_accuracy: of the same, 0..1; where pictures are mixed, right is the class with the larger share.
        val_loss: on the validation rows after the epoch; NaN where there are none.
        val_accuracy: of the same.
        learning_rate: at the epoch's end.
        seconds: the epoch took, without evaluation.
    """

    epoch: int
    train_loss: float
    train_accuracy: float
    val_loss: float
    val_accuracy: float
    learning_rate: float
    seconds: float


def to_csv(history: list[EpochMetrics]) -> str:
    """The rows with a header, numbers written so that they read back equal."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, [field.name for field in fields(EpochMetrics)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(row) for row in history)
    return buffer.getvalue()


def read_csv(path: Path) -> list[EpochMetrics]:
    """Read `metrics.csv`.

    Raises:
        InputError: it is missing or not what we wrote.
    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        return [
            EpochMetrics(int(row["epoch"]), *(float(row[field.name]) for field in fields(EpochMetrics)[1:]))
            for row in rows
        ]
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    except (KeyError, ValueError, TypeError, csv.Error) as error:
        raise InputError(f"{path} is not a table of epochs: {error}") from error
