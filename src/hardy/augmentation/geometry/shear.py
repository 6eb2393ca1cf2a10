"""A rectangle becomes a parallelogram."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.arguments import axes
from hardy.augmentation.geometry.matrices import about_centres, shears
from hardy.augmentation.kinds import Geometry
from hardy.augmentation.transform import Parameters, between


@dataclass(frozen=True)
class Shear(Geometry):
    """Push rows along themselves, and columns along themselves, about the picture's middle.

    Args:
        shear: degrees, below 90: a pair (low, high) for both axes, a number that is always taken, or {"x": …, "y": …}.
        interpolation: "nearest", "linear", "cubic" or "area".
        mask_interpolation: of masks.
        border_mode: what comes in: "constant", "edge", "reflect", "symmetric" or "wrap".
        fill: the value outside for "constant", in the picture's own units; a number, or one per channel.
        fill_mask: the same for masks.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "Shear#0", "Shear#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> plan = Compose([Shear({"x": (-20, 20)}, p=1)]).plan(["ab" * 16], sizes_hw=(17, 11))
        >>> float(plan.steps[0].parameters["shear_y_deg"][0])
        0.0

    Source: `shear` of Albumentations' `Affine`.
    """

    shear: Any = (-15.0, 15.0)
    interpolation: Any = "linear"
    mask_interpolation: Any = "nearest"
    border_mode: Any = "constant"
    fill: Any = 0
    fill_mask: Any = 0
    p: Any = 0.5
    key: Any = None
    draws: ClassVar[int] = 2

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "shear", axes("Shear(shear=…)", self.shear, 0.0, -89.0, 89.0))

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        return {f"shear_{axis}_deg": between(uniform[:, place], self.shear[axis]) for place, axis in enumerate("xy")}

    def matrices(self, parameters: Parameters, sizes_hw: Int64[np.ndarray, "n 2"]) -> Float64[np.ndarray, "n 3 3"]:
        forward = shears(parameters["shear_x_deg"], parameters["shear_y_deg"])
        singular = np.abs(np.linalg.det(forward)) < 1e-9  # both at 45°: everything on one line, as seen edge-on
        forward = np.where(singular[:, None, None], forward + 1e-6 * np.eye(2), forward)
        return about_centres(forward, sizes_hw, sizes_hw)
