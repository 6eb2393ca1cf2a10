"""Nothing at all."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64

from hardy.augmentation.kinds import Colour, Pictures
from hardy.augmentation.transform import Parameters


@dataclass(frozen=True)
class Identity(Colour):
    """Leave the picture as it is: one of the choices in `OneOf`, for instance.

    Args:
        p: the probability, 0..1, which is its weight in `OneOf`.
        key: what the random numbers are drawn under; by default "Identity#0", "Identity#1", …

    Example:
        >>> from hardy.augmentation import Compose
        >>> Compose([Identity()])(image=np.full((1, 1, 1), 7, np.uint8))["image"].item()
        7

    Source: Albumentations' `NoOp`.
    """

    p: Any = 1.0
    key: Any = None

    def matrix(self, parameters: Parameters, pictures: Pictures) -> Float64[np.ndarray, "n c c1"]:  # noqa: ARG002
        return np.tile(np.eye(pictures.channels, pictures.channels + 1), (len(pictures.means), 1, 1))
