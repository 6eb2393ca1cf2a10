"""Any operations at one strength."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float64

from hardy.augmentation.arguments import whole
from hardy.augmentation.policies.policy import Policy
from hardy.augmentation.policies.tables import RAND_AUGMENT
from hardy.augmentation.transform import Transform
from hardy.errors import InputError


@dataclass(frozen=True)
class RandAugment(Policy):
    """Give each picture so many operations out of 14 (one of them: nothing), all at the same strength.

    Args:
        num_ops: how many, one after the other; the same one may come twice.
        magnitude: their strength, 0..num_magnitude_bins − 1.
        num_magnitude_bins: into how many steps the strengths are divided.
        interpolation: of shear and rotation: "nearest", "linear", "cubic" or "area".
        fill: the value outside, in the picture's own units, a number or one per channel.
        fill_mask: the same for masks.
        p: the probability that a picture gets any, 0..1.
        key: what the random numbers are drawn under; by default "RandAugment#0", "RandAugment#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> plan = Compose([RandAugment(num_ops=2)], seed=1).plan(["ab" * 16], sizes_hw=(17, 11))
        >>> [step.transform.operation for step in plan.steps if step.applied[0]]
        ['Posterize', 'TranslateY']

    Source: Cubuk and others, "RandAugment: practical automated data augmentation with a reduced search space", 2019;
    defaults and bins as torchvision's `RandAugment`. Operations are Pillow's.
    """

    num_ops: Any = 2
    magnitude: Any = 9
    num_magnitude_bins: Any = 31
    interpolation: Any = "nearest"
    fill: Any = 0
    fill_mask: Any = 0
    p: Any = 1.0
    key: Any = None

    def operations(self) -> tuple[Transform, ...]:
        bins = whole("RandAugment(num_magnitude_bins=…)", self.num_magnitude_bins, 2)
        place = whole("RandAugment(magnitude=…)", self.magnitude, 0)
        if place >= bins:
            raise InputError(f"RandAugment(magnitude=…): expected less than num_magnitude_bins={bins}, got {place}")
        once = []
        for name, scale in RAND_AUGMENT.items():
            magnitudes = scale.magnitudes(bins)
            once.append(self.operation(name, scale, (magnitudes[place if scale.ends else 0],)))
        return tuple(once) * whole("RandAugment(num_ops=…)", self.num_ops)

    @property
    def numbers(self) -> int:
        return int(self.num_ops)

    def choose(self, uniform: Float64[np.ndarray, "n numbers"]) -> Bool[np.ndarray, "n t"]:
        count = len(RAND_AUGMENT)
        chosen = np.floor(uniform * (count + 1)).astype(np.int64)  # the last one is nothing
        return (chosen[:, :, None] == np.arange(count)).reshape(len(uniform), count * self.numbers)
