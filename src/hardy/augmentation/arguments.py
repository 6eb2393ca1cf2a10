"""The checks that transforms make of their arguments, which come from files as well as from code."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from hardy.augmentation.border import border_name
from hardy.errors import InputError

Extent = tuple[float, float]

INTERPOLATIONS = ("nearest", "linear", "cubic", "area")
_WORDS = {
    "bilinear": "linear",
    "bicubic": "cubic",
    "antialias": "area",
    "anti-aliased": "area",
    "inter-nearest": "nearest",
}
_WORDS |= {f"inter-{name}": name for name in INTERPOLATIONS}


def number(what: str, value: Any, low: float = -math.inf, high: float = math.inf) -> float | int:
    """A finite number as Python's own int or float.

    Raises:
        InputError: it is none, or lies outside low..high.
    """
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.integer | np.floating):
        raise InputError(f"{what}: expected a number, got {value!r}")
    if (isinstance(value, int) and abs(value) > 2**53) or not math.isfinite(value):
        raise InputError(f"{what}: expected a finite number that a float can hold, got {str(value)[:40]}")
    if not low <= value <= high:
        bounds = f"{low:g} or more" if high == math.inf else f"between {low:g} and {high:g}"
        raise InputError(f"{what}: expected a number {bounds}, got {value!r}")
    return int(value) if isinstance(value, int | np.integer) else float(value)


def whole(what: str, value: Any, low: int = 1) -> int:
    """A whole number of `low` or more.

    Raises:
        InputError: it is none.
    """
    if number(what, value) != int(value) or value < low:
        raise InputError(f"{what}: expected a whole number of {low} or more, got {value!r}")
    return int(value)


def extent(what: str, value: Any, low: float = -math.inf, high: float = math.inf, centre: float | None = 0.0) -> Extent:
    """A range to draw from: a pair as it is, a number v as centre − v .. centre + v.

    Args:
        what: the argument, for the message.
        value: a number or a pair (low, high).
        low: the least the range may reach.
        high: the most.
        centre: of the range that one number stands for; None makes it v..v.

    Raises:
        InputError: neither, or outside of what is possible.
    """
    if isinstance(value, list | tuple):
        if len(value) != 2:
            raise InputError(f"{what}: expected a number or a pair (low, high), got {value!r}")
        ends = number(what, value[0], low, high), number(what, value[1], low, high)
        if ends[0] > ends[1]:
            raise InputError(f"{what}: expected a pair (low, high) with low ≤ high, got {value!r}")
        return ends
    size = number(what, value)
    if centre is None:
        return number(what, value, low, high), number(what, value, low, high)
    if size < 0:
        raise InputError(f"{what}: expected a number of 0 or more, which reaches to both sides, got {value!r}")
    return number(what, max(low, centre - size), low, high), number(what, centre + size, low, high)


def axes(what: str, value: Any, otherwise: float, low: float = -math.inf, high: float = math.inf) -> dict[str, Extent]:
    """A range for each axis: a number or a pair for both, or {"x": …, "y": …} where one left out stays `otherwise`.

    Raises:
        InputError: none of these.
    """
    if isinstance(value, Mapping):
        if not value or set(value) - {"x", "y"}:
            raise InputError(f"{what}: expected the axes x and y, got {sorted(map(str, value))}")
        return {axis: extent(f"{what} {axis}", value.get(axis, otherwise), low, high, None) for axis in ("x", "y")}
    return dict.fromkeys(("x", "y"), extent(what, value, low, high, None))


def fill_values(what: str, value: Any) -> Any:
    """One number, or one per channel.

    Raises:
        InputError: neither.
    """
    if isinstance(value, list | tuple):
        if not value:
            raise InputError(f"{what}: expected a number or one per channel, got none")
        return tuple(number(what, item) for item in value)
    return number(what, value)


def interpolation_name(value: Any) -> str:
    """One of "nearest", "linear", "cubic", "area", from these, torch's words, or OpenCV's words and numbers.

    Raises:
        InputError: the word is not known.

    Example:
        >>> interpolation_name("INTER_AREA"), interpolation_name(1), interpolation_name("bicubic")
        ('area', 'linear', 'cubic')
    """
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(INTERPOLATIONS):
        return INTERPOLATIONS[value]
    word = value.lower().replace("_", "-") if isinstance(value, str) else None
    if word in INTERPOLATIONS:
        return str(word)
    if word in _WORDS:
        return _WORDS[str(word)]
    raise InputError(f"interpolation: expected one of {', '.join(INTERPOLATIONS)}, got {value!r}")


def one_of(what: str, value: Any, known: tuple[Any, ...]) -> Any:
    """One of a few words.

    Raises:
        InputError: another.
    """
    if value not in known:
        raise InputError(f"{what}: expected one of {', '.join(map(str, known))}, got {value!r}")
    return value


def set_frame(transform: Any) -> None:
    """Check the arguments that all transforms share which let something in from outside, and put in their names."""
    name = type(transform).__name__
    for argument, check in _FRAME.items():
        if hasattr(transform, argument):
            value = getattr(transform, argument)
            checked = fill_values(f"{name}({argument}=…)", value) if check is fill_values else check(value)
            object.__setattr__(transform, argument, checked)


_FRAME: dict[str, Any] = {
    "interpolation": interpolation_name,
    "mask_interpolation": interpolation_name,
    "border_mode": border_name,
    "fill": fill_values,
    "fill_mask": fill_values,
}
