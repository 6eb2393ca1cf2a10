"""Pixels → bytes of a picture file, without loss."""

import io

import numpy as np
import PIL.Image

from hardy.errors import ShapeError
from hardy.pixels import Image


def encode_png(pixels: Image) -> bytes:
    """Encode as PNG: grey, grey with alpha, RGB or RGBA of 8 bits, or grey of 16.

    Example:
        >>> encode_png(np.zeros((2, 3, 1), np.uint8))[1:4]
        b'PNG'
    """
    if pixels.ndim != 3 or not 1 <= pixels.shape[2] <= 4 or 0 in pixels.shape:
        raise ShapeError(f"PNG holds (H, W, 1 to 4) pixels, got shape {pixels.shape}")
    if pixels.dtype != np.uint8 and not (pixels.dtype == np.uint16 and pixels.shape[2] == 1):
        raise ShapeError(f"PNG here holds uint8, or uint16 of one channel; got {pixels.dtype} × {pixels.shape[2]}")
    image = PIL.Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()
