"""Edges crisper, by a matrix."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64, Shaped

from hardy.augmentation.arguments import extent
from hardy.augmentation.filters.correlate import correlated
from hardy.augmentation.kinds import Barrier, Row
from hardy.augmentation.transform import Parameters, between


@dataclass(frozen=True)
class Sharpen(Barrier):
    """Add the difference between each pixel and its eight neighbours.

    The matrix is (1 − alpha) · the pixel + alpha · (8 + lightness times the pixel less its neighbours).

    Args:
        alpha: how much of the sharpened picture, 0..1: a pair (low, high), or a number for exactly that.
        lightness: of the sharpened picture, 0 or more; 1 keeps it: a pair (low, high), or a number for exactly that.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "Sharpen#0", "Sharpen#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> edge = np.array([[[100], [100], [120], [120]]], np.uint8)
        >>> Compose([Sharpen(alpha=0.5, lightness=1, p=1)])(image=edge)["image"][0, :, 0]
        array([100,  70, 150, 120], dtype=uint8)

    Source: Albumentations' `Sharpen(method="kernel")`, imgaug's `Sharpen`. `Kernel` takes any matrix, such as
    [[0, −1, 0], [−1, 5, −1], [0, −1, 0]]; `Sharpness` is Pillow's.
    """

    alpha: Any = (0.2, 0.5)
    lightness: Any = (0.5, 1.0)
    p: Any = 0.5
    key: Any = None
    needs_generator: ClassVar[bool] = False
    draws: ClassVar[int] = 2

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "alpha", extent("Sharpen(alpha=…)", self.alpha, 0, 1, None))
        object.__setattr__(self, "lightness", extent("Sharpen(lightness=…)", self.lightness, 0, centre=None))

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        return {"alpha": between(uniform[:, 0], self.alpha), "lightness": between(uniform[:, 1], self.lightness)}

    def alter(
        self,
        image: Shaped[np.ndarray, "h w c"],
        parameters: Row,
        generator: np.random.Generator,  # noqa: ARG002
    ) -> Shaped[np.ndarray, "h w c"]:
        alpha, lightness = float(parameters["alpha"]), float(parameters["lightness"])
        weights = np.full((3, 3), -alpha)
        weights[1, 1] = 1 - alpha + alpha * (8 + lightness)
        return correlated(image, weights)
