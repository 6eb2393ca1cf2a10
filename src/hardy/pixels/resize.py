"""Another size, anti-aliased."""

from functools import lru_cache
from math import ceil
from typing import Literal, get_args

import numpy as np
from jaxtyping import Float64, Int64, UInt8, UInt16

from hardy.errors import InputError, ShapeError
from hardy.pixels import Image
from hardy.pixels.channels import Background

Fit = Literal["stretch", "pad", "crop"]
FITS: tuple[Fit, ...] = get_args(Fit)

Filter = Literal["triangle", "area"]
FILTERS: tuple[Filter, ...] = get_args(Filter)

MOST_BYTES_SCALE = 24
"""Up to here a picture is shrunk in 16-bit integers; what their products lose would add up over more weights."""

_Resized = UInt8[np.ndarray, "h2 w2 c"] | UInt16[np.ndarray, "h2 w2 c"]


def resize(
    pixels: Image,
    size_hw: tuple[int, int],
    fit: Fit = "pad",
    background: Background = 0,
    filter: Filter = "triangle",
    extent_hw: tuple[float, float] | None = None,
) -> _Resized:
    """Resize with a filter that widens when shrinking (anti-aliased).

    Args:
        pixels: (H, W, C), uint8 or uint16. Colours under alpha count as they are: lay it on a background first.
        size_hw: (height, width) in pixels.
        fit: "stretch" changes the proportions; "pad" fits the whole image in and fills the rest; "crop" fills the
            frame and cuts off what is over, evenly on both sides.
        background: level of the padding, or one for each channel, in the pixels' own range.
        filter: "triangle" weighs neighbours by their distance; "area" is the plain mean of what a pixel covers:
            sharper, a little faster, and open to moiré. Both are the triangle (bilinear) when enlarging.
        extent_hw: how far the picture reaches, in pixels of the array, where it is not all of it: see `Picture`.

    Returns:
        (height, width, C) of the same dtype; the same array where nothing changes.

    Raises:
        InputError: another fit or filter, a size below 1×1.
        ShapeError: an image without pixels.

    Example:
        >>> resize(np.full((4, 8, 1), 9, np.uint8), (4, 4), "pad")[:, 0, 0].tolist()
        [0, 9, 9, 0]

    Source: Pillow's `Image.resize(BILINEAR)`, from which it differs by one level at most: Pillow rounds to 8 bits
        between its passes, we to 16. "area" is OpenCV's `INTER_AREA`.
    """
    if fit not in FITS:
        raise InputError(f"fit must be one of {', '.join(FITS)}; got {fit!r}")
    if filter not in FILTERS:
        raise InputError(f"filter must be one of {', '.join(FILTERS)}; got {filter!r}")
    if min(size_hw) < 1:
        raise InputError(f"size must be at least 1×1, got {size_hw[0]}×{size_hw[1]}")
    if 0 in pixels.shape:
        raise ShapeError(f"expected (H, W, C) pixels, got shape {pixels.shape}")
    height, width = extent_hw or pixels.shape[:2]
    target_h, target_w = size_hw
    if fit == "stretch" or height * target_w == width * target_h:
        return _resample(pixels, (height, width), size_hw, (0, 0), size_hw, filter)
    ratios = target_h / height, target_w / width
    scale = min(ratios) if fit == "pad" else max(ratios)
    inner_h, inner_w = max(1, round(height * scale)), max(1, round(width * scale))
    if fit == "crop":
        start = (inner_h - target_h) // 2, (inner_w - target_w) // 2
        return _resample(pixels, (height, width), (inner_h, inner_w), start, size_hw, filter)
    frame = np.full((target_h, target_w, pixels.shape[2]), background, pixels.dtype)
    top, left = (target_h - inner_h) // 2, (target_w - inner_w) // 2
    frame[top : top + inner_h, left : left + inner_w] = _resample(
        pixels, (height, width), (inner_h, inner_w), (0, 0), (inner_h, inner_w), filter
    )
    return frame


def _resample(
    pixels: Image,
    extent_hw: tuple[float, float],
    inner_hw: tuple[int, int],
    start: tuple[int, int],
    size_hw: tuple[int, int],
    filter: Filter,
) -> _Resized:
    """The window of that size at `start` (top, left) of the picture resized to `inner_hw`; nothing else is computed."""
    height, width, channels = pixels.shape
    if (height, width) == inner_hw == extent_hw:
        top, left = start
        return pixels[top : top + size_hw[0], left : left + size_hw[1]]
    from hardy.pixels import resize_kernels, vector_kernels  # here: Numba takes a third of a second to import

    # As if the whole array were resized, so that its part `extent_hw` gets `inner_hw`.
    inner = inner_hw[0] * height / extent_hw[0], inner_hw[1] * width / extent_hw[1]
    source = np.ascontiguousarray(pixels).view()
    in_bytes = pixels.dtype == np.uint8 and max(height / inner[0], width / inner[1]) <= MOST_BYTES_SCALE
    if in_bytes and width * channels < vector_kernels.LANES:
        source = np.zeros((height, vector_kernels.LANES, channels), np.uint8)
        source[:, :width] = pixels
    source.flags.writeable = False  # one compiled version serves both kinds
    if in_bytes:
        out = np.empty((max(size_hw[0], vector_kernels.ROWS), size_hw[1], channels), np.uint8)
        rows = _weights(height, inner[0], start[0], len(out), filter, vector_kernels.TAPS)
        columns = _weights(width, inner[1], start[1], size_hw[1], filter, 1)
        resize_kernels.resize_bytes(source, *rows, *columns, out)
        return out[: size_hw[0]]
    out = np.empty((*size_hw, channels), pixels.dtype)
    rows = _shares(height, inner[0], start[0], size_hw[0], filter)
    columns = _shares(width, inner[1], start[1], size_hw[1], filter)
    resize_kernels.resize_any(source, *rows, *columns, float(np.iinfo(pixels.dtype).max), out)
    return out


@lru_cache(maxsize=64)
def _weights(
    size: int, resized: float, start: int, count: int, filter: Filter, multiple: int
) -> tuple[Int64[np.ndarray, "n"], UInt16[np.ndarray, "n taps"]]:
    """The same as integers, a multiple of so many for each value; kept, as pictures often have the same few sizes."""
    from hardy.pixels import resize_kernels

    begins, shares = _shares(size, resized, start, count, filter)
    weights = np.zeros((count, -(-shares.shape[1] // multiple) * multiple), np.uint16)
    resize_kernels.round_shares(shares, weights)
    begins.flags.writeable = weights.flags.writeable = False
    return begins, weights


def _shares(
    size: int, resized: float, start: int, count: int, filter: Filter
) -> tuple[Int64[np.ndarray, "n"], Float64[np.ndarray, "n taps"]]:
    """Along one axis: where the values begin that each output value is made of, and the share of each."""
    from hardy.pixels import resize_kernels

    kind = resize_kernels.AREA if filter == "area" else resize_kernels.TRIANGLE
    scale = max(size / resized, 1.0)
    covered = scale if filter == "area" and scale > 1 else 2 * scale - 1
    begins, shares = np.empty(count, np.int64), np.empty((count, min(size, ceil(covered) + 1)))
    resize_kernels.weigh(size, resized, start, kind, begins, shares)
    return begins, shares
