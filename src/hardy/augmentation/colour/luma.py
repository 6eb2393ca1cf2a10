"""Light apart from colour: change the luma of three channels and keep the rest."""

from collections.abc import Callable

import cv2
import numpy as np
from jaxtyping import Shaped

from hardy.augmentation.units import from_unit, to_unit

Picture = Shaped[np.ndarray, "h w 3"]
Change = Callable[[Shaped[np.ndarray, "h w 1"]], Shaped[np.ndarray, "h w 1"]]


def with_luma(image: Picture, change: Change) -> Picture:
    """Change Y of Y, Cr, Cb, of any dtype."""
    parts = cv2.cvtColor(image, cv2.COLOR_RGB2YCrCb)
    parts[:, :, :1] = change(np.ascontiguousarray(parts[:, :, :1]))
    return cv2.cvtColor(parts, cv2.COLOR_YCrCb2RGB)


def with_lightness(image: Picture, change: Change) -> Picture:
    """Change L of L*, a*, b*, which is given as whole numbers: of 8 bits for a picture of 8, otherwise of 16."""
    if image.dtype == np.uint8:
        parts = cv2.cvtColor(image, cv2.COLOR_RGB2LAB)
        parts[:, :, :1] = change(np.ascontiguousarray(parts[:, :, :1]))
        return cv2.cvtColor(parts, cv2.COLOR_LAB2RGB)
    parts = cv2.cvtColor(np.clip(to_unit(image), 0, 1), cv2.COLOR_RGB2LAB)
    lightness = from_unit(parts[:, :, :1] / np.float32(100), np.uint16)
    parts[:, :, :1] = to_unit(change(lightness)) * np.float32(100)
    return from_unit(np.clip(cv2.cvtColor(parts, cv2.COLOR_LAB2RGB), 0, 1), image.dtype)
