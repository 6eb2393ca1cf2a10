"""A grid whose cells are stretched."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.arguments import extent, one_of, whole
from hardy.augmentation.kinds import Distortion, Row
from hardy.augmentation.transform import Parameters, between


@dataclass(frozen=True)
class GridDistortion(Distortion):
    """Divide the picture into columns and rows, and take each from a part of another width or height.

    Args:
        num_steps: how many columns, and rows.
        distort_limit: how much wider the part is, as a share: a number v for −v..v, or a pair (low, high) above −1.
        interpolation: "nearest", "linear" or "cubic".
        normalized: True scales the parts so that together they are the whole picture and nothing comes in from
            outside.
        mask_interpolation: of masks.
        p: the probability, 0..1.
        border_mode: what comes in: "constant", "edge", "reflect", "symmetric" or "wrap".
        fill: the value outside for "constant", in the picture's own units; a number, or one per channel.
        fill_mask: the same for masks.
        key: what the random numbers are drawn under; by default "GridDistortion#0", "GridDistortion#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> plan = Compose([GridDistortion(p=1)]).plan(["ab" * 16], sizes_hw=(17, 11))
        >>> plan.steps[0].parameters["columns"].shape
        (1, 5)

    Source: Albumentations' `GridDistortion`; our cells are equal, where the rest of a division makes one more there.
    """

    num_steps: Any = 5
    distort_limit: Any = (-0.3, 0.3)
    interpolation: Any = "linear"
    normalized: Any = True
    mask_interpolation: Any = "nearest"
    p: Any = 0.5
    border_mode: Any = "constant"
    fill: Any = 0
    fill_mask: Any = 0
    key: Any = None

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "num_steps", whole("GridDistortion(num_steps=…)", self.num_steps))
        limit = extent("GridDistortion(distort_limit=…)", self.distort_limit, -0.99)
        object.__setattr__(self, "distort_limit", limit)
        one_of("GridDistortion(normalized=…)", self.normalized, (False, True))

    @property
    def draws(self) -> int:  # type: ignore[override]
        """Two for each step."""
        return 2 * self.num_steps

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        parts = 1 + between(uniform, self.distort_limit)
        found = {"columns": parts[:, : self.num_steps], "rows": parts[:, self.num_steps :]}
        if not self.normalized:
            return found
        return {name: values * (self.num_steps / values.sum(1, keepdims=True)) for name, values in found.items()}

    def field(
        self,
        parameters: Row,
        size_hw: tuple[int, int],
        generator: np.random.Generator,  # noqa: ARG002
    ) -> Float64[np.ndarray, "2 h w"]:
        lines = np.linspace(0, 1, self.num_steps + 1)
        axes = []
        for parts, length in ((parameters["rows"], size_hw[0]), (parameters["columns"], size_hw[1])):
            ends = np.concatenate([[0.0], np.cumsum(parts)]) / self.num_steps
            axes.append(np.interp((np.arange(length) + 0.5) / length, lines, ends) * length - 0.5)
        field = np.empty((2, *size_hw))
        field[0], field[1] = axes[0][:, None], axes[1]
        return field
