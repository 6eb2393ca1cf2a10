"""How well a model did on labelled pictures: every figure with its n and its interval."""

import csv
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float32, Int64

from hardy.errors import InputError, ShapeError
from hardy.findings import Proportion


@dataclass(frozen=True)
class ClassFigures:
    """One class: of those called it, how many are (precision); of those that are, how many were called it (recall)."""

    name: str
    precision: Proportion
    recall: Proportion


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Predictions beside the truth, row by row.

    Args:
        name: what was evaluated, such as "test".
        classes: names in the order of their numbers.
        ids: every sample's id.
        paths: where each lies.
        labels: true class numbers.
        probabilities: (N, classes), each row adds up to 1.

    Example:
        >>> two = np.array([[0.9, 0.1], [0.6, 0.4]], np.float32)
        >>> e = Evaluation("test", ("cat", "dog"), ("a", "b"), ("a.png", "b.png"), np.array([0, 1]), two)
        >>> str(e.accuracy), e.confusion.tolist()
        ('50.0% (9.5–90.5, n=2)', [[1, 0], [1, 0]])
    """

    name: str
    classes: tuple[str, ...]
    ids: tuple[str, ...]
    paths: tuple[str, ...]
    labels: Int64[np.ndarray, "n"]
    probabilities: Float32[np.ndarray, "n k"]

    def __post_init__(self) -> None:
        if self.probabilities.shape != (len(self.labels), len(self.classes)):
            raise ShapeError(
                f"{len(self.labels)} labels of {len(self.classes)} classes need probabilities of that shape, "
                f"got {self.probabilities.shape}"
            )

    @cached_property
    def predicted(self) -> Int64[np.ndarray, "n"]:
        """The most probable class of each row; the first of equals."""
        return self.probabilities.argmax(axis=1)

    @cached_property
    def accuracy(self) -> Proportion:
        """The share of rows whose most probable class is the true one."""
        return Proportion(int((self.predicted == self.labels).sum()), len(self.labels))

    @cached_property
    def confusion(self) -> Int64[np.ndarray, "k k"]:
        """Counts, true class down, predicted class across."""
        size = len(self.classes)
        return np.bincount(self.labels * size + self.predicted, minlength=size * size).reshape(size, size)

    @cached_property
    def per_class(self) -> tuple[ClassFigures, ...]:
        """Precision and recall of each class."""
        right, true, called = np.diag(self.confusion), self.confusion.sum(axis=1), self.confusion.sum(axis=0)
        return tuple(
            ClassFigures(name, Proportion(int(right[i]), int(called[i])), Proportion(int(right[i]), int(true[i])))
            for i, name in enumerate(self.classes)
        )

    @cached_property
    def mean_precision(self) -> float:
        """Precision averaged over classes that occur; a class that is never called counts 0, as in scikit-learn."""
        values = [f.precision.value if f.precision.n else 0.0 for f in self.per_class if f.precision.n or f.recall.n]
        return float(np.mean(values)) if values else float("nan")

    @cached_property
    def loss(self) -> float:
        """Mean cross-entropy in nats; a probability of 0 counts as 1e-12."""
        own = self.probabilities[np.arange(len(self.labels)), self.labels].astype(np.float64)
        return float(-np.log(np.maximum(own, 1e-12)).mean()) if len(own) else float("nan")

    def worst_mistakes(self, count: int) -> Int64[np.ndarray, "m"]:
        """Rows that are wrong, the surest of them first."""
        wrong = np.flatnonzero(self.predicted != self.labels)
        surest = np.argsort(-self.probabilities[wrong, self.predicted[wrong]], kind="stable")
        return wrong[surest[:count]]

    def to_dict(self) -> dict[str, Any]:
        """For JSON: the figures, without the rows."""
        return {
            "name": self.name,
            "accuracy": self.accuracy.to_dict(),
            "loss": self.loss,
            "mean_precision": self.mean_precision,
            "classes": [
                {"name": f.name, "precision": f.precision.to_dict(), "recall": f.recall.to_dict()}
                for f in self.per_class
            ],
            "confusion": self.confusion.tolist(),
        }

    @classmethod
    def from_csv(cls, path: Path, name: str = "test") -> "Evaluation":
        """Read a `predictions.csv` that has the true classes.

        Raises:
            InputError: it is missing, or not such a table; the message names it.
        """
        try:
            with path.open(newline="", encoding="utf-8", errors="surrogateescape") as file:
                header, *rows = list(csv.reader(file))
            if header[:4] != ["id", "path", "true", "predicted"] or not rows:
                raise InputError(f"{path} is no table of predictions beside the truth")
            classes = tuple(entry.removeprefix("p:") for entry in header[4:])
            numbers = {entry: number for number, entry in enumerate(classes)}
            return cls(
                name=name,
                classes=classes,
                ids=tuple(row[0] for row in rows),
                paths=tuple(row[1] for row in rows),
                labels=np.array([numbers[row[2]] for row in rows], np.int64),
                probabilities=np.array([row[4:] for row in rows], np.float32),
            )
        except OSError as error:
            raise InputError(f"cannot read {path}: {error.strerror}") from error
        except (ValueError, KeyError, IndexError, csv.Error) as error:
            raise InputError(f"{path} is no table of predictions beside the truth: {error}") from error
