"""Bytes of a picture file → pixels. The kind is judged from the bytes, never from the name."""

import io
from dataclasses import dataclass

import numpy as np
import PIL.Image
import PIL.ImageOps

from hardy.errors import DecodeError
from hardy.pixels import Image

MAX_PIXELS = 89_478_485
"""Larger pictures are refused from their header: a quarter of a GiB at three bytes a pixel, as Pillow advises."""

_SIGNATURES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    *((b"P%d" % kind, "PPM") for kind in range(1, 7)),
)


@dataclass(frozen=True)
class Picture:
    """What a file held.

    Args:
        pixels: (H, W, C), uint8 or uint16; C is 1 grey, 2 grey with alpha, 3 RGB, 4 RGB with alpha.
        format: JPEG, PNG, GIF, WEBP, BMP, TIFF or PPM.
        mode: how the file kept its pixels, in Pillow's words (L, RGB, P, CMYK, I;16, …).
    """

    pixels: Image
    format: str
    mode: str


def sniff(data: bytes) -> str | None:
    """The format that the first bytes tell, or None.

    Example:
        >>> sniff(b"GIF89a")
        'GIF'
    """
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    return "WEBP" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None


def decode(data: bytes, max_pixels: int = MAX_PIXELS) -> Picture:
    """Decode a whole picture: turned as its EXIF tag says, first frame, alpha kept.

    Args:
        data: a JPEG, PNG, GIF, WebP, BMP, TIFF or PNM file.
        max_pixels: pictures with more are refused before they are unpacked.

    Returns:
        The picture. A palette becomes RGB (RGBA where it has transparency), CMYK becomes RGB (Adobe's inversion
        included), one bit becomes 0 and 255, 16-bit grey stays uint16; 16-bit colour is scaled to 8 bits.

    Raises:
        DecodeError: empty, of another kind, too large, truncated or damaged. The message says which; it does not
            know the file's name, which the caller adds.

    Example:
        >>> from hardy.pixels.encode import encode_png
        >>> decode(encode_png(np.zeros((17, 11, 3), np.uint8))).pixels.shape
        (17, 11, 3)

    Source: Pillow; its reading of every format is the reference here.
    """
    if not data:
        raise DecodeError("the file is empty")
    kind = sniff(data)
    if kind is None:
        raise DecodeError(f"not a picture of a kind we read (begins with {data[:8]!r})")
    try:
        # Not Image.open: it warns or raises by a global limit of its own, from several threads at once.
        PIL.Image.init()
        factory, _ = PIL.Image.OPEN[kind]
        with factory(io.BytesIO(data), "") as image:
            width, height = image.size
            if width * height > max_pixels:
                raise DecodeError(f"{width}×{height} pixels are more than the limit of {max_pixels:,}")
            mode = image.mode
            image.load()
            return Picture(_to_array(PIL.ImageOps.exif_transpose(image)), kind, mode)
    except DecodeError:
        raise
    except Exception as error:  # Pillow's plugins raise whatever their parsers run into
        raise DecodeError(f"damaged {kind}: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    text = str(error).strip()
    if "truncated" in text.lower() or isinstance(error, EOFError):
        return f"the data is truncated ({text})" if text else "the data is truncated"
    return text or type(error).__name__


def _to_array(image: PIL.Image.Image) -> Image:
    mode = image.mode
    if mode.startswith("I;16") or mode == "I":
        values = np.asarray(image)
        if values.min() < 0 or values.max() > 65535:
            raise DecodeError("32-bit pixels are not read")
        return np.ascontiguousarray(values.astype(np.uint16)[..., None])
    if mode == "F":
        raise DecodeError("floating-point pixels are not read")
    if mode == "1":
        image = image.convert("L")
    elif mode in ("P", "PA") or (mode in ("L", "RGB") and "transparency" in image.info):
        transparent = mode == "PA" or "transparency" in image.info
        image = image.convert(("LA" if mode == "L" else "RGBA") if transparent else "RGB")
    elif mode not in ("L", "LA", "RGB", "RGBA"):
        image = image.convert("RGB")
    values = np.array(image)
    return values[..., None] if values.ndim == 2 else values
