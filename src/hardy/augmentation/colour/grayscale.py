"""No colour."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64

from hardy.augmentation.arguments import one_of
from hardy.augmentation.colour.matrices import grey_shares
from hardy.augmentation.kinds import Colour, Pictures
from hardy.augmentation.transform import Parameters


@dataclass(frozen=True)
class Grayscale(Colour):
    """Give every channel the picture's grey; there are as many channels as before.

    Args:
        method: "weighted_average": red, green and blue by how bright they look; pictures of other than three channels
            stay as they are. "average": the mean of all channels, however many.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "Grayscale#0", "Grayscale#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> Compose([Grayscale(p=1)])(image=np.array([[[200, 100, 0]]], np.uint8))["image"][0, 0]
        array([119, 119, 119], dtype=uint8)

    Source: torchvision's `RandomGrayscale`, Pillow's "L" (ITU-R BT.601: 0.299, 0.587, 0.114); of the methods of
    Albumentations' `ToGray` the two that are linear.
    """

    method: Any = "weighted_average"
    p: Any = 0.5
    key: Any = None

    def __post_init__(self) -> None:
        super().__post_init__()
        one_of("Grayscale(method=…)", self.method, ("weighted_average", "average"))

    def matrix(self, parameters: Parameters, pictures: Pictures) -> Float64[np.ndarray, "n c c1"]:  # noqa: ARG002
        channels = pictures.channels
        matrix = np.eye(channels, channels + 1)
        if self.method == "average":
            matrix[:, :-1] = 1 / channels
        elif channels == 3:
            matrix[:, :-1] = grey_shares(channels)
        return np.tile(matrix, (len(pictures.means), 1, 1))
