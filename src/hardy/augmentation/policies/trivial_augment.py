"""Any operation at any strength."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float64

from hardy.augmentation.arguments import whole
from hardy.augmentation.policies.policy import Policy
from hardy.augmentation.policies.tables import TRIVIAL_AUGMENT
from hardy.augmentation.transform import Transform


@dataclass(frozen=True)
class TrivialAugmentWide(Policy):
    """Give each picture one operation out of 14 (one of them: nothing), at a strength drawn for it.

    Args:
        num_magnitude_bins: into how many steps the strengths are divided.
        interpolation: of shear and rotation: "nearest", "linear", "cubic" or "area".
        fill: the value outside, in the picture's own units, a number or one per channel.
        fill_mask: the same for masks.
        p: the probability that a picture gets any, 0..1.
        key: what the random numbers are drawn under; by default "TrivialAugmentWide#0", "TrivialAugmentWide#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> plan = Compose([TrivialAugmentWide()], seed=1).plan(["ab" * 16], sizes_hw=(17, 11))
        >>> sum(int(step.applied[0]) for step in plan.steps)
        1

    Source: Müller and Hutter, "TrivialAugment: tuning-free yet state-of-the-art data augmentation", 2021, the wide
    space; defaults and bins as torchvision's `TrivialAugmentWide`. Operations are Pillow's.
    """

    num_magnitude_bins: Any = 31
    interpolation: Any = "nearest"
    fill: Any = 0
    fill_mask: Any = 0
    p: Any = 1.0
    key: Any = None

    def operations(self) -> tuple[Transform, ...]:
        bins = whole("TrivialAugmentWide(num_magnitude_bins=…)", self.num_magnitude_bins, 2)
        return tuple(self.operation(name, scale, scale.magnitudes(bins)) for name, scale in TRIVIAL_AUGMENT.items())

    def choose(self, uniform: Float64[np.ndarray, "n numbers"]) -> Bool[np.ndarray, "n t"]:
        count = len(TRIVIAL_AUGMENT)
        return np.floor(uniform * (count + 1)) == np.arange(count)  # the last one is nothing
