"""What all combinations share: transforms, and for each sample a choice among them."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Bool, Float64

from hardy.augmentation.combining.user_function import as_transform
from hardy.augmentation.transform import Transform
from hardy.errors import InputError


class Combination(Transform):
    """Transforms of which a sample gets some. In a plan only these appear, in their order, each with its own flags.

    Attributes:
        transforms: what is chosen from.
        decides: the choice alone says what is applied; the transforms' own `p` are not asked.
        apart: each transform has a pass of its own, after which the picture is rounded and clamped to its own dtype:
            for policies that were published so.
    """

    decides: ClassVar[bool] = False
    apart: ClassVar[bool] = False
    transforms: Any

    def __post_init__(self) -> None:
        super().__post_init__()
        name = type(self).__name__
        if not isinstance(self.transforms, Sequence) or isinstance(self.transforms, str) or not self.transforms:
            raise InputError(f"{name}(transforms=…): expected a list of one transform or more, got {self.transforms!r}")
        given = tuple(map(as_transform, self.transforms))
        for transform in given:
            if getattr(transform, "partner", False):
                mixing = type(transform).__name__
                raise InputError(
                    f"{name}: {mixing} mixes finished pictures; it stands at the end of a policy, not in it"
                )
            if not isinstance(transform, Transform):
                raise InputError(f"{name}: expected transforms such as HorizontalFlip(), got {transform!r}")
        object.__setattr__(self, "transforms", given)

    @property
    def numbers(self) -> int:
        """How many uniform numbers a sample's choice needs."""
        return 1

    @abstractmethod
    def choose(self, uniform: Float64[np.ndarray, "n numbers"]) -> Bool[np.ndarray, "n t"]:
        """Which of the transforms each sample gets."""
