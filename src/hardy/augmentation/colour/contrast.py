"""Lights and darks further apart or closer together."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.arguments import extent
from hardy.augmentation.colour.matrices import grey_shares, scaled
from hardy.augmentation.kinds import Colour, Pictures
from hardy.augmentation.transform import Parameters, between


@dataclass(frozen=True)
class Contrast(Colour):
    """Multiply how far all values lie from the picture's mean grey: 0 is all grey, 1 the picture as it is.

    The mean is that of the picture as it enters the chain, before any other transform.

    Args:
        factor: a pair (low, high) of 0 or more, or a number v for 1 − v..1 + v.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "Contrast#0", "Contrast#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> Compose([Contrast(factor=(2, 2), p=1)])(image=np.array([[[100], [140]]], np.uint8))["image"][0, :, 0]
        array([ 80, 160], dtype=uint8)

    Source: torchvision's `adjust_contrast`, Pillow's `ImageEnhance.Contrast`, which rounds the mean and cuts off where
    we round. Pictures of other than three channels have the mean of all channels.
    """

    factor: Any = (0.8, 1.2)
    p: Any = 0.5
    key: Any = None
    draws: ClassVar[int] = 1
    needs_means: ClassVar[bool] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "factor", extent("Contrast(factor=…)", self.factor, 0, centre=1))

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        return {"factor": between(uniform[:, 0], self.factor)}

    def matrix(self, parameters: Parameters, pictures: Pictures) -> Float64[np.ndarray, "n c c1"]:
        grey = pictures.means @ grey_shares(pictures.channels)
        return scaled(parameters["factor"], (1 - parameters["factor"]) * grey, pictures.channels)
