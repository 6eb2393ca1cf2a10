"""What the challenges came to: one line per set, the plain test set first."""

import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Shaped

from hardy.errors import InputError
from hardy.files import read_json, write_file, write_json
from hardy.findings import Proportion

SCORES = "scorecard.json"
EXAMPLES = "scorecard.npz"


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
            "example_notes": list(self.example_notes),
            "example_right": list(self.example_right),
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

    def save(self, folder: Path) -> None:
        """Write `scorecard.json`, and the example pictures as `scorecard.npz`."""
        buffer = io.BytesIO()
        examples: dict[str, Any] = {score.name: score.examples for score in self.scores}
        np.savez_compressed(buffer, **examples)
        write_file(folder / EXAMPLES, buffer.getvalue())
        write_json(folder / SCORES, self.to_dict())

    @classmethod
    def load(cls, folder: Path) -> "Scorecard":
        """Read both files.

        Raises:
            InputError: one is missing or damaged; the message names it.
        """
        value = read_json(folder / SCORES)
        try:
            with (folder / EXAMPLES).open("rb") as file, np.load(file, allow_pickle=False) as examples:
                scores = tuple(
                    Score(
                        name=entry["name"],
                        description=entry["description"],
                        accuracy=Proportion(entry["accuracy"]["successes"], entry["accuracy"]["n"]),
                        mean_precision=entry["mean_precision"],
                        examples=examples[entry["name"]],
                        example_notes=tuple(entry["example_notes"]),
                        example_right=tuple(entry["example_right"]),
                    )
                    for entry in value["scores"]
                )
            return cls(value["model"], scores)
        except (
            OSError,
            EOFError,
            KeyError,
            TypeError,
            ValueError,
            RuntimeError,
            zipfile.BadZipFile,
            zlib.error,
        ) as error:
            raise InputError(f"the scorecard in {folder} is damaged: {error}; challenge again") from error
