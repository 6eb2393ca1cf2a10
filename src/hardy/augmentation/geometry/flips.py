"""Left becomes right, top becomes bottom, rows become columns."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.kinds import Geometry
from hardy.augmentation.transform import Parameters


@dataclass(frozen=True)
class HorizontalFlip(Geometry):
    """Mirror a picture, left to right. Exact: every pixel is copied.

    Args:
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "HorizontalFlip#0", "HorizontalFlip#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> picture = np.arange(3, dtype=np.uint8).reshape(1, 3, 1)
        >>> Compose([HorizontalFlip(p=1)])(image=picture)["image"][0, :, 0]
        array([2, 1, 0], dtype=uint8)

    Source: Albumentations' `HorizontalFlip`; pixels as `numpy.fliplr`.
    """

    p: Any = 0.5
    key: Any = None

    def matrices(
        self,
        parameters: Parameters,  # noqa: ARG002
        sizes_hw: Int64[np.ndarray, "n 2"],
    ) -> Float64[np.ndarray, "n 3 3"]:
        matrices = np.tile(np.diag([-1.0, 1.0, 1.0]), (len(sizes_hw), 1, 1))
        matrices[:, 0, 2] = sizes_hw[:, 1] - 1
        return matrices
