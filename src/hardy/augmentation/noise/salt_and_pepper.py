"""White and black specks."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64, Shaped

from hardy.augmentation.arguments import extent
from hardy.augmentation.kinds import Barrier, Row
from hardy.augmentation.transform import Parameters, between
from hardy.augmentation.values import RANGES


@dataclass(frozen=True)
class SaltAndPepper(Barrier):
    """Make some pixels white and some black, in all channels; which, each pixel decides for itself.

    Args:
        amount: the share of pixels, 0..1: a pair (low, high), or a number for exactly that.
        salt_vs_pepper: the share of white among them, 0..1: likewise.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "SaltAndPepper#0", "SaltAndPepper#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> grey = np.full((17, 11, 3), 99, np.uint8)
        >>> np.unique(Compose([SaltAndPepper(amount=0.5, p=1)])(image=grey)["image"])
        array([  0,  99, 255], dtype=uint8)

    Source: Albumentations' `SaltAndPepper`, which counts the specks out; here their number varies a little.
    """

    amount: Any = (0.01, 0.06)
    salt_vs_pepper: Any = (0.4, 0.6)
    p: Any = 0.5
    key: Any = None
    draws: ClassVar[int] = 2

    def __post_init__(self) -> None:
        super().__post_init__()
        for argument in ("amount", "salt_vs_pepper"):
            limits = extent(f"SaltAndPepper({argument}=…)", getattr(self, argument), 0, 1, None)
            object.__setattr__(self, argument, limits)

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        amount = between(uniform[:, 0], self.amount)
        return {"amount": amount, "salt": amount * between(uniform[:, 1], self.salt_vs_pepper)}

    def alter(
        self, image: Shaped[np.ndarray, "h w c"], parameters: Row, generator: np.random.Generator
    ) -> Shaped[np.ndarray, "h w c"]:
        found, lot = image.copy(), generator.random(image.shape[:2], np.float32)
        found[lot < parameters["amount"]] = 0
        found[lot < parameters["salt"]] = RANGES[image.dtype.name]
        return found
