"""GIF: its blocks are walked to the end, Pillow unpacks the first picture."""

import struct

from hardy.errors import DecodeError
from hardy.pixels.formats import pillow
from hardy.pixels.limits import MAX_FRAMES, MAX_PIXELS, check_frames, check_size
from hardy.pixels.picture import Picture

_TRAILER, _PICTURE, _EXTENSION = 0x3B, 0x2C, 0x21


def read(data: bytes, max_pixels: int = MAX_PIXELS) -> Picture:
    """Decode the first frame of a GIF, as large as the file's screen or the frame, whichever is larger.

    Raises:
        DecodeError: truncated (in any frame), damaged or too large.

    Example:
        >>> import io, PIL.Image
        >>> buffer = io.BytesIO(); PIL.Image.new("P", (11, 17)).save(buffer, "GIF")
        >>> read(buffer.getvalue()).pixels.shape
        (17, 11, 3)

    Source: CompuServe, GIF89a specification (1990).
    """
    frames, end, (width, height) = _walk(data)
    check_frames(frames)
    check_size(width, height, max_pixels)
    # One frame, and a screen that holds it: Pillow would widen the screen and warn by a global limit.
    first = data[:6] + struct.pack("<HH", width, height) + data[10:end] + bytes([_TRAILER])
    image = pillow.load("GIF", first, max_pixels)
    return Picture(pillow.to_array(image), "GIF", image.mode, frames)


def _walk(data: bytes) -> tuple[int, int, tuple[int, int]]:
    """Number of frames, where the first ends, and the size (width, height) that holds it."""
    if len(data) < 13:
        raise DecodeError("damaged GIF: the data is truncated")
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    place = 13 + _table(flags)
    frames, end = 0, 0
    try:
        while data[place] != _TRAILER:
            kind = data[place]
            if kind == _EXTENSION:
                place = _after_blocks(data, place + 2)
            elif kind == _PICTURE:
                left, top, wide, high, flags = struct.unpack_from("<HHHHB", data, place + 1)
                place = _after_blocks(data, place + 11 + _table(flags))
                frames += 1
                if frames == 1:
                    end, width, height = place, max(width, left + wide), max(height, top + high)
                if frames > MAX_FRAMES:
                    break
            else:
                raise DecodeError(f"damaged GIF: a block of kind {kind}")
    except (IndexError, struct.error) as error:
        raise DecodeError("damaged GIF: the data is truncated") from error
    if not frames:
        raise DecodeError("damaged GIF: it holds no picture")
    return frames, end, (width, height)


def _table(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _after_blocks(data: bytes, place: int) -> int:
    while length := data[place]:
        place += length + 1
    return place + 1
