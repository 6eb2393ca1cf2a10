"""A few rectangles blank."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.arguments import Extent, extent, whole
from hardy.augmentation.erasing.holes import Erasing, Holes, placed
from hardy.augmentation.kinds import Row
from hardy.augmentation.transform import Parameters, between
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
        low, high = self.num_holes_range
        count = low + np.floor(uniform[:, 0] * (high - low + 1)).astype(np.int64)
        draws = uniform[:, 1:].reshape(len(uniform), high, 4).transpose(2, 0, 1)
        room = np.repeat(sizes_hw.T[:, :, None], high, axis=2)
        heights = _lengths(draws[0], self.hole_height_range, room[0])
        widths = _lengths(draws[1], self.hole_width_range, room[1])
        holes = placed(draws[2:], np.stack([heights, widths]), room)
        holes[np.arange(high) >= count[:, None]] = 0
        return {"holes": holes}

    def holes(self, parameters: Row, size_hw: tuple[int, int]) -> Holes:  # noqa: ARG002
        return parameters["holes"]


def _in_pixels(limits: Extent) -> bool:
    return all(isinstance(end, int) and end >= 1 for end in limits)


def _lengths(
    uniform: Float64[np.ndarray, "n k"], limits: Extent, room: Int64[np.ndarray, "n k"]
) -> Int64[np.ndarray, "n k"]:
    """At least a pixel, at most the whole picture."""
    if _in_pixels(limits):
        found = limits[0] + np.floor(uniform * (limits[1] - limits[0] + 1))
    else:
        found = np.floor(between(uniform, limits) * room + 0.5)
    return np.clip(found, 1, room).astype(np.int64)
