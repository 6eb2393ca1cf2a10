"""A few rectangles blank."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.arguments import Extent, extent, whole
from hardy.augmentation.erasing.hole_kernels import draw_holes
from hardy.augmentation.erasing.holes import Erasing, Holes
from hardy.augmentation.kinds import Row
from hardy.augmentation.transform import Parameters
from hardy.errors import InputError

_MOST = 1000  # holes


@dataclass(frozen=True)
class CoarseDropout(Erasing):
    """Fill some rectangles, wholly inside of the picture, all places equally likely.

    Boxes and keypoints stay; masks are filled where `fill_mask` is given.

    Args:
        num_holes_range: how many: a pair (low, high), both included, or a number for exactly that.
        hole_height_range: a pair (low, high), or a number for exactly that: a share of the picture's height, 0..1, or
            pixels where all are whole numbers of 1 or more.
        hole_width_range: the same of the width.
        fill: in the picture's own units, a number or one per channel; "random": every value its own number;
            "random_uniform": every hole its own colour.
        fill_mask: the value in masks; None leaves masks as they are.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "CoarseDropout#0", "CoarseDropout#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> one = CoarseDropout(num_holes_range=1, hole_height_range=3, hole_width_range=2, p=1)
        >>> int((Compose([one])(image=np.ones((17, 11, 1), np.uint8))["image"] == 0).sum())
        6

    Source: DeVries and Taylor, "Improved regularization of convolutional neural networks with cutout", 2017;
    Albumentations' `CoarseDropout` without its inpainting.
    """

    num_holes_range: Any = (1, 2)
    hole_height_range: Any = (0.1, 0.2)
    hole_width_range: Any = (0.1, 0.2)
    fill: Any = 0
    fill_mask: Any = None
    p: Any = 0.5
    key: Any = None

    def __post_init__(self) -> None:
        super().__post_init__()
        what = "CoarseDropout(num_holes_range=…)"
        low, high = extent(what, self.num_holes_range, 1, _MOST, None)
        object.__setattr__(self, "num_holes_range", (whole(what, low), whole(what, high)))
        for argument in ("hole_height_range", "hole_width_range"):
            limits = extent(f"CoarseDropout({argument}=…)", getattr(self, argument), 0, centre=None)
            if not _in_pixels(limits) and limits[1] > 1:
                raise InputError(
                    f"CoarseDropout({argument}=…): expected shares of 0..1 or whole numbers of pixels, got {limits}"
                )
            object.__setattr__(self, argument, limits)

    @property
    def draws(self) -> int:  # type: ignore[override]
        """How many holes; and for each a height, a width and a place."""
        return 1 + 4 * self.num_holes_range[1]

    def parameters(self, uniform: Float64[np.ndarray, "n draws"], sizes_hw: Int64[np.ndarray, "n 2"]) -> Parameters:
        found = np.empty((len(uniform), self.num_holes_range[1], 4), np.int64)
        sides = self.hole_height_range, self.hole_width_range
        pixels = _in_pixels(sides[0]), _in_pixels(sides[1])
        heights, widths = (tuple(map(float, side)) for side in sides)
        draw_holes(uniform, sizes_hw, self.num_holes_range, heights, widths, pixels, found)
        return {"holes": found}

    def holes(self, parameters: Row, size_hw: tuple[int, int]) -> Holes:  # noqa: ARG002
        return parameters["holes"]


def _in_pixels(limits: Extent) -> bool:
    return all(isinstance(end, int) and end >= 1 for end in limits)
