"""Pixels → a picture inside the page: small ones enlarged with hard edges, large ones shrunk."""

import base64
import io
from dataclasses import dataclass

import PIL.Image

from hardy.pixels import Image
from hardy.pixels.channels import to_channels
from hardy.pixels.encode import encode_png
from hardy.pixels.resize import resize

LONGEST_SIDE = 160
"""Pixels on the long side of what is embedded, at most."""

_SMALL_SIDE = 48  # up to here a picture is enlarged, by a whole factor, so that its pixels can be seen
_ENLARGED_SIDE = 96
_JPEG_QUALITY = 85


@dataclass(frozen=True)
class Thumbnail:
    """A picture for the page.

    Args:
        uri: `data:` and the bytes in base64.
        width: as shown, in CSS pixels.
        height: as shown.
        enlarged: whether its pixels are shown as squares.
    """

    uri: str
    width: int
    height: int
    enlarged: bool


def _encode_jpeg(pixels: Image) -> bytes:
    buffer = io.BytesIO()
    image = PIL.Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    image.save(buffer, "JPEG", quality=_JPEG_QUALITY, optimize=True)
    return buffer.getvalue()


def _embed(pixels: Image) -> str:
    """PNG, or JPEG where that spares more than half: photographs, not drawings."""
    png = encode_png(pixels)
    jpeg = _encode_jpeg(pixels) if max(pixels.shape[:2]) > _SMALL_SIDE else png
    kind, data = ("jpeg", jpeg) if 2 * len(jpeg) < len(png) else ("png", png)
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def make_thumbnail(pixels: Image, longest_side: int = LONGEST_SIDE) -> Thumbnail:
    """Make a picture for the page.

    Args:
        pixels: (H, W, 1 to 4), uint8 or uint16; alpha is laid on black, as the networks see it.
        longest_side: pixels, at most.

    Example:
        >>> import numpy as np
        >>> small = make_thumbnail(np.zeros((28, 28, 1), np.uint8))
        >>> small.width, small.enlarged, small.uri[:22]
        (84, True, 'data:image/png;base64,')
    """
    opaque = to_channels(pixels, 1 if pixels.shape[2] <= 2 else 3)
    height, width = opaque.shape[:2]
    side = max(height, width)
    if side <= _SMALL_SIDE:
        factor = max(1, min(_ENLARGED_SIDE, longest_side) // side)
        return Thumbnail(_embed(opaque), width * factor, height * factor, factor > 1)
    if side > longest_side:
        scale = longest_side / side
        opaque = resize(opaque, (max(1, round(height * scale)), max(1, round(width * scale))), "stretch")
    return Thumbnail(_embed(opaque), opaque.shape[1], opaque.shape[0], False)
