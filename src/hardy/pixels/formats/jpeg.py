"""JPEG: simplejpeg (libjpeg-turbo), which alone says whether the data was whole; Pillow for CMYK and oddities."""

from dataclasses import dataclass

import simplejpeg

from hardy.errors import DecodeError
from hardy.pixels import Image, icc
from hardy.pixels.enough import Enough
from hardy.pixels.exif import read_orientation, turn_upright
from hardy.pixels.formats import pillow
from hardy.pixels.formats.jpeg_scans import means_only
from hardy.pixels.formats.multi_picture import count_pictures
from hardy.pixels.limits import MAX_PIXELS, MAX_SCANS, check_size
from hardy.pixels.picture import Picture

_MODES = {1: ("L", "GRAY"), 3: ("RGB", "RGB"), 4: ("CMYK", "CMYK")}
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = frozenset((0xC2, 0xC6, 0xCA, 0xCE))
_BARE = frozenset((0x01, *range(0xD0, 0xD9)))
# libjpeg's warnings about data that is whole: the rest of them mean that pixels were made up.
_HARMLESS = ("before marker 0xd9", "unknown JFIF", "Unknown Adobe", "Unsupported", "not supported", "not implemented")


@dataclass(slots=True)
class Header:
    """What stands before the first scan.

    Args:
        width: in pixels, as stored.
        height: likewise.
        components: 1 grey, 3 colour, 4 CMYK.
        exif: the EXIF block, empty where there is none.
        xmp: the XMP packet, likewise.
        profile: the ICC profile, likewise.
        frames: how many pictures the file holds: more than 1 in a multi-picture file.
        cut: where the segments begin and end that say nothing about the pixels' meaning.
        progressive: where the frame header of a progressive picture begins; 0 in any other.
        first_scan: where its first scan begins.
    """

    width: int = 0
    height: int = 0
    components: int = 0
    exif: bytes = b""
    xmp: bytes = b""
    profile: bytes = b""
    frames: int = 1
    cut: tuple[tuple[int, int], ...] = ()
    progressive: int = 0
    first_scan: int = 0


def read_header(data: bytes) -> Header:
    """Walk the segments up to the first scan.

    Raises:
        DecodeError: they are cut off or make no sense, or there are more scans than a picture needs.

    Example:
        >>> import simplejpeg
        >>> read_header(simplejpeg.encode_jpeg(np.zeros((17, 11, 3), np.uint8))).height
        17

    Source: ITU-T T.81, Annex B.
    """
    header = Header()
    parts: dict[int, bytes] = {}
    cut: list[tuple[int, int]] = []
    place, size = 2, len(data)
    while place + 4 <= size:
        if data[place] != 0xFF:
            raise DecodeError("damaged JPEG: a segment does not begin where the one before it ends")
        marker = data[place + 1]
        if marker == 0xFF:  # a byte of padding
            place += 1
            continue
        if marker in _BARE:
            place += 2
            continue
        if marker == 0xDA:
            break
        if marker == 0xD9:
            raise DecodeError("damaged JPEG: it ends before its first scan")
        length = data[place + 2] << 8 | data[place + 3]
        after = place + 2 + length
        if marker in _FRAMES:
            header.height = data[place + 5] << 8 | data[place + 6]
            header.width = data[place + 7] << 8 | data[place + 8]
            header.components = data[place + 9]
            if marker in _PROGRESSIVE and data.count(b"\xff\xda") > MAX_SCANS:
                raise DecodeError(f"a JPEG of more than {MAX_SCANS} scans")
            header.progressive = place if marker == 0xC2 else 0
        elif marker == 0xE1:
            if data.startswith(b"Exif\0", place + 4) and not header.exif:
                header.exif = data[place + 10 : after]
            elif data.startswith(b"http://ns.adobe.com/xap/1.0/\0", place + 4):
                header.xmp = data[place + 33 : after]
            cut.append((place, after))
        elif marker == 0xE2:
            if data.startswith(b"ICC_PROFILE\0", place + 4):
                parts[data[place + 16]] = data[place + 18 : after]
            elif data.startswith(b"MPF\0", place + 4):
                header.frames = count_pictures(data[place + 8 : after])
            cut.append((place, after))
        place = after
    else:
        raise DecodeError("damaged JPEG: the data is truncated before its first scan")
    if parts:
        header.profile = b"".join(parts[number] for number in sorted(parts))
    header.cut, header.first_scan = tuple(cut), place
    return header


def upright_size(data: bytes) -> tuple[int, int]:
    """(height, width) of the picture that `read` gives, from what stands before the first scan.

    Raises:
        DecodeError: as `read_header`.
    """
    header = read_header(data)
    turned = bool(header.exif or header.xmp) and read_orientation(header.exif, header.xmp) >= 5
    return (header.width, header.height) if turned else (header.height, header.width)


def read(data: bytes, max_pixels: int = MAX_PIXELS, enough: Enough | None = None) -> Picture:
    """Decode a JPEG: upright, in sRGB.

    Args:
        data: the file.
        max_pixels: more are refused from the header.
        enough: decode at 1/2, 1/4 or 1/8 where that is; not exact.

    Raises:
        DecodeError: truncated, damaged or too large.

    Example:
        >>> import simplejpeg
        >>> read(simplejpeg.encode_jpeg(np.zeros((17, 11, 1), np.uint8), colorspace="GRAY")).mode
        'L'
    """
    header = read_header(data)
    check_size(header.width, header.height, max_pixels, header.components or 1)
    mode, colours = _MODES.get(header.components, ("", ""))
    if not mode:
        raise DecodeError(f"a JPEG of {header.components} components, where 1, 3 or 4 are read")
    orientation = read_orientation(header.exif, header.xmp) if header.exif or header.xmp else 1
    scale = 1
    if enough is not None:
        scale = _scale(header, orientation, enough)
    if mode == "CMYK":
        pixels = _by_pillow(data, header, max_pixels, scale)
    else:
        try:
            if scale == 1:
                pixels = simplejpeg.decode_jpeg(data, colours)
            else:
                least = -(-header.height // scale), -(-header.width // scale)
                if scale == 8 and header.progressive:
                    data = means_only(data, header.progressive, header.first_scan)
                pixels = simplejpeg.decode_jpeg(data, colours, False, False, *least, float(scale))
        except ValueError as error:
            if not any(word in str(error) for word in _HARMLESS):
                raise DecodeError(_reason(error)) from error
            pixels = _by_pillow(data, header, max_pixels, scale)
        else:
            if header.profile:
                pixels = icc.array_to_srgb(pixels, header.profile)
    upright = turn_upright(pixels, orientation) if orientation > 1 else pixels
    if scale == 1:
        return Picture(upright, "JPEG", mode, header.frames)
    extent = header.height / scale, header.width / scale
    return Picture(
        upright, "JPEG", mode, header.frames, reduced=scale, extent_hw=extent if orientation < 5 else extent[::-1]
    )


def _scale(header: Header, orientation: int, enough: Enough) -> int:
    """How far to reduce: a partly covered row or column has to stay the last one when the picture is turned."""
    scale = (enough if orientation < 5 else enough.turned()).scale((header.height, header.width))
    while orientation not in (1, 5) and (header.height % scale or header.width % scale):
        scale //= 2
    return scale


def _by_pillow(data: bytes, header: Header, max_pixels: int, scale: int) -> Image:
    """Without the segments from which Pillow reads metadata: it warns of odd ones."""
    pieces, start = [], 0
    for begin, end in header.cut:
        pieces.append(data[start:begin])
        start = end
    pieces.append(data[start:])
    image = pillow.load("JPEG", b"".join(pieces), max_pixels)
    if scale > 1:
        image = image.reduce(scale)
    return pillow.to_array(icc.to_srgb(image, header.profile) if header.profile else image)


def _reason(error: ValueError) -> str:
    text = str(error)
    cut = "premature" in text.lower()
    return f"damaged JPEG: the data is truncated ({text})" if cut else f"damaged JPEG: {text}"
