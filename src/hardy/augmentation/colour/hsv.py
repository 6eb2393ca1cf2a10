"""Hue, saturation and value, exactly."""

import numpy as np
from jaxtyping import Float32

from hardy.augmentation.colour import hsv_kernels


def shift_hsv(values: Float32[np.ndarray, "h w 3"], hue: float, saturation: float, value: float) -> None:
    """Turn the hue of pixels in place, and add to their saturation and value.

    Args:
        values: red, green, blue; clamped to 0..1, NaN to 0.
        hue: 1 is all the way round.
        saturation: added to 0..1 and clamped. A grey pixel has no hue and stays grey.
        value: added to 0..1 and clamped.

    Example:
        >>> red = np.array([[[1.0, 0.0, 0.0]]], np.float32)
        >>> shift_hsv(red, 1 / 3, 0.0, 0.0)
        >>> red[0, 0]
        array([0., 1., 0.], dtype=float32)

    Source: Smith, "Color gamut transform pairs", 1978, as in Python's `colorsys`.
    """
    hsv_kernels.shift(values.reshape(-1, 3), hue, saturation, value)
