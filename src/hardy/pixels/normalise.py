"""Ranges of values: 0..1, −1..1, or mean 0 and deviation 1 within each picture."""

from typing import Literal, get_args

import numpy as np
from jaxtyping import Float

from hardy.errors import InputError, ShapeError
from hardy.pixels import Image

Range = Literal["0..1", "-1..1", "standard"]
RANGES: tuple[Range, ...] = get_args(Range)

FloatType = Literal["float16", "float32", "float64"]
FLOATS: tuple[FloatType, ...] = get_args(FloatType)


def to_range(pixels: Image, range: Range = "0..1", dtype: FloatType = "float32") -> Float[np.ndarray, "h w c"]:
    """Whole numbers of 8 or 16 bits as fractions.

    Args:
        pixels: (H, W, C), uint8 or uint16; each is scaled by its own depth.
        range: "0..1"; "-1..1", where the middle grey is 0; "standard", see `standardise`.
        dtype: of the result. What is computed is computed in float64 and rounded once.

    Returns:
        (H, W, C), contiguous.

    Raises:
        InputError: another range or dtype.
        ShapeError: pixels of another dtype.

    Example:
        >>> to_range(np.array([[[0], [255]]], np.uint8), "-1..1").ravel().tolist()
        [-1.0, 1.0]

    Source: the handbook, Part 7.
    """
    if range not in RANGES:
        raise InputError(f"range must be one of {', '.join(RANGES)}; got {range!r}")
    if dtype not in FLOATS:
        raise InputError(f"dtype must be one of {', '.join(FLOATS)}; got {dtype!r}")
    if pixels.dtype not in (np.uint8, np.uint16):
        raise ShapeError(f"expected uint8 or uint16 pixels, got {pixels.dtype}")
    if range == "standard":
        return standardise(pixels, dtype)
    highest = np.iinfo(pixels.dtype).max
    levels = np.arange(highest + 1, dtype=np.float64) / highest
    if range == "-1..1":
        levels = levels * 2 - 1
    return levels.astype(dtype)[pixels]


def standardise(pixels: Image, dtype: FloatType = "float32") -> Float[np.ndarray, "h w c"]:
    """Mean 0 and deviation 1 over all values of the picture.

    Args:
        pixels: (H, W, C), uint8 or uint16.
        dtype: of the result.

    Returns:
        (pixels − mean) / deviation. A picture of a single level becomes zeros; the deviation is that of the
        population, and at least 1 / √(number of values) levels, so that a nearly plain picture is not blown up.

    Raises:
        InputError: another dtype.

    Example:
        >>> standardise(np.array([[[0], [2]]], np.uint8)).ravel().tolist()
        [-1.0, 1.0]

    Source: TensorFlow's `tf.image.per_image_standardization`.
    """
    if dtype not in FLOATS:
        raise InputError(f"dtype must be one of {', '.join(FLOATS)}; got {dtype!r}")
    values = pixels.astype(np.float64)
    deviation = max(values.std(), 1 / np.sqrt(values.size))
    return ((values - values.mean()) / deviation).astype(dtype)
