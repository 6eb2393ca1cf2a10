"""From a picture's own units to 0..1 and back, for transforms that are carried out as barriers."""

from typing import Any

import numpy as np
from jaxtyping import Float32, Shaped, UInt8

from hardy.augmentation.values import RANGES


def to_unit(image: Shaped[np.ndarray, "*shape"]) -> Float32[np.ndarray, "*shape"]:
    """Pixels of any dtype as new float32 numbers, 0..1."""
    if image.dtype == np.float32:
        return image.copy()
    return np.multiply(image, np.float32(1 / RANGES[image.dtype.name]), dtype=np.float32)


def from_unit(values: Shaped[np.ndarray, "*shape"], dtype: Any) -> Shaped[np.ndarray, "*shape"]:
    """Numbers of 0..1 as pixels: rounded once, halves up, and saturated; float32 as they are."""
    return rounded(values * values.dtype.type(RANGES[np.dtype(dtype).name]), dtype)


def rounded(values: Shaped[np.ndarray, "*shape"], dtype: Any) -> Shaped[np.ndarray, "*shape"]:
    """Numbers in the picture's own units as pixels: rounded once, halves up, and saturated; float32 as they are.

    Example:
        >>> rounded(np.array([-3.0, 1.5, 300.0]), "uint8")
        array([  0,   2, 255], dtype=uint8)
    """
    if np.dtype(dtype) == np.float32:
        return values.astype(np.float32, copy=False)
    return np.clip(np.floor(values + values.dtype.type(0.5)), 0, RANGES[np.dtype(dtype).name]).astype(dtype)


def as_bytes(image: Shaped[np.ndarray, "*shape"]) -> UInt8[np.ndarray, "*shape"]:
    """Pixels of any dtype in 256 levels, the same array where they are; what is no number becomes 0.

    Example:
        >>> as_bytes(np.array([0.5, np.nan, 2], np.float32)), as_bytes(np.array([257, 65535], np.uint16))
        (array([128,   0, 255], dtype=uint8), array([  1, 255], dtype=uint8))
    """
    if image.dtype == np.uint8:
        return image
    return from_unit(np.nan_to_num(to_unit(image), copy=False, nan=0.0), np.uint8)
