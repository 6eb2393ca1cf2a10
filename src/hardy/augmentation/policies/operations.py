"""What the operations of published policies do to a picture of theirs, as Pillow does it.

Source: the operations of AutoAugment were written for Pillow; all later policies took them over.
"""

import numpy as np
from jaxtyping import Float64, Int64, Shaped

from hardy.augmentation.colour.auto_contrast import stretched
from hardy.augmentation.colour.equalize import equalized
from hardy.augmentation.colour.matrices import GREY
from hardy.augmentation.filters.sharpness import smoothed
from hardy.augmentation.values import RANGES

MOVES = ("ShearX", "ShearY", "TranslateX", "TranslateY", "Rotate")
TONES = ("Brightness", "Color", "Contrast", "Sharpness", "Posterize", "Solarize", "AutoContrast", "Equalize", "Invert")

_PILLOW_GREY = np.array([19595, 38470, 7471], np.uint32)  # 65536ths
_BITS = 16

Picture = Shaped[np.ndarray, "h w c"]


def move_matrices(
    operation: str, magnitude: Float64[np.ndarray, "n"], sizes_hw: Int64[np.ndarray, "n 2"]
) -> Float64[np.ndarray, "n 3 3"]:
    """Where each output pixel is taken from; pixel centres lie at whole numbers.

    Args:
        operation: one of MOVES.
        magnitude: slope from the picture's corner, whole pixels to the right or down, degrees counter-clockwise.
        sizes_hw: of the pictures.
    """
    matrices = np.tile(np.eye(3), (len(magnitude), 1, 1))
    if operation == "ShearX":
        matrices[:, 0, 1], matrices[:, 0, 2] = magnitude, magnitude / 2
    elif operation == "ShearY":
        matrices[:, 1, 0], matrices[:, 1, 2] = magnitude, magnitude / 2
    elif operation == "TranslateX":
        matrices[:, 0, 2] = -np.trunc(magnitude)
    elif operation == "TranslateY":
        matrices[:, 1, 2] = -np.trunc(magnitude)
    else:
        angle = np.deg2rad(magnitude)
        middle_y, middle_x = (sizes_hw.T - 1) / 2
        cos, sin = np.cos(angle), np.sin(angle)
        matrices[:, 0] = np.stack([cos, -sin, middle_x - cos * middle_x + sin * middle_y], axis=1)
        matrices[:, 1] = np.stack([sin, cos, middle_y - sin * middle_x - cos * middle_y], axis=1)
    return matrices


def toned(operation: str, image: Picture, magnitude: float) -> Picture:
    """A new picture, its values clamped to their range and, if whole, cut off.

    Args:
        operation: one of TONES.
        image: uint8, uint16 or float32 0..1.
        magnitude: what is added to the factor 1; bits; a threshold of 0..255.
    """
    maximum = RANGES[image.dtype.name]
    if operation == "AutoContrast":
        return stretched(image)
    if operation == "Equalize":
        return equalized(image, "pil")
    if operation == "Invert":
        return (maximum - image).astype(image.dtype)
    if operation == "Solarize":
        return np.where(image < magnitude / 255 * maximum, image, maximum - image).astype(image.dtype)
    if operation == "Posterize":
        return _posterized(image, int(magnitude))
    return _blended(_degenerate(operation, image), image, 1 + magnitude)


def _degenerate(operation: str, image: Picture) -> Shaped[np.ndarray, "..."]:
    """What an enhancement leads away from: black, the grey, the mean grey, the smoothed picture."""
    if operation == "Brightness":
        return np.zeros((), image.dtype)
    if operation == "Sharpness":
        return smoothed(image)
    if operation == "Color":
        return _grey(image) if image.shape[2] == 3 else image
    mean = _grey(image).mean(dtype=np.float64)
    return np.asarray(mean if image.dtype == np.float32 else np.floor(mean + 0.5), image.dtype)


def _grey(image: Picture) -> Shaped[np.ndarray, "h w 1"]:
    if image.shape[2] != 3:
        return image.mean(axis=2, keepdims=True, dtype=np.float64)
    if image.dtype == np.float32:
        return (image @ GREY.astype(np.float32))[..., None]
    return ((image @ _PILLOW_GREY + (1 << _BITS - 1)) >> _BITS).astype(image.dtype)[..., None]


def _blended(base: Shaped[np.ndarray, "..."], image: Picture, factor: float) -> Picture:
    """base + factor · (image − base)."""
    start = base.astype(np.float32)
    values = start + np.float32(factor) * (image.astype(np.float32) - start)
    return np.clip(values, 0, RANGES[image.dtype.name]).astype(image.dtype)  # cuts fractions off


def _posterized(image: Picture, bits: int) -> Picture:
    if image.dtype == np.float32:
        count = 2.0**bits
        return (np.clip(np.floor(image * count), 0, count - 1) / count).astype(np.float32)
    lost = 8 * image.itemsize - bits
    return (image >> lost) << lost if bits else np.zeros_like(image)
