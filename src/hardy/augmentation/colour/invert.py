"""Black becomes white."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64

from hardy.augmentation.kinds import Colour, Pictures
from hardy.augmentation.transform import Parameters


@dataclass(frozen=True)
class Invert(Colour):
    """Turn values around: maximum − value (255, 65535 or 1). Float pictures outside 0..1 are not clipped.

    Args:
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "Invert#0", "Invert#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> Compose([Invert(p=1)])(image=np.array([[[0], [55]]], np.uint8))["image"][0, :, 0]
        array([255, 200], dtype=uint8)

    Source: Albumentations' `InvertImg`, Pillow's `ImageOps.invert`.
    """

    p: Any = 0.5
    key: Any = None

    def matrix(self, parameters: Parameters, pictures: Pictures) -> Float64[np.ndarray, "n c c1"]:  # noqa: ARG002
        matrix = -np.eye(pictures.channels, pictures.channels + 1)
        matrix[:, -1] = 1
        return np.tile(matrix, (len(pictures.means), 1, 1))
