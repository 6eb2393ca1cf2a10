"""A grid of rectangles blank."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.arguments import extent, number, whole
from hardy.augmentation.erasing.holes import Erasing, Holes
from hardy.augmentation.kinds import Row
from hardy.augmentation.transform import Parameters
from hardy.errors import InputError

_HOLES = 10  # along each side, by default


@dataclass(frozen=True)
class GridDropout(Erasing):
    """Fill a rectangle in each cell of a grid.

    Boxes and keypoints stay; masks are filled where `fill_mask` is given.

    Args:
        ratio: of the rectangle's sides to the cell's, above 0 and below 1.
        random_offset: the grid begins anywhere, as far as the first holes are whole; otherwise at `shift_xy`.
        unit_size_range: the side of a square cell in pixels, 2 or more: a pair (low, high), both included.
        holes_number_xy: how many cells there are along the width and along the height, in place of `unit_size_range`;
            with neither there are ten along each.
        shift_xy: where the first hole begins, in pixels from the left and from the top; within its cell.
        fill: in the picture's own units, a number or one per channel; "random": every value its own number;
            "random_uniform": every hole its own colour.
        fill_mask: the value in masks; None leaves masks as they are.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "GridDropout#0", "GridDropout#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> grid = GridDropout(random_offset=False, unit_size_range=(4, 4), p=1)
        >>> Compose([grid])(image=np.ones((1, 8, 1), np.uint8))["image"][0, :, 0]
        array([0, 0, 1, 1, 0, 0, 1, 1], dtype=uint8)

    Source: Chen and others, "GridMask data augmentation", 2020; Albumentations' `GridDropout` without its inpainting.
    """

    ratio: Any = 0.5
    random_offset: Any = True
    unit_size_range: Any = None
    holes_number_xy: Any = None
    shift_xy: Any = (0, 0)
    fill: Any = 0
    fill_mask: Any = None
    p: Any = 0.5
    key: Any = None
    draws: ClassVar[int] = 3

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < number("GridDropout(ratio=…)", self.ratio) < 1:
            raise InputError(f"GridDropout(ratio=…): expected a number between 0 and 1, got {self.ratio!r}")
        if not isinstance(self.random_offset, bool):
            raise InputError(f"GridDropout(random_offset=…): expected true or false, got {self.random_offset!r}")
        if self.unit_size_range is not None and self.holes_number_xy is not None:
            raise InputError("GridDropout: expected at most one of unit_size_range= and holes_number_xy=")
        if self.unit_size_range is not None:
            limits = extent("GridDropout(unit_size_range=…)", self.unit_size_range, 2, centre=None)
            object.__setattr__(self, "unit_size_range", _whole_pair("unit_size_range", limits, 2))
        if self.holes_number_xy is not None:
            object.__setattr__(self, "holes_number_xy", _whole_pair("holes_number_xy", self.holes_number_xy, 1))
        object.__setattr__(self, "shift_xy", _whole_pair("shift_xy", self.shift_xy, 0))

    def parameters(self, uniform: Float64[np.ndarray, "n draws"], sizes_hw: Int64[np.ndarray, "n 2"]) -> Parameters:
        if self.unit_size_range is not None:
            low, high = self.unit_size_range
            side = low + np.floor(uniform[:, :1] * (high - low + 1)).astype(np.int64)
            unit = np.repeat(side, 2, axis=1)
        else:
            across, down = self.holes_number_xy or (_HOLES, _HOLES)
            unit = np.maximum(2, sizes_hw // np.array([down, across]))
        hole = np.clip(np.floor(unit * self.ratio + 0.5), 1, unit - 1).astype(np.int64)
        if self.random_offset:
            shift = np.floor(uniform[:, 1:] * (unit - hole + 1)).astype(np.int64)
        else:
            shift = np.minimum(self.shift_xy[::-1], unit - hole)
        return {"unit_hw": unit, "hole_hw": hole, "shift_hw": shift}

    def holes(self, parameters: Row, size_hw: tuple[int, int]) -> Holes:
        starts, ends = [], []
        for axis, size in enumerate(size_hw):
            start = np.arange(parameters["shift_hw"][axis], size, parameters["unit_hw"][axis])
            starts.append(start)
            ends.append(np.minimum(start + parameters["hole_hw"][axis], size))
        corners = [np.stack(np.meshgrid(*some, indexing="ij"), axis=-1).reshape(-1, 2) for some in (starts, ends)]
        return np.concatenate(corners, axis=1).astype(np.int64)


def _whole_pair(argument: str, value: Any, low: int) -> tuple[int, int]:
    what = f"GridDropout({argument}=…)"
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise InputError(f"{what}: expected a pair of whole numbers of {low} or more, got {value!r}")
    return whole(what, value[0], low), whole(what, value[1], low)
