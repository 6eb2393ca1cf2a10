"""What an array of images may look like, and how its values become pixels."""

import numpy as np

from hardy import scratch
from hardy.dataset.reader import Payload
from hardy.errors import DecodeError, LayoutError
from hardy.pixels import Image
from hardy.pixels.decode import MAX_PIXELS

_BLOCK_BYTES = 64 << 20  # floats are scaled this much at a time, so that no second copy of all of them is made


def check_images(shape: tuple[int, ...], dtype: np.dtype, what: str, channels_first: bool = False) -> None:
    """Refuse what is no stack of images, from its shape and dtype alone.

    Args:
        shape: (N, H, W) or (N, H, W, C), C from 1 to 4; (N, C, H, W) where `channels_first` says so.
        dtype: uint8, uint16 or floats, in any byte order.
        what: the file and the array's name, for messages.
        channels_first: as above.

    Raises:
        LayoutError: it is something else, or one image has more pixels than a picture file may have.
    """
    ordered = (shape[0], *shape[2:], shape[1]) if channels_first and len(shape) == 4 else shape
    if len(ordered) not in (3, 4) or (len(ordered) == 4 and ordered[3] > 4) or 0 in ordered:
        expected = "(N, H, W) or (N, 1 to 4, H, W)" if channels_first else "(N, H, W) or (N, H, W, 1 to 4)"
        hint = ""
        if not channels_first and len(shape) == 4 and 1 <= shape[1] <= 4:
            hint = "; it looks like (N, C, H, W): say channels first"
        raise LayoutError(f"{what} has shape {shape}; expected {expected}{hint}")
    if ordered[1] * ordered[2] > MAX_PIXELS:
        raise LayoutError(
            f"{what} has images of {ordered[1]}×{ordered[2]} pixels, more than the limit of {MAX_PIXELS:,}"
        )
    check_dtype(dtype, what)


def check_dtype(dtype: np.dtype, what: str) -> None:
    """Refuse values that have no range we know.

    Raises:
        LayoutError: neither uint8, uint16 nor floats.
    """
    if (dtype.kind == "f" and dtype.itemsize <= 8) or (dtype.kind == "u" and dtype.itemsize <= 2):
        return
    raise LayoutError(f"{what} is {dtype}; expected uint8, uint16 or floats from 0 to 1")


def as_stack(array: np.ndarray, channels_first: bool = False) -> np.ndarray:
    """(N, H, W, C) without copying.

    Example:
        >>> as_stack(np.zeros((5, 3, 17, 11), np.uint8), channels_first=True).shape
        (5, 17, 11, 3)
    """
    if array.ndim == 3:
        return array[..., None]
    return np.moveaxis(array, 1, 3) if channels_first else array


def to_pixels(values: np.ndarray) -> np.ndarray:
    """Values → uint8 or uint16 of the same shape: integers as they are, floats 0..1 as 8 bits.

    Raises:
        DecodeError: floats outside of 0..1, or not finite.

    Example:
        >>> to_pixels(np.array([0.0, 0.5, 1.0])).tolist()
        [0, 128, 255]
    """
    if values.dtype.kind == "u":
        return values if values.dtype.isnative else values.astype(values.dtype.newbyteorder("="))
    out = scratch.zeros(values.size, np.uint8).reshape(values.shape)
    rows = max(1, _BLOCK_BYTES // max(1, values[:1].nbytes)) if values.ndim else 1
    for start in range(0, len(values) if values.ndim else 0, rows):
        block = values[start : start + rows]
        low, high = block.min(), block.max()
        if not (low >= 0 and high <= 1):
            advice = "; divide by 255" if 1 < high <= 255 and low >= 0 else ""
            raise DecodeError(f"has floats from {low} to {high}; expected 0 to 1{advice}")
        out[start : start + rows] = block * 255 + 0.5
    return out


class ConvertingReader:
    """Images of an array that lies on disk, made pixels when they are asked for.

    Args:
        stack: (N, H, W, C), floats 0..1 or integers of any byte order.
    """

    def __init__(self, stack: np.ndarray) -> None:
        self._stack = stack

    def read(self, row: int) -> Payload:
        """One image.

        Raises:
            DecodeError: its floats are not within 0..1.
        """
        pixels: Image = to_pixels(np.ascontiguousarray(self._stack[row]))
        return pixels
