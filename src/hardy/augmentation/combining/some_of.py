"""So many transforms of several."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float64

from hardy.augmentation.arguments import whole
from hardy.augmentation.combining.combination import Combination
from hardy.errors import InputError


@dataclass(frozen=True)
class SomeOf(Combination):
    """Choose `n` of the transforms, all equally likely; each is then applied with its own `p`, in the list's order.

    Args:
        transforms: what is chosen from.
        n: how many, at most all.
        p: the probability that any is chosen, 0..1.
        key: what the random numbers are drawn under; by default "SomeOf#0", "SomeOf#1", …

    Raises:
        InputError: no transforms, or fewer than `n`.

    Example:
        >>> from hardy.augmentation import Compose, HorizontalFlip, Invert
        >>> some = SomeOf([HorizontalFlip(p=1), Invert(p=1)], n=1)
        >>> sum(int(step.applied[0]) for step in Compose([some]).plan(["ab" * 16], sizes_hw=(17, 11)).steps)
        1

    Source: Albumentations' `SomeOf` without its `replace`.
    """

    transforms: Any
    n: Any = 1
    p: Any = 1.0
    key: Any = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if whole("SomeOf(n=…)", self.n) > len(self.transforms):
            raise InputError(f"SomeOf(n=…): expected at most {len(self.transforms)}, got {self.n}")

    @property
    def numbers(self) -> int:
        return len(self.transforms)

    def choose(self, uniform: Float64[np.ndarray, "n numbers"]) -> Bool[np.ndarray, "n t"]:
        ranks = np.argsort(np.argsort(uniform, axis=1, kind="stable"), axis=1, kind="stable")
        return ranks < self.n
