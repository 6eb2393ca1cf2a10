"""Hue, saturation and value, exactly."""

import numpy as np
from jaxtyping import Shaped

from hardy.augmentation.colour import hsv_kernels
from hardy.augmentation.values import RANGES

Picture = Shaped[np.ndarray, "h w 3"]


def shift_hsv(image: Picture, hue: float, saturation: float, value: float) -> Picture:
    """Turn the hue of pixels, and add to their saturation and value.

    Args:
        image: red, green, blue of any dtype; clamped to its range, NaN to 0.
        hue: 1 is all the way round.
        saturation: added to 0..1 and clamped. A grey pixel has no hue and stays grey.
        value: added to 0..1 and clamped.

    Example:
        >>> shift_hsv(np.array([[[255, 0, 0]]], np.uint8), 1 / 3, 0.0, 0.0)[0, 0]
        array([  0, 255,   0], dtype=uint8)

    Source: Smith, "Color gamut transform pairs", 1978, as in Python's `colorsys`.
    """
    image = np.ascontiguousarray(image)
    found = np.empty_like(image)
    hsv_kernels.shift(image.reshape(-1), RANGES[image.dtype.name], hue, saturation, value, found.reshape(-1))
    return found


def jitter_hsv(image: Picture, order: list[int], factors: list[float]) -> Picture:
    """Brightness, contrast, saturation and hue in an order, clamped after each; numbered 0, 1, 2, 3."""
    image = np.ascontiguousarray(image)
    found = np.empty_like(image)
    parts = np.array(order, np.int64)
    hsv_kernels.jitter(image.reshape(-1), RANGES[image.dtype.name], parts, np.array(factors), found.reshape(-1))
    return found
