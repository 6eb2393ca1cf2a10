"""Black becomes white."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.transform import Parameters, Transform


@dataclass(frozen=True)
class Invert(Transform):
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
    tones: ClassVar[bool] = True

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],  # noqa: ARG002
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        return {}

    def tone(
        self,
        parameters: Parameters,  # noqa: ARG002
        values: Float64[np.ndarray, "n c k"],
        maximum: float,
    ) -> Float64[np.ndarray, "n c k"]:
        return maximum - values
