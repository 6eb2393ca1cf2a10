"""WebP: sizes, frames and metadata from the RIFF chunks, pixels by Pillow."""

import struct

import numpy as np
import PIL.Image

from hardy.errors import DecodeError
from hardy.pixels import icc
from hardy.pixels.exif import read_orientation, turn_upright
from hardy.pixels.formats import pillow
from hardy.pixels.limits import MAX_PIXELS, check_frames, check_size
from hardy.pixels.picture import Picture


def read(data: bytes, max_pixels: int = MAX_PIXELS) -> Picture:
    """Decode the first frame of a WebP: upright, in sRGB.

    Raises:
        DecodeError: truncated, damaged or too large. WebP has no checksums: not all damage can be seen.

    Example:
        >>> import io, PIL.Image
        >>> buffer = io.BytesIO(); PIL.Image.new("RGB", (11, 17)).save(buffer, "WEBP")
        >>> read(buffer.getvalue()).pixels.shape
        (17, 11, 3)

    Source: RFC 9649.
    """
    chunks = _walk(data)
    width, height = _size(chunks)
    frames = max(1, sum(kind == b"ANMF" for kind, _ in chunks))
    check_frames(frames)
    check_size(width, height, max_pixels, 4)
    image = pillow.load("WEBP", data, max_pixels)
    mode = image.mode
    first = dict(reversed(chunks))
    pixels = pillow.to_array(image)
    if b"ICCP" in first and mode in ("RGB", "RGBA"):
        colours = PIL.Image.fromarray(np.ascontiguousarray(pixels[..., :3]))
        pixels[..., :3] = np.asarray(icc.to_srgb(colours, bytes(first[b"ICCP"])))
    orientation = read_orientation(bytes(first.get(b"EXIF", b"")), bytes(first.get(b"XMP ", b"")))
    return Picture(turn_upright(pixels, orientation), "WEBP", mode, frames)


def _walk(data: bytes) -> list[tuple[bytes, memoryview]]:
    if len(data) < 20:
        raise DecodeError("damaged WEBP: the data is truncated")
    end = 8 + struct.unpack_from("<I", data, 4)[0]
    if end > len(data):
        raise DecodeError("damaged WEBP: the data is truncated")
    view, place, chunks = memoryview(data), 12, []
    while place + 8 <= end:
        (length,) = struct.unpack_from("<I", data, place + 4)
        if place + 8 + length > end:
            raise DecodeError("damaged WEBP: a chunk is larger than the file")
        chunks.append((data[place : place + 4], view[place + 8 : place + 8 + length]))
        place += 8 + length + (length & 1)
    return chunks


def _size(chunks: list[tuple[bytes, memoryview]]) -> tuple[int, int]:
    """(width, height) of the canvas."""
    kind, body = chunks[0] if chunks else (b"", memoryview(b""))
    if kind == b"VP8X" and len(body) >= 10:
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if kind == b"VP8L" and len(body) >= 5:
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and len(body) >= 10:
        width, height = struct.unpack_from("<HH", body, 6)
        return width & 0x3FFF, height & 0x3FFF
    raise DecodeError("damaged WEBP: its first chunk is of no known kind")
