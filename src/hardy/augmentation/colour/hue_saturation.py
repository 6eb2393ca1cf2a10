"""Other hues, stronger or weaker colours."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64, Shaped

from hardy.augmentation.arguments import extent, one_of
from hardy.augmentation.colour.hsv import shift_hsv
from hardy.augmentation.colour.matrices import each_scaled, hue_turned, saturated, with_offset
from hardy.augmentation.kinds import Barrier, Colour, Pictures, Row
from hardy.augmentation.transform import Parameters, between

_HALF_TURN, _RANGE = 180.0, 255.0  # the units that OpenCV gives hue, saturation and value


@dataclass(frozen=True)
class HueSaturation(Colour, Barrier):
    """Shift hue, saturation and value. Pictures of other than three channels stay as they are.

    Args:
        hue_shift_limit: in steps of 2 degrees, −180..180: a pair (low, high), or a number v for −v..v; so all three.
        sat_shift_limit: in 255ths, −255..255.
        val_shift_limit: in 255ths, −255..255.
        hue: "turn": about the grey axis, saturation a factor 1 + shift / 255 about the pixel's grey, and the value's
            shift added to all channels: one matrix, which fuses. "hsv": exact, added in HSV; a barrier.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "HueSaturation#0", "HueSaturation#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> shift = HueSaturation(hue_shift_limit=(60, 60), sat_shift_limit=0, val_shift_limit=0, hue="hsv", p=1)
        >>> Compose([shift])(image=np.array([[[200, 0, 0]]], np.uint8))["image"][0, 0]
        array([  0, 200,   0], dtype=uint8)

    Source: Albumentations' `HueSaturationValue`, which is "hsv" here, but for its rounding to whole numbers in between.
    """

    hue_shift_limit: Any = (-20, 20)
    sat_shift_limit: Any = (-30, 30)
    val_shift_limit: Any = (-20, 20)
    hue: Any = "turn"
    p: Any = 0.5
    key: Any = None
    needs_generator: ClassVar[bool] = False
    draws: ClassVar[int] = 3

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, most in (("hue", _HALF_TURN), ("sat", _RANGE), ("val", _RANGE)):
            argument = f"{name}_shift_limit"
            limits = extent(f"HueSaturation({argument}=…)", getattr(self, argument), -most, most)
            object.__setattr__(self, argument, limits)
        one_of("HueSaturation(hue=…)", self.hue, ("turn", "hsv"))

    @property
    def stands(self) -> bool:
        """The exact hue cannot be fused."""
        return bool(self.hue == "hsv")

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        return {
            "hue_shift": between(uniform[:, 0], self.hue_shift_limit),
            "sat_shift": between(uniform[:, 1], self.sat_shift_limit),
            "val_shift": between(uniform[:, 2], self.val_shift_limit),
        }

    def matrix(self, parameters: Parameters, pictures: Pictures) -> Float64[np.ndarray, "n c c1"]:
        if pictures.channels != 3:
            return each_scaled(np.ones((len(pictures.means), pictures.channels)))
        colour = saturated(1 + parameters["sat_shift"] / _RANGE) @ hue_turned(parameters["hue_shift"] / _HALF_TURN)
        return with_offset(colour, parameters["val_shift"] / _RANGE)

    def alter(
        self,
        image: Shaped[np.ndarray, "h w c"],
        parameters: Row,
        generator: np.random.Generator,  # noqa: ARG002
    ) -> Shaped[np.ndarray, "h w c"]:
        if image.shape[2] != 3:
            return image.copy()
        shares = (parameters["hue_shift"] / _HALF_TURN, *(parameters[f"{n}_shift"] / _RANGE for n in ("sat", "val")))
        return shift_hsv(image, *map(float, shares))
