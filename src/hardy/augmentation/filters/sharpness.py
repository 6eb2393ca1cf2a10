"""Soft to crisp on one scale."""

from dataclasses import dataclass
from typing import Any, ClassVar

import cv2
import numpy as np
from jaxtyping import Float64, Int64, Shaped

from hardy.augmentation.arguments import extent
from hardy.augmentation.kinds import Barrier, Row
from hardy.augmentation.transform import Parameters, between
from hardy.augmentation.units import rounded

_SMOOTH = np.array([[1, 1, 1], [1, 5, 1], [1, 1, 1]]) / 13


@dataclass(frozen=True)
class Sharpness(Barrier):
    """Go from a smoothed picture (0) through the picture as it is (1) to beyond; the outermost pixels stay.

    Args:
        factor: a pair (low, high) of 0 or more, or a number v for 1 − v..1 + v.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "Sharpness#0", "Sharpness#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> dot = np.full((3, 3, 1), 100, np.uint8)
        >>> dot[1, 1] = 113
        >>> Compose([Sharpness(factor=(2, 2), p=1)])(image=dot)["image"][1, :, 0]
        array([100, 121, 100], dtype=uint8)

    Source: Pillow's `ImageEnhance.Sharpness`, torchvision's `adjust_sharpness`, which cut off where we round; their
    smoothed picture is rounded, and so is ours.
    """

    factor: Any = (0.5, 2.0)
    p: Any = 0.5
    key: Any = None
    needs_generator: ClassVar[bool] = False
    draws: ClassVar[int] = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "factor", extent("Sharpness(factor=…)", self.factor, 0, centre=1))

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        return {"factor": between(uniform[:, 0], self.factor)}

    def alter(
        self,
        image: Shaped[np.ndarray, "h w c"],
        parameters: Row,
        generator: np.random.Generator,  # noqa: ARG002
    ) -> Shaped[np.ndarray, "h w c"]:
        factor, soft = np.float32(parameters["factor"]), smoothed(image)
        return rounded(soft + factor * (image - soft.astype(np.float32)), image.dtype)


def smoothed(image: Shaped[np.ndarray, "h w c"]) -> Shaped[np.ndarray, "h w c"]:
    """Each pixel with its eight neighbours, rounded; the outermost pixels as they are."""
    found = image.copy()
    if min(image.shape[:2]) > 2:
        soft = cv2.filter2D(image, cv2.CV_32F, _SMOOTH).reshape(image.shape)
        found[1:-1, 1:-1] = rounded(soft[1:-1, 1:-1], image.dtype)
    return found
