"""Lighter or darker by a factor."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.arguments import extent
from hardy.augmentation.colour.matrices import scaled
from hardy.augmentation.kinds import Colour, Pictures
from hardy.augmentation.transform import Parameters, between


@dataclass(frozen=True)
class Brightness(Colour):
    """Multiply all values by a factor: 0 is black, 1 the picture as it is.

    Args:
        factor: a pair (low, high) of 0 or more, or a number v for 1 − v..1 + v.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "Brightness#0", "Brightness#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> Compose([Brightness(factor=(1.5, 1.5), p=1)])(image=np.array([[[100], [200]]], np.uint8))["image"][0, :, 0]
        array([150, 255], dtype=uint8)

    Source: torchvision's `adjust_brightness`, Pillow's `ImageEnhance.Brightness`, which cut off where we round; the
    range is that of Albumentations' `ColorJitter`.
    """

    factor: Any = (0.8, 1.2)
    p: Any = 0.5
    key: Any = None
    draws: ClassVar[int] = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "factor", extent("Brightness(factor=…)", self.factor, 0, centre=1))

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        return {"factor": between(uniform[:, 0], self.factor)}

    def matrix(self, parameters: Parameters, pictures: Pictures) -> Float64[np.ndarray, "n c c1"]:
        factor = parameters["factor"]
        return scaled(factor, 0 * factor, pictures.channels)
