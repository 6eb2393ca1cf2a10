"""Several transforms together, or none."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float64

from hardy.augmentation.combining.combination import Combination


@dataclass(frozen=True)
class Sometimes(Combination):
    """Give a sample all of the transforms, or none; each is then applied with its own `p`.

    Args:
        transforms: in their order.
        p: the probability of all, 0..1.
        key: what the random numbers are drawn under; by default "Sometimes#0", "Sometimes#1", …

    Raises:
        InputError: no transforms.

    Example:
        >>> from hardy.augmentation import Compose, HorizontalFlip, Invert
        >>> alter = Compose([Sometimes([HorizontalFlip(p=1), Invert(p=1)], p=0)])
        >>> any(step.applied[0] for step in alter.plan(["ab" * 16], sizes_hw=(17, 11)).steps)
        False

    Source: imgaug's `Sometimes`; Albumentations' `Sequential` with its `p`.
    """

    transforms: Any
    p: Any = 0.5
    key: Any = None

    def choose(self, uniform: Float64[np.ndarray, "n numbers"]) -> Bool[np.ndarray, "n t"]:
        return np.ones((len(uniform), len(self.transforms)), bool)
