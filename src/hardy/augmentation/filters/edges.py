"""Outlines only."""

from dataclasses import dataclass
from typing import Any, ClassVar

import cv2
import numpy as np
from jaxtyping import Shaped

from hardy.augmentation.arguments import extent, one_of
from hardy.augmentation.kinds import Barrier, Row
from hardy.augmentation.units import as_bytes
from hardy.augmentation.values import RANGES


@dataclass(frozen=True)
class Edges(Barrier):
    """Draw the edges white on black, in every channel, found by Canny's method on the grey of the picture.

    A little blur before it (`GaussianBlur(sigma_limit=1)`) leaves out what is only grain.

    Args:
        thresholds: of the gradient, for pictures of 0..255 (others are brought to that range): an edge begins where it
            is above the second and goes on while it is above the first.
        aperture_size: of the square that the gradient is taken over, 3, 5 or 7.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "Edges#0", "Edges#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> step = np.zeros((5, 6, 1), np.uint8)
        >>> step[:, 3:] = 200
        >>> Compose([Edges(p=1)])(image=step)["image"][2, :, 0]
        array([  0,   0, 255,   0,   0,   0], dtype=uint8)

    Source: OpenCV's `Canny`.
    """

    thresholds: Any = (50, 150)
    aperture_size: Any = 3
    p: Any = 0.5
    key: Any = None
    needs_generator: ClassVar[bool] = False

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "thresholds", extent("Edges(thresholds=…)", self.thresholds, 0, centre=None))
        one_of("Edges(aperture_size=…)", self.aperture_size, (3, 5, 7))

    def alter(
        self,
        image: Shaped[np.ndarray, "h w c"],
        parameters: Row,  # noqa: ARG002
        generator: np.random.Generator,  # noqa: ARG002
    ) -> Shaped[np.ndarray, "h w c"]:
        bytewise = as_bytes(image)
        if image.shape[2] == 3:
            grey = cv2.cvtColor(bytewise, cv2.COLOR_RGB2GRAY)
        else:
            grey = np.floor(bytewise.mean(axis=2) + 0.5).astype(np.uint8)
        low, high = self.thresholds
        found = cv2.Canny(grey, low, high, apertureSize=self.aperture_size) > 0
        white = np.asarray(RANGES[image.dtype.name], image.dtype)
        return np.repeat(np.where(found, white, image.dtype.type(0))[:, :, None], image.shape[2], axis=2)
