"""BMP: by Pillow, which fills up run lengths that end too early; their size in the header tells."""

import struct

from hardy.errors import DecodeError
from hardy.pixels.formats import pillow
from hardy.pixels.limits import MAX_PIXELS
from hardy.pixels.picture import Picture

_RUNS = (1, 2)


def read(data: bytes, max_pixels: int = MAX_PIXELS) -> Picture:
    """Decode a BMP: 1 to 32 bits, palette, run lengths.

    Raises:
        DecodeError: too large, or run lengths are cut off.
        Exception: whatever Pillow makes of damaged data.

    Example:
        >>> import io, PIL.Image
        >>> buffer = io.BytesIO(); PIL.Image.new("L", (11, 17)).save(buffer, "BMP")
        >>> read(buffer.getvalue()).mode
        'L'

    Source: Pillow.
    """
    if len(data) >= 54:
        start, header, compression, size = struct.unpack_from("<II12xII", data, 10)
        if header >= 40 and compression in _RUNS and start + size > len(data):
            raise DecodeError("damaged BMP: the data is truncated")
    image = pillow.load("BMP", data, max_pixels)
    return Picture(pillow.to_array(image), "BMP", image.mode)
