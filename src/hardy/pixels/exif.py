"""Which way up a picture is: EXIF's tag, or XMP's where EXIF has none; and turning it."""

import re
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
from jaxtyping import UInt8, UInt16

from hardy.pixels import Image

_ORIENTATION = 0x0112
_XMP_ORIENTATION = re.compile(rb"tiff:Orientation(?:=\"|='|>)([1-8])")

_TURNS: dict[int, Callable[[Any], Any]] = {
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: a[::-1].swapaxes(0, 1),
    7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
    8: lambda a: a[:, ::-1].swapaxes(0, 1),
}


def read_orientation(exif: bytes, xmp: bytes = b"") -> int:
    """EXIF's orientation, 1 to 8; 1 (upright) where there is none or it makes no sense.

    Args:
        exif: a TIFF header and directory, with or without `Exif\\0\\0` before it; may be empty or damaged.
        xmp: an XMP packet, asked where EXIF does not say.

    Example:
        >>> read_orientation(b"", b'<rdf:Description tiff:Orientation="6"/>')
        6

    Source: CIPA DC-008 (EXIF 2.32), tag 0x0112; XMP as Pillow's `Image.getexif` reads it.
    """
    found = _orientation_tag(exif.removeprefix(b"Exif\0\0")) if exif else None
    if found is None and xmp:
        match = _XMP_ORIENTATION.search(xmp)
        found = int(match[1]) if match else None
    return found if found in _TURNS else 1


def _orientation_tag(tiff: bytes) -> int | None:
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 10:
        return None
    start = int(struct.unpack_from(order + "I", tiff, 4)[0])
    if start + 2 > len(tiff):
        return None
    (count,) = struct.unpack_from(order + "H", tiff, start)
    tag_bytes = struct.pack(order + "H", _ORIENTATION)
    for place in range(start + 2, min(start + 2 + 12 * count, len(tiff) - 11), 12):
        if tiff[place : place + 2] == tag_bytes:
            (kind,) = struct.unpack_from(order + "H", tiff, place + 2)
            (value,) = struct.unpack_from(order + ("I" if kind == 4 else "H"), tiff, place + 8)
            return int(value)
    return None


def turn_upright(pixels: Image, orientation: int) -> UInt8[np.ndarray, "h2 w2 c"] | UInt16[np.ndarray, "h2 w2 c"]:
    """The pixels as they are meant to be seen.

    Args:
        pixels: (H, W, C) as stored.
        orientation: 1 to 8.

    Returns:
        (H, W, C), or (W, H, C) for 5 to 8; contiguous; the same array where nothing turns.

    Example:
        >>> turn_upright(np.array([[[1], [2]]], np.uint8), 6)[:, 0, 0].tolist()
        [1, 2]
    """
    if orientation not in _TURNS:
        return pixels
    channels = pixels.shape[2]
    if orientation != 4 and channels > 1:  # NumPy turns planes several times as fast as pixels
        planes = [np.ascontiguousarray(_TURNS[orientation](pixels[..., channel])) for channel in range(channels)]
        return np.stack(planes, axis=2)
    return np.ascontiguousarray(_TURNS[orientation](pixels))
