"""A movement of a published policy."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.arguments import number, one_of
from hardy.augmentation.kinds import Geometry
from hardy.augmentation.policies.operations import MOVES, move_matrices
from hardy.augmentation.transform import Parameters
from hardy.errors import InputError


@dataclass(frozen=True)
class PolicyMove(Geometry):
    """Shear, shift or turn by a magnitude out of a list: a part of `AutoAugment` and its kin.

    Args:
        operation: "ShearX", "ShearY", "TranslateX", "TranslateY" or "Rotate".
        magnitudes: of which one is drawn: pixels a pixel from the top left corner; pixels, cut off to whole ones, or a
            share of the side; degrees.
        signed: the magnitude is negative as often as not.
        relative: magnitudes are shares of the width or of the height.
        interpolation: "nearest", "linear", "cubic" or "area".
        mask_interpolation: the same for masks.
        border_mode: what comes in: "constant", "edge", "reflect", "symmetric" or "wrap".
        fill: the value outside for "constant", in the picture's own units, a number or one per channel.
        fill_mask: the same for masks.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "PolicyMove#0", "PolicyMove#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> right = PolicyMove("TranslateX", magnitudes=[1.9], signed=False)
        >>> Compose([right])(image=np.array([[[1], [2], [3]]], np.uint8))["image"][0, :, 0]
        array([0, 1, 2], dtype=uint8)

    Source: torchvision's `AutoAugment`, which takes the original's shear about the corner.
    """

    operation: Any
    magnitudes: Any
    signed: Any = True
    relative: Any = False
    interpolation: Any = "nearest"
    mask_interpolation: Any = "nearest"
    border_mode: Any = "constant"
    fill: Any = 0
    fill_mask: Any = 0
    p: Any = 1.0
    key: Any = None
    draws: ClassVar[int] = 2

    def __post_init__(self) -> None:
        super().__post_init__()
        one_of("PolicyMove(operation=…)", self.operation, MOVES)
        object.__setattr__(self, "magnitudes", checked_magnitudes("PolicyMove(magnitudes=…)", self.magnitudes))

    def parameters(self, uniform: Float64[np.ndarray, "n draws"], sizes_hw: Int64[np.ndarray, "n 2"]) -> Parameters:
        magnitude = drawn_magnitude(uniform, self.magnitudes, self.signed)
        if self.relative:
            magnitude = magnitude * sizes_hw[:, int(self.operation.endswith("X"))]
        return {"magnitude": magnitude}

    def matrices(self, parameters: Parameters, sizes_hw: Int64[np.ndarray, "n 2"]) -> Float64[np.ndarray, "n 3 3"]:
        return move_matrices(self.operation, parameters["magnitude"], sizes_hw)


def checked_magnitudes(what: str, value: Any) -> tuple[float, ...]:
    """A list of numbers, one or more.

    Raises:
        InputError: it is none.
    """
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        raise InputError(f"{what}: expected a list of numbers, got {value!r}")
    return tuple(number(what, item) for item in value)


def drawn_magnitude(
    uniform: Float64[np.ndarray, "n draws"], magnitudes: tuple[float, ...], signed: bool
) -> Float64[np.ndarray, "n"]:
    """One of the magnitudes for each sample, by the first of two numbers; its sign by the second."""
    chosen = np.array(magnitudes, np.float64)[np.floor(uniform[:, 0] * len(magnitudes)).astype(np.int64)]
    return np.where(uniform[:, 1] < 0.5, -chosen, chosen) if signed else chosen
