"""Another size, anti-aliased."""

from typing import Literal, get_args

import numpy as np
import PIL.Image
from jaxtyping import UInt8

from hardy.errors import InputError

Fit = Literal["stretch", "pad", "crop"]
FITS: tuple[Fit, ...] = get_args(Fit)


def _resample(pixels: UInt8[np.ndarray, "h w c"], size_hw: tuple[int, int]) -> UInt8[np.ndarray, "h2 w2 c"]:
    if pixels.shape[:2] == size_hw:
        return pixels
    grey = pixels.shape[2] == 1
    image = PIL.Image.fromarray(pixels[..., 0] if grey else pixels)
    values = np.asarray(image.resize((size_hw[1], size_hw[0]), PIL.Image.Resampling.BILINEAR))
    return values[..., None] if grey else values


def resize(
    pixels: UInt8[np.ndarray, "h w c"], size_hw: tuple[int, int], fit: Fit = "pad", background: int = 0
) -> UInt8[np.ndarray, "h2 w2 c"]:
    """Resize with a triangle filter that widens when shrinking (anti-aliased).

    Args:
        pixels: (H, W, 1 or 3).
        size_hw: (height, width) in pixels.
        fit: "stretch" changes the proportions; "pad" fits the whole image in and fills the rest; "crop" fills the
            frame and cuts off what is over, evenly on both sides.
        background: grey level of the padding.

    Example:
        >>> resize(np.full((4, 8, 1), 9, np.uint8), (4, 4), "pad")[:, 0, 0].tolist()
        [0, 9, 9, 0]

    Source: Pillow's `Image.resize(BILINEAR)`.
    """
    if fit not in FITS:
        raise InputError(f"fit must be one of {', '.join(FITS)}; got {fit!r}")
    if min(size_hw) < 1:
        raise InputError(f"size must be at least 1×1, got {size_hw[0]}×{size_hw[1]}")
    height, width = pixels.shape[:2]
    target_h, target_w = size_hw
    if fit == "stretch" or (height * target_w == width * target_h):
        return _resample(pixels, size_hw)
    ratios = target_h / height, target_w / width
    scale = min(ratios) if fit == "pad" else max(ratios)
    inner_h = max(1, round(height * scale))
    inner_w = max(1, round(width * scale))
    inner = _resample(pixels, (inner_h, inner_w))
    if fit == "crop":
        top, left = (inner_h - target_h) // 2, (inner_w - target_w) // 2
        return inner[top : top + target_h, left : left + target_w]
    frame = np.full((target_h, target_w, pixels.shape[2]), background, np.uint8)
    top, left = (target_h - inner_h) // 2, (target_w - inner_w) // 2
    frame[top : top + inner_h, left : left + inner_w] = inner
    return frame
