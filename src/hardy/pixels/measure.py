"""How many pixels a picture file unpacks to, judged from its header at next to no cost, to plan memory by."""

import struct

from hardy.pixels.limits import MAX_PIXELS
from hardy.pixels.sniff import sniff

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def count_pixels(data: bytes) -> int:
    """Pixels of the first frame; the most that is decoded where the header does not tell quickly.

    Args:
        data: any bytes; damaged ones are for the decoder to refuse.

    Returns:
        At least 1, at most `MAX_PIXELS`.

    Example:
        >>> from hardy.pixels.encode import encode_png
        >>> count_pixels(encode_png(np.zeros((17, 11, 3), np.uint8)))
        187
    """
    try:
        width, height = _size(sniff(data), data)
    except (struct.error, IndexError):
        return 1  # cut off inside its header: nothing will be unpacked
    return min(max(1, abs(width * height)), MAX_PIXELS)


def _size(kind: str | None, data: bytes) -> tuple[int, int]:
    if kind == "JPEG":
        return _jpeg(data)
    if kind == "PNG":
        width, height = struct.unpack_from(">II", data, 16)
    elif kind == "GIF":
        width, height = struct.unpack_from("<HH", data, 6)
    elif kind == "BMP":
        width, height = struct.unpack_from("<ii", data, 18)
    elif kind == "WEBP":
        return _webp(data)
    else:
        return (MAX_PIXELS, 1) if kind else (1, 1)
    return width, height


def _jpeg(data: bytes) -> tuple[int, int]:
    place = 2
    while True:
        marker = data[place + 1]
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, place + 5)
            return width, height
        if marker == 0xFF:
            place += 1
        else:
            place += 2 + (data[place + 2] << 8 | data[place + 3])


def _webp(data: bytes) -> tuple[int, int]:
    if data[12:16] == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if data[12:16] == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack_from("<HH", data, 26)
    return width & 0x3FFF, height & 0x3FFF
