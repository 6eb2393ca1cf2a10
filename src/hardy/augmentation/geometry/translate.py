"""Move a picture by whole pixels."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.arguments import number
from hardy.augmentation.kinds import Geometry
from hardy.augmentation.transform import Parameters
from hardy.errors import InputError

_LIMIT = 2.0**30  # pixels; far beyond any picture, and safe for index arithmetic
_SHAPES = "a number, a pair (low, high) or {'x': …, 'y': …}"


@dataclass(frozen=True)
class Translate(Geometry):
    """Shift a picture by whole pixels, drawn uniformly. Exact: every pixel is copied.

    Exactly one of `fraction` and `pixels` is given. Each is a number v for the range −v..v on both axes, a pair
    (low, high) for both axes, or a dict {"x": number or pair, "y": number or pair} where an axis left out stays where
    it is. Positive x is to the right, positive y is down.

    Args:
        fraction: of the width for x, of the height for y.
        pixels: the same in pixels.
        border_mode: what comes in: "constant", "edge", "reflect", "symmetric" or "wrap" (NumPy's names; SciPy's,
            OpenCV's and torch's are understood, see `hardy.augmentation.border`).
        fill: the value outside for "constant", in the picture's own units (0..255, 0..65535, 0..1): a number, or one
            per channel.
        fill_mask: the same for masks.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "Translate#0", "Translate#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> picture = np.arange(1, 5, dtype=np.uint8).reshape(1, 4, 1)
        >>> Compose([Translate(pixels={"x": (1, 1)}, fill=9)])(image=picture)["image"][0, :, 0]
        array([9, 1, 2, 3], dtype=uint8)

    Source: the translation of torchvision's `RandomAffine`, which rounds to whole pixels, too. Unlike there the
    border can be chosen, and halves round up.
    """

    fraction: Any = None
    pixels: Any = None
    border_mode: Any = "constant"
    fill: Any = 0
    fill_mask: Any = 0
    p: Any = 1.0
    key: Any = None
    draws: ClassVar[int] = 2

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.fraction is None) == (self.pixels is None):
            raise InputError(
                f"Translate: expected exactly one of fraction= and pixels=, got fraction={self.fraction!r}, "
                f"pixels={self.pixels!r}"
            )
        for name in ("fraction", "pixels"):
            object.__setattr__(self, name, _shift(f"Translate({name}=…)", getattr(self, name)))

    def parameters(self, uniform: Float64[np.ndarray, "n draws"], sizes_hw: Int64[np.ndarray, "n 2"]) -> Parameters:
        given = self.pixels if self.fraction is None else self.fraction
        axes = given if isinstance(given, Mapping) else {"x": given, "y": given}
        shifts = {}
        for draw, (axis, lengths) in enumerate((("x", sizes_hw[:, 1]), ("y", sizes_hw[:, 0]))):
            value = axes.get(axis, 0)
            low, high = value if isinstance(value, tuple) else (-value, value)
            amount = low + uniform[:, draw] * (high - low)
            shift = np.floor(amount * (1 if self.fraction is None else lengths) + 0.5)
            shifts[f"shift_{axis}"] = np.clip(shift, -_LIMIT, _LIMIT).astype(np.int64)
        return shifts

    def matrices(self, parameters: Parameters, sizes_hw: Int64[np.ndarray, "n 2"]) -> Float64[np.ndarray, "n 3 3"]:
        matrices = np.tile(np.eye(3), (len(sizes_hw), 1, 1))
        matrices[:, 0, 2] = -parameters["shift_x"]
        matrices[:, 1, 2] = -parameters["shift_y"]
        return matrices


def _shift(what: str, value: Any) -> Any:
    """The argument as numbers, pairs of numbers, or a dict of these."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        if not value or set(value) - {"x", "y"}:
            raise InputError(f"{what}: expected {_SHAPES}, got the axes {sorted(map(str, value))}")
        return {axis: _extent(f"{what} {axis}", value[axis]) for axis in ("x", "y") if axis in value}
    return _extent(what, value)


def _extent(what: str, value: Any) -> Any:
    if isinstance(value, list | tuple):
        if len(value) != 2:
            raise InputError(f"{what}: expected {_SHAPES}, got {value!r}")
        low, high = number(what, value[0]), number(what, value[1])
        if low > high:
            raise InputError(f"{what}: expected a pair (low, high) with low ≤ high, got {value!r}")
        return low, high
    if isinstance(value, str | None):
        raise InputError(f"{what}: expected {_SHAPES}, got {value!r}")
    if (size := number(what, value)) < 0:
        raise InputError(f"{what}: expected a number of 0 or more (the range −v..v), got {value!r}")
    return size
