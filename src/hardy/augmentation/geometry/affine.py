"""Scale, turn, shear and shift at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.arguments import axes, extent, one_of
from hardy.augmentation.draw_kernels import spread
from hardy.augmentation.geometry.matrices import diagonals, enclosing, rotations, shears
from hardy.augmentation.geometry.matrix_kernels import affine_matrices
from hardy.augmentation.kinds import Geometry
from hardy.augmentation.transform import Parameters, between
from hardy.errors import InputError

NUMBERS = ("scale_x", "scale_y", "angle_deg", "shear_x_deg", "shear_y_deg", "shift_x", "shift_y")


@dataclass(frozen=True)
class Affine(Geometry):
    """Scale, turn, shear and shift a picture about its middle, in this order.

    Each of `scale`, `translate_percent`, `translate_px` and `shear` is a number that is always taken, a pair (low,
    high) to draw from, or {"x": …, "y": …} with one of these for each axis.

    Args:
        scale: above 1 enlarges.
        translate_percent: a share of the width (x, positive is right) and of the height (y, positive is down).
        translate_px: the same in whole pixels; at most one of the two is given.
        rotate: degrees against the clock: a number, or a pair (low, high).
        shear: degrees, below 90. A number alone shears along both axes.
        interpolation: "nearest", "linear", "cubic" or "area".
        mask_interpolation: of masks.
        fit_output: True gives the frame the size that holds the whole picture; shifts have no effect then.
        keep_ratio: True scales both axes by the number drawn for x.
        balanced_scale: True draws half of the scales below 1 and half above, where the range reaches to both sides.
        border_mode: what comes in: "constant", "edge", "reflect", "symmetric" or "wrap".
        fill: the value outside for "constant", in the picture's own units; a number, or one per channel.
        fill_mask: the same for masks.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "Affine#0", "Affine#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> picture = np.arange(4, dtype=np.uint8).reshape(1, 4, 1)
        >>> Compose([Affine(translate_px={"x": 1}, fill=9, p=1)])(image=picture)["image"][0, :, 0]
        array([9, 0, 1, 2], dtype=uint8)

    Source: Albumentations' `Affine`. There one draw of `translate_percent` or `translate_px` serves both axes where
    none is named; here each axis has its own. Its `rotate_method` (of boxes) is always "largest_box".
    """

    scale: Any = (1.0, 1.0)
    translate_percent: Any = None
    translate_px: Any = None
    rotate: Any = 0.0
    shear: Any = (0.0, 0.0)
    interpolation: Any = "linear"
    mask_interpolation: Any = "nearest"
    fit_output: Any = False
    keep_ratio: Any = False
    balanced_scale: Any = False
    border_mode: Any = "constant"
    fill: Any = 0
    fill_mask: Any = 0
    p: Any = 0.5
    key: Any = None
    draws: ClassVar[int] = 7

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.translate_percent is not None and self.translate_px is not None:
            raise InputError("Affine: expected at most one of translate_percent= and translate_px=, got both")
        checked = {"scale": axes("Affine(scale=…)", self.scale, 1.0, 1e-6)}
        checked["shear"] = axes("Affine(shear=…)", self.shear, 0.0, -89.0, 89.0)
        for name in ("translate_percent", "translate_px"):
            if getattr(self, name) is not None:
                checked[name] = axes(f"Affine({name}=…)", getattr(self, name), 0, -(2.0**30), 2.0**30)
        for name, value in checked.items():
            object.__setattr__(self, name, value)
        object.__setattr__(self, "rotate", extent("Affine(rotate=…)", self.rotate, centre=None))
        for name in ("fit_output", "keep_ratio", "balanced_scale"):
            one_of(f"Affine({name}=…)", getattr(self, name), (False, True))

    def parameters(self, uniform: Float64[np.ndarray, "n draws"], sizes_hw: Int64[np.ndarray, "n 2"]) -> Parameters:
        drawn = np.empty((len(NUMBERS), len(uniform)))
        spread(uniform, self.extents, drawn)
        found = dict(zip(NUMBERS, drawn, strict=True))
        for place, axis in enumerate("xy"):
            found[f"scale_{axis}"] = self._scale(uniform[:, place], axis, drawn[place])
            found[f"shift_{axis}"] = self._shift(uniform[:, 5 + place], axis, drawn[5 + place], sizes_hw[:, 1 - place])
        if self.keep_ratio:
            found["scale_y"] = found["scale_x"]
        return found

    @cached_property
    def extents(self) -> Float64[np.ndarray, "7 2"]:
        """The seven ranges, shifts as shares."""
        shift = self.translate_percent or {"x": (0.0, 0.0), "y": (0.0, 0.0)}
        both = [(part["x"], part["y"]) for part in (self.scale, self.shear, shift)]
        return np.array([*both[0], self.rotate, *both[1], *both[2]], np.float64)

    def output_sizes(self, parameters: Parameters, sizes_hw: Int64[np.ndarray, "n 2"]) -> Int64[np.ndarray, "n 2"]:
        return enclosing(self._forward(parameters), sizes_hw) if self.fit_output else sizes_hw

    def matrices(self, parameters: Parameters, sizes_hw: Int64[np.ndarray, "n 2"]) -> Float64[np.ndarray, "n 3 3"]:
        sizes = self.output_sizes(parameters, sizes_hw)
        numbers = [parameters[name] for name in NUMBERS]
        if self.fit_output:
            numbers[-2:] = [np.zeros(len(sizes_hw))] * 2
        matrices = np.empty((len(sizes_hw), 3, 3))
        affine_matrices(*numbers, sizes_hw, sizes, matrices)  # type: ignore[call-arg]
        return matrices

    def _forward(self, parameters: Parameters) -> Float64[np.ndarray, "n 2 2"]:
        scale = diagonals(parameters["scale_x"], parameters["scale_y"])
        shear = shears(parameters["shear_x_deg"], parameters["shear_y_deg"])
        return shear @ rotations(parameters["angle_deg"]) @ scale

    def _scale(
        self, uniform: Float64[np.ndarray, "n"], axis: str, drawn: Float64[np.ndarray, "n"]
    ) -> Float64[np.ndarray, "n"]:
        low, high = self.scale[axis]
        if not (self.balanced_scale and low < 1 < high):
            return drawn
        return np.where(uniform < 0.5, between(2 * uniform, (low, 1.0)), between(2 * uniform - 1, (1.0, high)))

    def _shift(
        self,
        uniform: Float64[np.ndarray, "n"],
        axis: str,
        drawn: Float64[np.ndarray, "n"],
        length: Int64[np.ndarray, "n"],
    ) -> Float64[np.ndarray, "n"]:
        if isinstance(self.translate_percent, Mapping):
            return drawn * length
        if isinstance(self.translate_px, Mapping):
            low, high = self.translate_px[axis]
            return np.floor(low + uniform * (high - low + 1)) if high > low else np.full(len(uniform), float(low))
        return drawn
