"""Fewer pixels."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import cv2
import numpy as np
from jaxtyping import Float64, Int64, Shaped

from hardy.augmentation.arguments import extent, interpolation_name
from hardy.augmentation.kinds import Barrier, Row
from hardy.augmentation.opencv import in_fours
from hardy.augmentation.transform import Parameters, between
from hardy.errors import InputError

_HOWS = {
    "nearest": cv2.INTER_NEAREST_EXACT,  # INTER_NEAREST is half a pixel off
    "linear": cv2.INTER_LINEAR,
    "cubic": cv2.INTER_CUBIC,
    "area": cv2.INTER_AREA,
}
_WAYS = ("downscale", "upscale")


@dataclass(frozen=True)
class Downscale(Barrier):
    """Make a picture smaller, and as large as before again: what a camera with fewer pixels would have seen.

    Args:
        scale_range: of both sides, above 0 and at most 1: a pair (low, high), or a number for exactly that.
        interpolation_pair: how it is done, {"downscale": …, "upscale": …}, each "nearest", "linear", "cubic" or "area";
            None is "nearest" for both.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "Downscale#0", "Downscale#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> image = np.array([[[0], [10], [20], [30]]], np.uint8)
        >>> half = Downscale(0.5, {"downscale": "area", "upscale": "nearest"}, p=1)
        >>> Compose([half])(image=image)["image"][0, :, 0]
        array([ 5,  5, 25, 25], dtype=uint8)

    Source: Albumentations' `Downscale`; OpenCV's `resize`.
    """

    scale_range: Any = (0.25, 0.25)
    interpolation_pair: Any = None
    p: Any = 0.5
    key: Any = None
    needs_generator: ClassVar[bool] = False
    draws: ClassVar[int] = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "scale_range", extent("Downscale(scale_range=…)", self.scale_range, 1e-6, 1, None))
        pair = dict.fromkeys(_WAYS, "nearest") if self.interpolation_pair is None else self.interpolation_pair
        if not isinstance(pair, Mapping) or set(pair) != set(_WAYS):
            raise InputError(
                f"Downscale(interpolation_pair=…): expected {{'downscale': …, 'upscale': …}}, got {pair!r}"
            )
        names = {way: interpolation_name(pair[way]) for way in _WAYS}
        object.__setattr__(self, "interpolation_pair", names)

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        return {"scale": between(uniform[:, 0], self.scale_range)}

    def alter(
        self,
        image: Shaped[np.ndarray, "h w c"],
        parameters: Row,
        generator: np.random.Generator,  # noqa: ARG002
    ) -> Shaped[np.ndarray, "h w c"]:
        height, width = (max(1, round(side * float(parameters["scale"]))) for side in image.shape[:2])
        down, up = (_HOWS[self.interpolation_pair[way]] for way in _WAYS)
        small = in_fours(lambda part: cv2.resize(part, (width, height), interpolation=down), image)
        return in_fours(lambda part: cv2.resize(part, image.shape[1::-1], interpolation=up), small)
