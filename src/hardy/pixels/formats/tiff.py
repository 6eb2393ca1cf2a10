"""TIFF: directories are walked by ourselves; Pillow (libtiff) unpacks the first page from a directory made anew.

Pillow warns of odd tags and reduces 16-bit colour to 8. So it gets a directory that holds only what the pixels need,
and 16-bit pictures of several channels are handed to it as grey ones that are so many times as wide.
"""

import struct
from dataclasses import dataclass

import numpy as np

from hardy.errors import DecodeError
from hardy.pixels import Image, icc
from hardy.pixels.exif import read_orientation, turn_upright
from hardy.pixels.formats import pillow
from hardy.pixels.limits import MAX_PIXELS, check_frames, check_size
from hardy.pixels.picture import Picture

_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_LETTERS = {1: "B", 3: "H", 4: "I", 16: "Q", 6: "b", 8: "h", 9: "i", 17: "q"}
_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC = 256, 257, 258, 259, 262
_STRIPS, _ORIENTATION, _SAMPLES, _STRIP_BYTES, _PLANAR, _PREDICTOR = 273, 274, 277, 279, 284, 317
_TILE_WIDTH, _TILE_HEIGHT, _TILES, _TILE_BYTES, _EXTRA, _FORMAT = 322, 323, 324, 325, 338, 339
_PROFILE, _XMP = 34675, 700
_SINGLE = (_WIDTH, _HEIGHT, _COMPRESSION, _PHOTOMETRIC, _SAMPLES, _PLANAR, _PREDICTOR, _TILE_WIDTH, _TILE_HEIGHT, 278)
_NEEDED = frozenset((*_SINGLE, _BITS, _STRIPS, _STRIP_BYTES, _TILES, _TILE_BYTES, _EXTRA, _FORMAT))
_NEEDED |= {266, 292, 293, 320, 347, 529, 530, 531, 532}  # bit order, fax, palette, JPEG tables, YCbCr
_LARGE_TILE = 2**22
_MODES = {1: "I;16", 2: "LA", 3: "RGB", 4: "RGBA"}


@dataclass(frozen=True)
class _File:
    data: bytes
    order: str
    big: bool

    def number(self, letter: str, place: int) -> int:
        return int(struct.unpack_from(self.order + letter, self.data, place)[0])


@dataclass(frozen=True)
class _Entry:
    kind: int
    count: int
    raw: bytes

    def numbers(self, order: str) -> tuple[int, ...]:
        letter = _LETTERS.get(self.kind)
        return struct.unpack(f"{order}{self.count}{letter}", self.raw) if letter else ()


_Page = dict[int, _Entry]


def read(data: bytes, max_pixels: int = MAX_PIXELS) -> Picture:
    """Decode the first page of a TIFF: upright, in sRGB, 16-bit colour at its full depth.

    Raises:
        DecodeError: truncated (in any page), damaged or too large; 32-bit or floating-point pixels.

    Example:
        >>> import io, PIL.Image
        >>> buffer = io.BytesIO(); PIL.Image.new("L", (11, 17)).save(buffer, "TIFF")
        >>> read(buffer.getvalue()).pixels.shape
        (17, 11, 1)

    Source: Adobe, TIFF 6.0 (1992), and its supplements for BigTIFF and predictors.
    """
    file = _File(data, "<" if data[:2] == b"II" else ">", data[2:4] in (b"+\0", b"\0+"))
    try:
        pages = _walk(file)
    except (struct.error, IndexError) as error:
        raise DecodeError("damaged TIFF: the data is truncated") from error
    page = pages[0]
    for tag in _SINGLE:
        if tag in page and (page[tag].count != 1 or not page[tag].numbers(file.order)):
            raise DecodeError(f"damaged TIFF: {page[tag].count} values of tag {tag}, where one is expected")
    bits, samples = _first(file, page, _BITS, 1), _first(file, page, _SAMPLES, 1)
    width, height = _first(file, page, _WIDTH, 0), _first(file, page, _HEIGHT, 0)
    check_size(width, height, max_pixels, max(1, samples * bits // 8))
    if (
        _TILE_WIDTH in page and _TILE_HEIGHT in page
    ):  # one is unpacked at a time, whole, and may reach beyond the picture
        tile_hw = _first(file, page, _TILE_HEIGHT, 0), _first(file, page, _TILE_WIDTH, 0)
        check_size(tile_hw[1], tile_hw[0], max(max_pixels, _LARGE_TILE), max(1, samples * bits // 8))
    photometric, kind = _first(file, page, _PHOTOMETRIC, 0), _first(file, page, _FORMAT, 1)
    planar_alpha = bits == 8 and samples == 2 and _first(file, page, _PLANAR, 1) == 2
    if (bits == 16 or planar_alpha) and kind == 1 and 2 <= samples <= 4 and photometric in (1, 2):
        pixels, mode = _read_grey(file, page, (height, width), samples, max_pixels), _MODES[samples]
    else:
        image = pillow.load("TIFF", _rewritten(file, page), max_pixels)
        mode = image.mode
        profile = page[_PROFILE].raw if _PROFILE in page else b""
        pixels = pillow.to_array(icc.to_srgb(image, profile) if profile else image)
    return Picture(turn_upright(pixels, _orientation(file, page)), "TIFF", mode, len(pages))


def _first(file: _File, page: _Page, tag: int, default: int) -> int:
    values = page[tag].numbers(file.order) if tag in page else ()
    return int(values[0]) if values else default


def _orientation(file: _File, page: _Page) -> int:
    if _ORIENTATION in page:
        found = _first(file, page, _ORIENTATION, 1)
        return found if 1 <= found <= 8 else 1
    return read_orientation(b"", page[_XMP].raw) if _XMP in page else 1


def _walk(file: _File) -> list[_Page]:
    """Every page's directory; all that it points to lies within the file."""
    wide, entry_size = ("Q", 20) if file.big else ("I", 12)
    place = file.number(wide, 8 if file.big else 4)
    pages: list[_Page] = []
    seen: set[int] = set()
    while place:
        if place in seen:
            raise DecodeError("damaged TIFF: its pages go round in a circle")
        seen.add(place)
        count = file.number("Q" if file.big else "H", place)
        start = place + (8 if file.big else 2)
        if start + count * entry_size > len(file.data):
            raise DecodeError("damaged TIFF: the data is truncated")
        page: _Page = {}
        for entry in range(start, start + count * entry_size, entry_size):
            page[file.number("H", entry)] = _entry(file, entry, wide)
        _check_strips(file, page)
        pages.append({} if pages else page)  # of the others only their number is told
        check_frames(len(pages))
        place = file.number(wide, start + count * entry_size)
    if not pages:
        raise DecodeError("damaged TIFF: it holds no picture")
    return pages


def _entry(file: _File, place: int, wide: str) -> _Entry:
    kind, count = file.number("H", place + 2), file.number(wide, place + 4)
    size, start = _BYTES.get(kind, 1) * count, place + (12 if file.big else 8)
    if size > (8 if file.big else 4):
        start = file.number(wide, start)
    if start + size > len(file.data):
        raise DecodeError("damaged TIFF: the data is truncated")
    return _Entry(kind, count, file.data[start : start + size])


def _check_strips(file: _File, page: _Page) -> None:
    for offsets, sizes in ((_STRIPS, _STRIP_BYTES), (_TILES, _TILE_BYTES)):
        if offsets in page and sizes in page:
            places, lengths = page[offsets].numbers(file.order), page[sizes].numbers(file.order)
            if any(place + length > len(file.data) for place, length in zip(places, lengths, strict=False)):
                raise DecodeError("damaged TIFF: the data is truncated")


def _rewritten(file: _File, page: _Page) -> bytes:
    """The file with one directory, at its end, of nothing but what the pixels need."""
    wide, inline, entry_size = ("Q", 8, 20) if file.big else ("I", 4, 12)
    kept = [(tag, page[tag]) for tag in sorted(page) if tag in _NEEDED]
    start = len(file.data) + len(file.data) % 2
    far_at = start + (8 if file.big else 2) + len(kept) * entry_size + inline
    directory = struct.pack(file.order + ("Q" if file.big else "H"), len(kept))
    far = b""
    for tag, entry in kept:
        directory += struct.pack(f"{file.order}HH{wide}", tag, entry.kind, entry.count)
        if len(entry.raw) <= inline:
            directory += entry.raw.ljust(inline, b"\0")
        else:
            directory += struct.pack(file.order + wide, far_at + len(far))
            far += entry.raw + b"\0" * (len(entry.raw) % 2)
    directory += struct.pack(file.order + wide, 0) + far
    head = file.data[:8] if file.big else file.data[:4]
    pointer = struct.pack(file.order + wide, start)
    return b"".join([head, pointer, file.data[len(head) + inline :], b"\0" * (len(file.data) % 2), directory])


def _read_grey(file: _File, page: _Page, size_hw: tuple[int, int], samples: int, max_pixels: int) -> Image:
    """Pixels of several channels, channel by channel or side by side as they lie in the file, read as grey."""
    height, width = size_hw
    planar = _first(file, page, _PLANAR, 1) == 2
    side_by_side = 1 if planar else samples
    grey = {tag: entry for tag, entry in page.items() if tag not in (_EXTRA, _FORMAT, _PLANAR, _PREDICTOR)}
    tile_width = _first(file, page, _TILE_WIDTH, 0)
    changes = {_WIDTH: width * side_by_side, _SAMPLES: 1, _BITS: _first(file, page, _BITS, 1), _PHOTOMETRIC: 1}
    if tile_width:
        changes[_TILE_WIDTH] = tile_width * side_by_side
    grey |= {tag: _long(file, value) for tag, value in changes.items()}
    planes = [grey]
    if planar:
        planes = [grey | _share(page, number, samples) for number in range(samples)]
    values = [
        pillow.to_array(pillow.load("TIFF", _rewritten(file, plane), max_pixels * samples)).reshape(
            height, width, side_by_side
        )
        for plane in planes
    ]
    pixels = np.concatenate(values, axis=2) if planar else values[0]
    if _first(file, page, _PREDICTOR, 1) == 2 and _first(file, page, _COMPRESSION, 1) != 1:
        for left in range(0, width, tile_width or width):  # each value is kept as the difference to its neighbour's
            part = pixels[:, left : left + (tile_width or width)]
            np.cumsum(part, axis=1, dtype=pixels.dtype, out=part)
    return pixels


def _long(file: _File, value: int) -> _Entry:
    return _Entry(4, 1, struct.pack(file.order + "I", value))


def _share(page: _Page, number: int, planes: int) -> _Page:
    """The strips or tiles of one plane."""
    share: _Page = {}
    for tag in (_STRIPS, _STRIP_BYTES, _TILES, _TILE_BYTES):
        if tag in page:
            entry = page[tag]
            if entry.count % planes:
                raise DecodeError("damaged TIFF: its planes have different numbers of strips")
            count, size = entry.count // planes, len(entry.raw) // planes
            share[tag] = _Entry(entry.kind, count, entry.raw[number * size : (number + 1) * size])
    return share
