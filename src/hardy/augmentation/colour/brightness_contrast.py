"""Brightness and contrast in the words of Albumentations."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.arguments import extent, one_of
from hardy.augmentation.colour.matrices import grey_shares, scaled
from hardy.augmentation.kinds import Colour, Pictures
from hardy.augmentation.transform import Parameters, between


@dataclass(frozen=True)
class RandomBrightnessContrast(Colour):
    """Multiply all values by 1 + contrast, about black, and add brightness.

    Args:
        brightness_limit: what is added, −1..1: a pair (low, high), or a number v for −v..v.
        contrast_limit: −1 or more: a pair (low, high), or a number v for −v..v.
        brightness_by_max: brightness is a share of the picture's range; otherwise of the picture's mean, as it enters
            the chain.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "RandomBrightnessContrast#0", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> alter = Compose([RandomBrightnessContrast(brightness_limit=(0.2, 0.2), contrast_limit=0, p=1)])
        >>> alter(image=np.array([[[0], [100]]], np.uint8))["image"][0, :, 0]
        array([ 51, 151], dtype=uint8)

    Source: Albumentations' `RandomBrightnessContrast` without its `ensure_safe_range`; there the fraction is cut off,
    here it is rounded. The mean of three channels is that of the grey.
    """

    brightness_limit: Any = (-0.2, 0.2)
    contrast_limit: Any = (-0.2, 0.2)
    brightness_by_max: Any = True
    p: Any = 0.5
    key: Any = None
    draws: ClassVar[int] = 2

    def __post_init__(self) -> None:
        super().__post_init__()
        name = "RandomBrightnessContrast"
        brightness = extent(f"{name}(brightness_limit=…)", self.brightness_limit, -1, 1)
        object.__setattr__(self, "brightness_limit", brightness)
        object.__setattr__(self, "contrast_limit", extent(f"{name}(contrast_limit=…)", self.contrast_limit, -1))
        one_of(f"{name}(brightness_by_max=…)", self.brightness_by_max, (True, False))

    @property
    def needs_means(self) -> bool:  # type: ignore[override]
        """Only where brightness is a share of the mean."""
        return not self.brightness_by_max

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        return {
            "brightness": between(uniform[:, 0], self.brightness_limit),
            "contrast": between(uniform[:, 1], self.contrast_limit),
        }

    def matrix(self, parameters: Parameters, pictures: Pictures) -> Float64[np.ndarray, "n c c1"]:
        share = 1.0 if self.brightness_by_max else pictures.means @ grey_shares(pictures.channels)
        return scaled(1 + parameters["contrast"], parameters["brightness"] * share, pictures.channels)
