"""What filters have in common: a matrix of weights laid over every pixel, and its size."""

from typing import Any

import cv2
import numpy as np
from jaxtyping import Float64, Int64, Shaped

from hardy.augmentation.arguments import extent, whole
from hardy.errors import InputError

BORDER = cv2.BORDER_REFLECT_101  # "reflect": as OpenCV's filters by default


def correlated(
    image: Shaped[np.ndarray, "h w c"], weights: Float64[np.ndarray, "rows columns"]
) -> Shaped[np.ndarray, "h w c"]:
    """The weighted sum around every pixel, rounded once and saturated; beyond the border the picture is reflected.

    The weights are laid on as they are, not turned around (a correlation, as in OpenCV and in networks).

    Source: `cv2.filter2D`.
    """
    return cv2.filter2D(image, -1, weights, borderType=BORDER).reshape(image.shape)


def odd_sizes(what: str, value: Any) -> tuple[int, int]:
    """A range of odd numbers of 3 or more: a pair (low, high), or a number v for 3..v.

    Raises:
        InputError: it is none.
    """
    given = value if isinstance(value, list | tuple) else (3, value)
    low, high = extent(what, given, 3)
    for end in (low, high):
        if whole(what, end, 3) % 2 == 0:
            raise InputError(f"{what}: expected odd numbers, which have a middle, got {value!r}")
    return int(low), int(high)


def drawn_odd(uniform: Float64[np.ndarray, "n"], limits: tuple[int, int]) -> Int64[np.ndarray, "n"]:
    """Odd numbers out of a range, both ends included."""
    low, high = limits
    return low + 2 * np.floor(uniform * ((high - low) // 2 + 1)).astype(np.int64)
