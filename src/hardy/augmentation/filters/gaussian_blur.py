"""Soft."""

from dataclasses import dataclass
from typing import Any, ClassVar

import cv2
import numpy as np
from jaxtyping import Float64, Int64, Shaped

from hardy.augmentation.arguments import extent
from hardy.augmentation.filters.correlate import BORDER, drawn_odd, odd_sizes
from hardy.augmentation.kinds import Barrier, Row
from hardy.augmentation.transform import Parameters, between

_REACH = 3.5  # standard deviations, beyond which the bell is cut off


@dataclass(frozen=True)
class GaussianBlur(Barrier):
    """Blur by a bell.

    Args:
        blur_limit: the side of the square that the bell is cut to, odd: a pair (low, high), or a number v for 3..v;
            0: as wide as the bell needs, 3.5 sigma to each side.
        sigma_limit: the bell's standard deviation in pixels, above 0: a pair (low, high), or a number for exactly that.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "GaussianBlur#0", "GaussianBlur#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> dot = np.zeros((5, 5, 1), np.uint8)
        >>> dot[2, 2] = 255
        >>> Compose([GaussianBlur(sigma_limit=1, p=1)])(image=dot)["image"][2, :, 0]
        array([11, 25, 40, 25, 11], dtype=uint8)

    Source: OpenCV's `GaussianBlur` (on uint8 within a level of the exact sum); Albumentations' transform of that name,
    where one number is 0..v.
    """

    blur_limit: Any = 0
    sigma_limit: Any = (0.5, 3.0)
    p: Any = 0.5
    key: Any = None
    needs_generator: ClassVar[bool] = False
    draws: ClassVar[int] = 2

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.blur_limit != 0:
            object.__setattr__(self, "blur_limit", odd_sizes("GaussianBlur(blur_limit=…)", self.blur_limit))
        limits = extent("GaussianBlur(sigma_limit=…)", self.sigma_limit, 0.01, 1000, None)
        object.__setattr__(self, "sigma_limit", limits)

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        sigma = between(uniform[:, 0], self.sigma_limit)
        if self.blur_limit != 0:
            return {"sigma": sigma, "size": drawn_odd(uniform[:, 1], self.blur_limit)}
        return {"sigma": sigma, "size": 2 * np.floor(_REACH * sigma + 0.5).astype(np.int64) + 1}

    def alter(
        self,
        image: Shaped[np.ndarray, "h w c"],
        parameters: Row,
        generator: np.random.Generator,  # noqa: ARG002
    ) -> Shaped[np.ndarray, "h w c"]:
        size, sigma = int(parameters["size"]), float(parameters["sigma"])
        return cv2.GaussianBlur(image, (size, size), sigma, borderType=BORDER).reshape(image.shape)
