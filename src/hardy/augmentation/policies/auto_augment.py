"""Policies that were learnt from data."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float64

from hardy.augmentation.arguments import one_of
from hardy.augmentation.policies.policy import Policy
from hardy.augmentation.policies.tables import AUTO_AUGMENT, SUB_POLICIES
from hardy.augmentation.transform import Transform


@dataclass(frozen=True)
class AutoAugment(Policy):
    """Give each picture one of 25 pairs of operations, learnt on CIFAR-10, ImageNet or SVHN.

    Args:
        policy: "imagenet", "cifar10" or "svhn".
        interpolation: of shear and rotation: "nearest", "linear", "cubic" or "area".
        fill: the value outside, in the picture's own units, a number or one per channel.
        fill_mask: the same for masks.
        p: the probability that a picture gets any, 0..1.
        key: what the random numbers are drawn under; by default "AutoAugment#0", "AutoAugment#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> image = np.random.default_rng(0).integers(0, 256, (17, 11, 3), np.uint8)
        >>> Compose([AutoAugment("cifar10")], seed=1)(image=image)["image"].shape
        (17, 11, 3)

    Source: Cubuk and others, "AutoAugment: learning augmentation strategies from data", 2018, tables 7 to 9; defaults
    as torchvision's `AutoAugment`. Operations are Pillow's.
    """

    policy: Any = "imagenet"
    interpolation: Any = "nearest"
    fill: Any = 0
    fill_mask: Any = 0
    p: Any = 1.0
    key: Any = None

    def operations(self) -> tuple[Transform, ...]:
        one_of("AutoAugment(policy=…)", self.policy, tuple(SUB_POLICIES))
        pairs = SUB_POLICIES[self.policy]
        return tuple(
            self.operation(name, AUTO_AUGMENT[name], (magnitude,)) for pair in pairs for name, _, magnitude in pair
        )

    @property
    def numbers(self) -> int:
        return 3

    def choose(self, uniform: Float64[np.ndarray, "n numbers"]) -> Bool[np.ndarray, "n t"]:
        shares = np.array([[p for _, p, _ in pair] for pair in SUB_POLICIES[self.policy]])
        pair = np.floor(uniform[:, :1] * len(shares)).astype(np.int64)
        chosen = (pair == np.arange(len(shares)))[:, :, None]
        return (chosen & (uniform[:, None, 1:] < shares)).reshape(len(uniform), shares.size)
