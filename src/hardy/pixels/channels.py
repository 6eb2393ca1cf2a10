"""Grey or colour, with what alpha hides laid on a background."""

from typing import TypeAlias

import numpy as np
from jaxtyping import UInt8, UInt32

from hardy.errors import InputError, ShapeError
from hardy.pixels import Image

# ITU-R BT.601 luma in 16-bit fixed point: what Pillow's convert("L") computes.
_LUMA = np.array([19595, 38470, 7471], np.uint32)


Background: TypeAlias = int | tuple[int, ...]
"""A grey level or (red, green, blue), each 0..255."""


def check_background(background: Background) -> None:
    """Raise unless it is a level from 0 to 255, or three.

    Raises:
        InputError: it is not.
    """
    levels = background if isinstance(background, tuple) else (background,)
    whole = all(isinstance(level, int) and 0 <= level <= 255 for level in levels)
    if not whole or len(levels) not in (1, 3):
        raise InputError(f"background must be a grey level from 0 to 255 or three of them, R G B; got {background!r}")


def in_channels(background: Background, channels: int) -> Background:
    """The background as pictures of so many channels show it: a colour in grey is its luma.

    Example:
        >>> in_channels((255, 0, 0), 1), in_channels((255, 0, 0), 3), in_channels(7, 3)
        (76, (255, 0, 0), 7)
    """
    if not isinstance(background, tuple):
        return background
    if len(background) == 1:
        return background[0]
    return int(_grey(np.array([background], np.uint32))[0]) if channels == 1 else background


def to_8_bits(pixels: Image) -> UInt8[np.ndarray, "h w c"]:
    """Scale 16-bit pixels by their own depth: 65535 becomes 255, rounded.

    Example:
        >>> to_8_bits(np.array([[[65535], [257]]], np.uint16)).ravel().tolist()
        [255, 1]
    """
    if pixels.dtype == np.uint8:
        return pixels
    return ((pixels.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)


def lay_on_background(pixels: UInt8[np.ndarray, "h w c"], background: Background) -> UInt8[np.ndarray, "h w d"]:
    """Drop alpha by laying the image on a plain background; images without alpha come back as they are.

    Args:
        pixels: (H, W, 1 to 4).
        background: a colour makes colour of a grey image with alpha.

    Example:
        >>> lay_on_background(np.array([[[10, 0], [10, 255]]], np.uint8), 255).ravel().tolist()
        [255, 10]
    """
    if pixels.shape[2] in (1, 3):
        return pixels
    colour, alpha = pixels[..., :-1].astype(np.uint32), pixels[..., -1:].astype(np.uint32)
    under = np.array(background, np.uint32)
    return ((colour * alpha + under * (255 - alpha) + 127) // 255).astype(np.uint8)


def to_channels(pixels: Image, channels: int, background: Background = 0) -> UInt8[np.ndarray, "h w d"]:
    """Make an 8-bit image of 1 (grey) or 3 (RGB) channels out of any.

    Args:
        pixels: (H, W, 1 to 4), uint8 or uint16.
        channels: 1 or 3.
        background: grey level or (red, green, blue), 0 to 255, under what alpha leaves transparent.

    Raises:
        ShapeError: other numbers of channels.

    Example:
        >>> to_channels(np.array([[[255, 0, 0]]], np.uint8), 1).item()
        76

    Source: grey is the BT.601 luma as Pillow's `convert("L")` rounds it.
    """
    if pixels.ndim != 3 or not 1 <= pixels.shape[2] <= 4:
        raise ShapeError(f"expected (H, W, 1 to 4) pixels, got shape {pixels.shape}")
    shown = in_channels(background, 1) if channels == 1 and pixels.shape[2] < 3 else background
    opaque = lay_on_background(to_8_bits(pixels), shown)
    if opaque.shape[2] == channels:
        return opaque
    if channels == 3:
        return np.repeat(opaque, 3, axis=2)
    if channels == 1:
        return _grey(opaque.astype(np.uint32)).astype(np.uint8)[..., None]
    raise ShapeError(f"channels must be 1 (grey) or 3 (RGB), got {channels}")


def _grey(colours: UInt32[np.ndarray, "*shape 3"]) -> UInt32[np.ndarray, "*shape"]:
    return (colours @ _LUMA + 32768) >> 16
