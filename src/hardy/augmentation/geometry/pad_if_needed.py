"""A frame that is large enough."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.arguments import one_of, whole
from hardy.augmentation.geometry.matrix_kernels import (
    CENTER,
    FIRST,
    LAST,
    RANDOM,
    frame_sizes,
    shift_matrices,
    window_corners,
)
from hardy.augmentation.kinds import Geometry
from hardy.augmentation.transform import Parameters
from hardy.errors import InputError

PLACES = {  # of what lies in a frame with room: in its rows, in its columns
    "center": (CENTER, CENTER),
    "top_left": (FIRST, FIRST),
    "top_right": (FIRST, LAST),
    "bottom_left": (LAST, FIRST),
    "bottom_right": (LAST, LAST),
    "random": (RANDOM, RANDOM),
}
POSITIONS = tuple(PLACES)


@dataclass(frozen=True)
class PadIfNeeded(Geometry):
    """Fill up a picture to a least height and width, or to multiples of a number. Exact: every pixel is copied.

    Args:
        min_height: the least, in pixels; None where `pad_height_divisor` is given.
        min_width: the least, in pixels; None where `pad_width_divisor` is given.
        pad_height_divisor: the height becomes a multiple of it.
        pad_width_divisor: the width becomes a multiple of it.
        position: where the picture lies: "center", "top_left", "top_right", "bottom_left", "bottom_right" or "random".
        border_mode: what fills up: "constant", "edge", "reflect", "symmetric" or "wrap".
        fill: the value outside for "constant", in the picture's own units; a number, or one per channel.
        fill_mask: the same for masks.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "PadIfNeeded#0", "PadIfNeeded#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> picture = np.full((1, 2, 1), 7, np.uint8)
        >>> Compose([PadIfNeeded(1, 4)])(image=picture)["image"][0, :, 0]
        array([0, 7, 7, 0], dtype=uint8)

    Source: Albumentations' `PadIfNeeded`.
    """

    min_height: Any = 1024
    min_width: Any = 1024
    pad_height_divisor: Any = None
    pad_width_divisor: Any = None
    position: Any = "center"
    border_mode: Any = "constant"
    fill: Any = 0
    fill_mask: Any = 0
    p: Any = 1.0
    key: Any = None
    draws: ClassVar[int] = 2

    def __post_init__(self) -> None:
        super().__post_init__()
        for least, divisor in (("min_height", "pad_height_divisor"), ("min_width", "pad_width_divisor")):
            if (getattr(self, least) is None) == (getattr(self, divisor) is None):
                raise InputError(f"PadIfNeeded: expected exactly one of {least}= and {divisor}=")
            for name in (least, divisor):
                if getattr(self, name) is not None:
                    object.__setattr__(self, name, whole(f"PadIfNeeded({name}=…)", getattr(self, name)))
        one_of("PadIfNeeded(position=…)", self.position, POSITIONS)

    def parameters(self, uniform: Float64[np.ndarray, "n draws"], sizes_hw: Int64[np.ndarray, "n 2"]) -> Parameters:
        corners = np.empty((2, len(sizes_hw)), np.int64)
        window_corners(sizes_hw, self.output_sizes({}, sizes_hw), CENTER, PLACES[self.position], uniform, corners)
        top, left = -corners
        return {"top": top, "left": left}

    def output_sizes(
        self,
        parameters: Parameters,  # noqa: ARG002
        sizes_hw: Int64[np.ndarray, "n 2"],
    ) -> Int64[np.ndarray, "n 2"]:
        least, divisors = (self.min_height, self.min_width), (self.pad_height_divisor, self.pad_width_divisor)
        found = np.empty((len(sizes_hw), 2), np.int64)
        frame_sizes(sizes_hw, tuple(side or 0 for side in least), tuple(side or 0 for side in divisors), found)
        return found

    def matrices(self, parameters: Parameters, sizes_hw: Int64[np.ndarray, "n 2"]) -> Float64[np.ndarray, "n 3 3"]:
        matrices = np.empty((len(sizes_hw), 3, 3))
        shift_matrices(-parameters["top"], -parameters["left"], matrices)
        return matrices

    def to_config(self) -> dict[str, dict[str, Any]]:
        config = super().to_config()
        for name in ("min_height", "min_width"):  # whose default is a number
            if getattr(self, name) is None:
                config["PadIfNeeded"][name] = None
        return config
