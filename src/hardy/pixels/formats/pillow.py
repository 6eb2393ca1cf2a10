"""What Pillow unpacks, as arrays. Its plug-ins are called by name: `Image.open` warns or raises by a global limit."""

import io
from collections.abc import Callable

import numpy as np
import PIL.Image
from PIL import BmpImagePlugin, GifImagePlugin, JpegImagePlugin, PngImagePlugin, PpmImagePlugin, WebPImagePlugin
from PIL import TiffImagePlugin as _Tiff

from hardy.errors import DecodeError
from hardy.pixels import Image
from hardy.pixels.limits import check_size

_PLUGINS: dict[str, Callable[..., PIL.Image.Image]] = {
    "BMP": BmpImagePlugin.BmpImageFile,
    "DIB": BmpImagePlugin.DibImageFile,
    "GIF": GifImagePlugin.GifImageFile,
    "JPEG": JpegImagePlugin.JpegImageFile,
    "PNG": PngImagePlugin.PngImageFile,
    "PPM": PpmImagePlugin.PpmImageFile,
    "TIFF": _Tiff.TiffImageFile,
    "WEBP": WebPImagePlugin.WebPImageFile,
}


def load(kind: str, data: bytes, max_pixels: int) -> PIL.Image.Image:
    """Unpack by the plug-in of that name.

    Args:
        kind: a key of the table above.
        data: without metadata that Pillow might warn of: Python's warnings are a setting of the whole process.
        max_pixels: held against the size that Pillow reads in the header.

    Raises:
        DecodeError: too large.
        Exception: whatever Pillow makes of damaged data.

    Example:
        >>> load("PPM", b"P5 2 1 255\\n01", 10).size
        (2, 1)
    """
    image = _PLUGINS[kind](io.BytesIO(data), "")
    check_size(*image.size, max_pixels)
    image.load()
    return image


def to_array(image: PIL.Image.Image) -> Image:
    """Pixels of any mode but floating point: palettes and transparent colours resolved, one bit as 0 and 255.

    Raises:
        DecodeError: floating-point pixels, or values that take more than 16 bits.

    Example:
        >>> to_array(PIL.Image.new("1", (11, 17), 1)).max()
        np.uint8(255)
    """
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
