"""Bytes of a picture file → pixels. The kind is judged from the bytes, never from the name."""

from hardy.errors import DecodeError
from hardy.pixels.enough import Enough
from hardy.pixels.formats import DECODERS, jpeg
from hardy.pixels.limits import MAX_PIXELS
from hardy.pixels.picture import Picture
from hardy.pixels.sniff import sniff

__all__ = ["MAX_PIXELS", "Picture", "decode", "sniff"]


def decode(data: bytes, max_pixels: int = MAX_PIXELS, enough: Enough | None = None) -> Picture:
    """Decode a whole picture: turned as its EXIF tag says, in sRGB, first frame, alpha kept.

    Args:
        data: a JPEG, PNG, GIF, WebP, BMP, TIFF or PNM file.
        max_pixels: pictures with more are refused before they are unpacked.
        enough: the size that is enough: a JPEG may then be decoded at 1/2, 1/4 or 1/8, which is faster and not exact.
            By default every picture is decoded at its full size.

    Returns:
        The picture. A palette becomes RGB (RGBA where it has transparency), CMYK becomes RGB (Adobe's inversion
        included), one bit becomes 0 and 255, 16 bits stay uint16. `frames` says of how many this is the first.

    Raises:
        DecodeError: empty, of another kind, too large, truncated or damaged. The message says which; it does not
            know the file's name, which the caller adds.

    Example:
        >>> from hardy.pixels.encode import encode_png
        >>> decode(encode_png(np.zeros((17, 11, 3), np.uint8))).pixels.shape
        (17, 11, 3)

    Source: Pillow; its reading of every format is the reference here. Where we differ: 16-bit colour keeps its depth,
        embedded profiles are applied, data that is cut off or fails a checksum is refused wherever that can be seen.
    """
    if not data:
        raise DecodeError("the file is empty")
    kind = sniff(data)
    if kind is None:
        raise DecodeError(f"not a picture of a kind we read (begins with {data[:8]!r})")
    try:
        if kind == "JPEG":
            return jpeg.read(data, max_pixels, enough)
        return DECODERS[kind](data, max_pixels)
    except (DecodeError, MemoryError):
        raise
    except Exception as error:  # codecs raise anything when fed damaged data
        raise DecodeError(f"damaged {kind}: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    text = str(error).strip()
    if "truncated" in text.lower() or isinstance(error, EOFError):
        return f"the data is truncated ({text})" if text else "the data is truncated"
    return text or type(error).__name__
