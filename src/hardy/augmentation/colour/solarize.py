"""What is bright is turned around."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.arguments import extent
from hardy.augmentation.kinds import Curve
from hardy.augmentation.transform import Parameters, between


@dataclass(frozen=True)
class Solarize(Curve):
    """Turn values at or above a threshold around: maximum − value.

    Args:
        threshold_range: a share of the picture's range, 0..1: a pair (low, high), or a number for exactly that.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "Solarize#0", "Solarize#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> image = np.array([[[0], [127], [128], [255]]], np.uint8)
        >>> Compose([Solarize(p=1)])(image=image)["image"][0, :, 0]
        array([  0, 127, 127,   0], dtype=uint8)

    Source: Pillow's `ImageOps.solarize`; Albumentations' `Solarize`.
    """

    threshold_range: Any = (0.5, 0.5)
    p: Any = 0.5
    key: Any = None
    alike: ClassVar[bool] = True
    draws: ClassVar[int] = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        limits = extent("Solarize(threshold_range=…)", self.threshold_range, 0, 1, None)
        object.__setattr__(self, "threshold_range", limits)

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        return {"threshold": between(uniform[:, 0], self.threshold_range)}

    def curve(
        self, parameters: Parameters, levels: Float64[np.ndarray, "n c k"], maximum: float
    ) -> Float64[np.ndarray, "n c k"]:
        threshold = maximum * parameters["threshold"][:, None, None]
        return np.where(levels < threshold, levels, maximum - levels)
