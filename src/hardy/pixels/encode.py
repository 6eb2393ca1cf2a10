"""Pixels → bytes of a picture file: PNG without loss, JPEG where loss is asked for."""

import io

import cv2
import numpy as np
import PIL.Image
import simplejpeg

from hardy.errors import InputError, ShapeError
from hardy.pixels import Image


def encode_png(pixels: Image) -> bytes:
    """Encode as PNG: grey, grey with alpha, RGB or RGBA, of 8 or 16 bits.

    Example:
        >>> encode_png(np.zeros((2, 3, 1), np.uint8))[1:4]
        b'PNG'
    """
    if pixels.ndim != 3 or not 1 <= pixels.shape[2] <= 4 or 0 in pixels.shape:
        raise ShapeError(f"PNG holds (H, W, 1 to 4) pixels, got shape {pixels.shape}")
    if pixels.dtype not in (np.uint8, np.uint16):
        raise ShapeError(f"PNG here holds uint8 or uint16, got {pixels.dtype}")
    if pixels.dtype == np.uint16 and pixels.shape[2] > 1:
        return _encode_deep(pixels)
    image = PIL.Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()


def _encode_deep(pixels: Image) -> bytes:
    """16 bits of several channels, which Pillow cannot write. Grey with alpha becomes RGBA."""
    places = {2: [0, 0, 0, 1], 3: [2, 1, 0], 4: [2, 1, 0, 3]}[pixels.shape[2]]
    done, buffer = cv2.imencode(".png", np.ascontiguousarray(pixels[..., places]), [cv2.IMWRITE_PNG_COMPRESSION, 3])
    if not done:
        raise ShapeError(f"OpenCV cannot write {pixels.shape} {pixels.dtype} as PNG")
    return buffer.tobytes()


def encode_jpeg(pixels: Image, quality: int) -> bytes:
    """Encode 8-bit grey or RGB as JPEG, colour at full resolution (4:4:4).

    Args:
        pixels: (H, W, 1 or 3), uint8.
        quality: 1 to 99 on libjpeg's scale. Halving the resolution of colour instead (4:2:0) costs 4 dB at 90 and
            saves a quarter of the bytes; a lower quality saves as many for 2 dB.

    Example:
        >>> encode_jpeg(np.zeros((17, 11, 3), np.uint8), 90)[:2]
        b'\\xff\\xd8'
    """
    if not 1 <= quality <= 99:
        raise InputError(f"JPEG's quality is 1 to 99, got {quality}")
    if pixels.ndim != 3 or pixels.shape[2] not in (1, 3) or pixels.dtype != np.uint8 or 0 in pixels.shape:
        raise ShapeError(f"JPEG holds uint8 (H, W, 1 or 3), got {pixels.dtype} {pixels.shape}")
    if max(pixels.shape[:2]) > 65_535:
        raise ShapeError(f"JPEG holds up to 65,535 pixels a side, got {pixels.shape[0]}×{pixels.shape[1]}")
    space, sampling = ("GRAY", "Gray") if pixels.shape[2] == 1 else ("RGB", "444")
    return bytes(simplejpeg.encode_jpeg(np.ascontiguousarray(pixels), quality, space, sampling))
