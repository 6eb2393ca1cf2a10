"""One rectangle blank, by its area."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.arguments import extent
from hardy.augmentation.erasing.hole_kernels import draw_hole
from hardy.augmentation.erasing.holes import Erasing, Holes
from hardy.augmentation.kinds import Row
from hardy.augmentation.transform import Parameters, between

_ATTEMPTS = 10


@dataclass(frozen=True)
class RandomErasing(Erasing):
    """Fill one rectangle of a drawn area and shape; where ten drawn ones in a row are too large, none.

    Boxes and keypoints stay; masks are filled where `fill_mask` is given.

    Args:
        scale: its area as a share of the picture's, 0..1: a pair (low, high), or a number for exactly that.
        ratio: its height by its width, above 0, drawn on a logarithmic scale: likewise.
        fill: in the picture's own units, a number or one per channel; "random": every value its own number;
            "random_uniform": one colour.
        fill_mask: the value in masks; None leaves masks as they are.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "RandomErasing#0", "RandomErasing#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> quarter = RandomErasing(scale=0.25, ratio=1, p=1)
        >>> int((Compose([quarter])(image=np.ones((20, 20, 1), np.uint8))["image"] == 0).sum())
        100

    Source: Zhong and others, "Random erasing data augmentation", 2017; torchvision's `RandomErasing`, Albumentations'
    `Erasing`.
    """

    scale: Any = (0.02, 0.33)
    ratio: Any = (0.3, 3.3)
    fill: Any = 0
    fill_mask: Any = None
    p: Any = 0.5
    key: Any = None
    draws: ClassVar[int] = 2 * _ATTEMPTS + 2

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "scale", extent("RandomErasing(scale=…)", self.scale, 0, 1, None))
        object.__setattr__(self, "ratio", extent("RandomErasing(ratio=…)", self.ratio, 1e-6, 1e6, None))

    def parameters(self, uniform: Float64[np.ndarray, "n draws"], sizes_hw: Int64[np.ndarray, "n 2"]) -> Parameters:
        ratios = np.exp(between(uniform[:, _ATTEMPTS:-2], self._log_ratio))
        found = np.empty((len(uniform), 4), np.int64)
        draw_hole(uniform, sizes_hw, float(self.scale[0]), float(self.scale[1]), ratios, found)
        return {"hole": found}

    @cached_property
    def _log_ratio(self) -> tuple[float, float]:
        """The range in which ratios are equally likely."""
        low, high = np.log(self.ratio)
        return low, high

    def holes(self, parameters: Row, size_hw: tuple[int, int]) -> Holes:  # noqa: ARG002
        return parameters["hole"][None]
