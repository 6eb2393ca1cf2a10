"""One transform of several."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Bool, Float64

from hardy.augmentation.combining.combination import Combination
from hardy.errors import InputError


@dataclass(frozen=True)
class OneOf(Combination):
    """Apply one of the transforms, drawn with their `p` as weights.

    Args:
        transforms: what is chosen from.
        p: the probability that any is applied, 0..1.
        key: what the random numbers are drawn under; by default "OneOf#0", "OneOf#1", …

    Raises:
        InputError: no transforms, or all their `p` are 0.

    Example:
        >>> from hardy.augmentation import Compose, HorizontalFlip, Invert
        >>> plan = Compose([OneOf([HorizontalFlip(), Invert()], p=1)]).plan(["ab" * 16], sizes_hw=(17, 11))
        >>> sum(int(step.applied[0]) for step in plan.steps)
        1

    Source: Albumentations' `OneOf`.
    """

    transforms: Any
    p: Any = 0.5
    key: Any = None
    decides: ClassVar[bool] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if not sum(transform.p for transform in self.transforms) > 0:
            raise InputError("OneOf: expected a transform with p above 0")

    def choose(self, uniform: Float64[np.ndarray, "n numbers"]) -> Bool[np.ndarray, "n t"]:
        weights = np.cumsum([transform.p for transform in self.transforms])
        chosen = np.searchsorted(weights / weights[-1], uniform[:, 0], side="right")
        return chosen[:, None] == np.arange(len(weights))
