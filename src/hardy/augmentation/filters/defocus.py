"""Out of focus."""

from dataclasses import dataclass
from typing import Any, ClassVar

import cv2
import numpy as np
from jaxtyping import Float64, Int64, Shaped

from hardy.augmentation.arguments import extent, whole
from hardy.augmentation.filters.correlate import correlated
from hardy.augmentation.kinds import Barrier, Row
from hardy.augmentation.transform import Parameters, between

_SMALL = 8  # pixels; the disc's edge is softened over 3 pixels up to here, over 5 beyond


@dataclass(frozen=True)
class Defocus(Barrier):
    """Blur by a disc with a slightly soft edge, as a lens out of focus does.

    Args:
        radius: of the disc in pixels, 1 or more: a pair (low, high), both included, or a number v for 1..v.
        alias_blur: the standard deviation of the softening of the edge, in pixels: a pair (low, high), or a number for
            exactly that.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "Defocus#0", "Defocus#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> dot = np.zeros((5, 5, 1), np.float32)
        >>> dot[2, 2] = 1
        >>> Compose([Defocus(radius=(1, 1), alias_blur=0.01, p=1)])(image=dot)["image"][2, :, 0]
        array([0. , 0.2, 0.2, 0.2, 0. ], dtype=float32)

    Source: the "defocus blur" of Hendrycks and Dietterich, "Benchmarking neural network robustness", 2019, as in
    Albumentations' `Defocus`.
    """

    radius: Any = (3, 10)
    alias_blur: Any = (0.1, 0.5)
    p: Any = 0.5
    key: Any = None
    needs_generator: ClassVar[bool] = False
    draws: ClassVar[int] = 2

    def __post_init__(self) -> None:
        super().__post_init__()
        given = self.radius if isinstance(self.radius, list | tuple) else (1, self.radius)
        low, high = extent("Defocus(radius=…)", given, 1, 1000)
        radius = (whole("Defocus(radius=…)", low), whole("Defocus(radius=…)", high))
        object.__setattr__(self, "radius", radius)
        object.__setattr__(self, "alias_blur", extent("Defocus(alias_blur=…)", self.alias_blur, 0.001, 100, None))

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        low, high = self.radius
        radius = low + np.floor(uniform[:, 0] * (high - low + 1)).astype(np.int64)
        return {"radius": radius, "alias_blur": between(uniform[:, 1], self.alias_blur)}

    def alter(
        self,
        image: Shaped[np.ndarray, "h w c"],
        parameters: Row,
        generator: np.random.Generator,  # noqa: ARG002
    ) -> Shaped[np.ndarray, "h w c"]:
        return correlated(image, disc(int(parameters["radius"]), float(parameters["alias_blur"])))


def disc(radius: int, alias_blur: float) -> Float64[np.ndarray, "size size"]:
    """The weights."""
    soft = 3 if radius <= _SMALL else 5
    reach = np.arange(-radius - soft // 2, radius + soft // 2 + 1)
    inside = (reach[:, None] ** 2 + reach**2 <= radius**2).astype(np.float64)
    weights = cv2.GaussianBlur(inside, (soft, soft), alias_blur)
    return weights / weights.sum()
