"""Smeared along a line."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64, Shaped

from hardy.augmentation.arguments import extent
from hardy.augmentation.filters.correlate import correlated, drawn_odd, odd_sizes
from hardy.augmentation.kinds import Barrier, Row
from hardy.augmentation.transform import Parameters, between


@dataclass(frozen=True)
class MotionBlur(Barrier):
    """Blur along a straight line, as if the camera had moved.

    Args:
        blur_limit: the line's length in pixels, odd: a pair (low, high), or a number v for 3..v.
        angle_range: in degrees, counter-clockwise from the right: a pair (low, high).
        direction_range: −1..1, a pair (low, high): 0 is the same weight all along the line, 1 rises along it from none
            to twice as much, −1 falls.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "MotionBlur#0", "MotionBlur#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> along = MotionBlur(blur_limit=3, angle_range=(0, 0), direction_range=(0, 0), p=1)
        >>> Compose([along])(image=np.array([[[0], [0], [90], [0], [0]]], np.uint8))["image"][0, :, 0]
        array([ 0, 30, 30, 30,  0], dtype=uint8)

    Source: Albumentations' `MotionBlur` without its `allow_shifted`; the line is drawn by bilinear shares.
    """

    blur_limit: Any = (3, 7)
    angle_range: Any = (0, 360)
    direction_range: Any = (-1.0, 1.0)
    p: Any = 0.5
    key: Any = None
    needs_generator: ClassVar[bool] = False
    draws: ClassVar[int] = 3

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "blur_limit", odd_sizes("MotionBlur(blur_limit=…)", self.blur_limit))
        object.__setattr__(self, "angle_range", extent("MotionBlur(angle_range=…)", self.angle_range, -360, 360, None))
        directions = extent("MotionBlur(direction_range=…)", self.direction_range, -1, 1, None)
        object.__setattr__(self, "direction_range", directions)

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        return {
            "size": drawn_odd(uniform[:, 0], self.blur_limit),
            "angle_deg": between(uniform[:, 1], self.angle_range),
            "direction": between(uniform[:, 2], self.direction_range),
        }

    def alter(
        self,
        image: Shaped[np.ndarray, "h w c"],
        parameters: Row,
        generator: np.random.Generator,  # noqa: ARG002
    ) -> Shaped[np.ndarray, "h w c"]:
        size, angle = int(parameters["size"]), float(parameters["angle_deg"])
        return correlated(image, line(size, angle, float(parameters["direction"])))


def line(size: int, angle_deg: float, direction: float) -> Float64[np.ndarray, "size size"]:
    """The weights: as many points as the line is long, each shared out among the four pixels around it.

    Example:
        >>> line(3, 90, 1)
        array([[0.        , 0.66666667, 0.        ],
               [0.        , 0.33333333, 0.        ],
               [0.        , 0.        , 0.        ]])
    """
    middle = (size - 1) / 2
    along = np.linspace(-1, 1, size)
    angle = np.deg2rad(angle_deg)
    x, y = (
        np.clip(np.round(middle + step * middle * along, 9), 0, size - 1) for step in (np.cos(angle), -np.sin(angle))
    )
    left, top = (np.minimum(np.floor(place).astype(np.int64), size - 2) for place in (x, y))
    weights = np.zeros((size, size))
    for down, right in ((0, 0), (0, 1), (1, 0), (1, 1)):
        share = (1 - np.abs(x - left - right)) * (1 - np.abs(y - top - down))
        np.add.at(weights, (top + down, left + right), (1 + direction * along) * share)
    return weights / weights.sum()
