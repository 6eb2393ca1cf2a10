"""PBM, PGM and PPM: by Pillow, and 16-bit colour, which Pillow would cut to 8, by ourselves."""

import re

import numpy as np
from jaxtyping import Int, UInt16

from hardy.errors import DecodeError
from hardy.pixels.formats import pillow
from hardy.pixels.limits import MAX_PIXELS, check_size
from hardy.pixels.picture import Picture

_GAP = rb"(?:\s|#[^\r\n]*[\r\n])+"
_COLOUR = re.compile(rb"P([36])" + rb"(\d{1,10})".join([_GAP] * 4)[: -len(_GAP)] + rb"\s")
_COMMENT = re.compile(rb"#[^\r\n]*")


def read(data: bytes, max_pixels: int = MAX_PIXELS) -> Picture:
    """Decode a PNM file, plain or raw; values are scaled by the file's own maximum.

    Raises:
        DecodeError: truncated, damaged or too large.

    Example:
        >>> read(b"P6 1 1 65535\\n" + bytes(6)).pixels.dtype
        dtype('uint16')

    Source: the Netpbm manual, "ppm" and "pgm".
    """
    header = _COLOUR.match(data, 0, 4096)
    maximum = int(header[4]) if header else 0
    if header and 255 < maximum < 65536:
        width, height = int(header[2]), int(header[3])
        check_size(width, height, max_pixels, 6)
        values = _values(data, header, height * width * 3)
        if values.max() > maximum:
            raise DecodeError("damaged PPM: a value is larger than the file's maximum")
        if maximum < 65535:
            values = (values.astype(np.uint32) * 65535 + maximum // 2) // maximum
        return Picture(values.astype(np.uint16).reshape(height, width, 3), "PPM", "RGB")
    image = pillow.load("PPM", data, max_pixels)
    return Picture(pillow.to_array(image), "PPM", image.mode)


def _values(data: bytes, header: re.Match[bytes], count: int) -> Int[np.ndarray, "n"] | UInt16[np.ndarray, "n"]:
    if header[1] == b"6":
        if len(data) < header.end() + 2 * count:
            raise DecodeError("damaged PPM: the data is truncated")
        return np.frombuffer(data, ">u2", count, header.end()).astype(np.uint16)
    words = _COMMENT.sub(b"", data[header.end() :]).split(maxsplit=count)[:count]
    if len(words) < count:
        raise DecodeError("damaged PPM: the data is truncated")
    return np.array(words).astype(np.int64)
