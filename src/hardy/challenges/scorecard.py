"""What the challenges came to: one line per set, the plain test set first."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Shaped

from hardy.findings import Proportion


@dataclass(frozen=True, eq=False)
class Score:
    """One challenge set.

    Args:
        name: such as "inverted"; "test" is the set as it is.
        description: what was done to the pictures, in a few words with figures.
        accuracy: over all rows.
        mean_precision: averaged over classes.
        examples: a few of its pictures, (k, H, W, C) uint8, the same rows in every score.
        example_notes: for each the true and the predicted class, such as "7 → 1".
        example_right: whether each was right.
    """

    name: str
    description: str
    accuracy: Proportion
    mean_precision: float
    examples: Shaped[np.ndarray, "k h w c"]
    example_notes: tuple[str, ...]
    example_right: tuple[bool, ...]

    def to_dict(self) -> dict[str, Any]:
        """For JSON, without the pictures."""
        return {
            "name": self.name,
            "description": self.description,
            "accuracy": self.accuracy.to_dict(),
            "mean_precision": self.mean_precision,
        }


@dataclass(frozen=True)
class Scorecard:
    """All scores of one model, the plain test set first.

    Args:
        model: the model's name.
        scores: in the order they are shown.
    """

    model: str
    scores: tuple[Score, ...]

    def __getitem__(self, name: str) -> Score:
        for score in self.scores:
            if score.name == name:
                return score
        raise KeyError(name)

    @property
    def weakest(self) -> Score:
        """The set with the lowest accuracy."""
        return min(self.scores, key=lambda score: score.accuracy.value)

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"model": self.model, "scores": [score.to_dict() for score in self.scores]}
