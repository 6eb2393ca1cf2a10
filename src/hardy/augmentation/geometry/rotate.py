"""Turn a picture by any angle."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.arguments import extent, one_of
from hardy.augmentation.geometry.matrices import about_centres, enclosing, rotations
from hardy.augmentation.kinds import Geometry
from hardy.augmentation.transform import Parameters, between

PRESETS = {"head-on": 15.0, "incline": 30.0, "any": 180.0}


@dataclass(frozen=True)
class Rotate(Geometry):
    """Turn a picture about its middle by an angle drawn uniformly.

    Args:
        limit: degrees against the clock: a number v for −v..v, a pair (low, high), or a word for what is advised:
            "head-on" (things seen from the front, ±15), "incline" (seen at an angle, ±30), "any" (small things that
            lie anyhow, ±180).
        interpolation: "nearest", "linear", "cubic" or "area".
        border_mode: what comes in: "constant", "edge", "reflect", "symmetric" or "wrap".
        mask_interpolation: of masks.
        fill: the value outside for "constant", in the picture's own units; a number, or one per channel.
        fill_mask: the same for masks.
        fit: True enlarges the frame so that nothing leaves it; False keeps its size and clips.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "Rotate#0", "Rotate#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> picture = np.zeros((10, 20, 3), np.uint8)
        >>> Compose([Rotate((90, 90), fit=True, p=1)])(image=picture)["image"].shape
        (20, 10, 3)

    Source: Albumentations' `Rotate`, without its `crop_border` and `rotate_method`; `fit` is ours, and unlike its
    `SafeRotate` does not shrink the picture.
    """

    limit: Any = (-90, 90)
    interpolation: Any = "linear"
    border_mode: Any = "constant"
    mask_interpolation: Any = "nearest"
    fill: Any = 0
    fill_mask: Any = 0
    fit: Any = False
    p: Any = 0.5
    key: Any = None
    draws: ClassVar[int] = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        limit = (
            PRESETS[one_of("Rotate(limit=…)", self.limit, tuple(PRESETS))]
            if isinstance(self.limit, str)
            else self.limit
        )
        object.__setattr__(self, "limit", extent("Rotate(limit=…)", limit))
        one_of("Rotate(fit=…)", self.fit, (False, True))

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        return {"angle_deg": between(uniform[:, 0], self.limit)}

    def output_sizes(self, parameters: Parameters, sizes_hw: Int64[np.ndarray, "n 2"]) -> Int64[np.ndarray, "n 2"]:
        return enclosing(rotations(parameters["angle_deg"]), sizes_hw) if self.fit else sizes_hw

    def matrices(self, parameters: Parameters, sizes_hw: Int64[np.ndarray, "n 2"]) -> Float64[np.ndarray, "n 3 3"]:
        return about_centres(rotations(parameters["angle_deg"]), sizes_hw, self.output_sizes(parameters, sizes_hw))
