"""How arrays hold pictures and labels: as levels or as a network's numbers, as class numbers or one-hot."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from jaxtyping import Int64, Shaped

from hardy.dataset import Preprocessing
from hardy.errors import InputError
from hardy.pixels import Images
from hardy.pixels.normalise import FLOATS

DType = Literal["uint8", "float16", "float32", "float64"]
Labels = Literal["integers", "one-hot"]


@dataclass(frozen=True)
class Values:
    """What stands in an exported array.

    Args:
        preprocessing: turns levels into numbers; None keeps the levels.
        dtype: of the numbers; None for levels as they are.
        labels: "integers", in the smallest unsigned type that holds the classes, or "one-hot".
    """

    preprocessing: Preprocessing | None = None
    dtype: DType | None = None
    labels: Labels = "integers"

    def __post_init__(self) -> None:
        if self.labels not in get_args(Labels):
            raise InputError(f"labels must be one of {', '.join(get_args(Labels))}; got {self.labels!r}")
        if self.preprocessing is not None and self.dtype not in FLOATS:
            raise InputError(f"normalised values need a dtype of {', '.join(FLOATS)}; got {self.dtype!r}")

    def images(self, levels: Images) -> Shaped[np.ndarray, "n h w c"]:
        """A few pictures as they are written."""
        if self.preprocessing is None:
            return levels
        return self.preprocessing.values(levels, str(self.dtype))

    def numbers(self, labels: Int64[np.ndarray, "n"], classes: int) -> Shaped[np.ndarray, "n ..."]:
        """Labels as they are written.

        Example:
            >>> Values().numbers(np.array([2, 0]), 3).dtype, Values(labels="one-hot").numbers(np.array([2, 0]), 3)
            (dtype('uint8'), array([[0, 0, 1],
                   [1, 0, 0]], dtype=uint8))

        Source: the handbook, Part 7.
        """
        if self.labels == "one-hot":
            return np.eye(classes, dtype=np.uint8)[labels]
        return labels.astype(np.min_scalar_type(max(classes - 1, 0)))

    def to_dict(self) -> dict[str, Any]:
        """For JSON; empty where everything is as found."""
        preprocessing = self.preprocessing.to_dict() if self.preprocessing else None
        given = {"preprocessing": preprocessing, "dtype": self.dtype, "labels": self.labels}
        return {name: value for name, value in given.items() if value not in (None, "integers")}
