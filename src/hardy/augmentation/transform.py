"""The base of all transforms: what one declares, and how it becomes plain data and comes back.

A transform is a frozen value. It draws nothing and touches no pixel itself: from uniform numbers it makes parameters
(`parameters`), and says what these mean for a picture, as a matrix (`matrices`), a change of tone (`tone`), or both.
"""

import difflib
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64, Shaped

from hardy.errors import InputError

Parameters = dict[str, Shaped[np.ndarray, "n ..."]]


class Transform(ABC):
    """One thing that is done to a picture with probability `p`.

    Subclasses are frozen dataclasses with the fields `p` and `key`, and override `matrices` if they move pixels,
    `tone` if they change values, `edge` if pixels from outside can come in. Fields come from files as well as from
    code, so each class checks its own and they are annotated `Any`.

    Attributes:
        draws: how many uniform numbers a sample needs besides the one for `p`.
        moves: pixels change their place.
        tones: values change, each pixel and channel for itself.
        tone_is_line: the change of tone is `value · scale + offset`; others take slower ways on uint16 and float.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default the name and its occurrence.
    """

    draws: ClassVar[int] = 0
    moves: ClassVar[bool] = False
    tones: ClassVar[bool] = False
    tone_is_line: ClassVar[bool] = True
    p: Any
    key: Any

    def __post_init__(self) -> None:
        p = number(f"{type(self).__name__}(p=…)", self.p)
        if not 0 <= p <= 1:
            raise InputError(f"{type(self).__name__}(p=…): expected a probability between 0 and 1, got {self.p!r}")
        object.__setattr__(self, "p", float(p))
        if self.key is not None and not (isinstance(self.key, str) and self.key):
            raise InputError(f"{type(self).__name__}(key=…): expected a text that is not empty, got {self.key!r}")

    @abstractmethod
    def parameters(self, uniform: Float64[np.ndarray, "n draws"], sizes_hw: Int64[np.ndarray, "n 2"]) -> Parameters:
        """Numbers first: what is done to each sample.

        Args:
            uniform: in [0, 1), `draws` for each sample.
            sizes_hw: height and width of each.

        Returns:
            Arrays with a row for each sample, by name; none where there is nothing to choose.
        """

    def matrices(self, parameters: Parameters, sizes_hw: Int64[np.ndarray, "n 2"]) -> Float64[np.ndarray, "n 3 3"]:
        """Where each output pixel is taken from: input (x, y, 1) = matrix · output (x, y, 1).

        Pixel centres lie at whole numbers, (0, 0) is the top left one, x points right and y down.
        """
        raise NotImplementedError(f"{type(self).__name__} moves no pixels")

    def tone(
        self, parameters: Parameters, values: Float64[np.ndarray, "n c k"], maximum: float
    ) -> Float64[np.ndarray, "n c k"]:
        """New values for old ones.

        Args:
            parameters: a row for each of n samples.
            values: in the picture's own units, 0..maximum.
            maximum: 255, 65535 or 1.
        """
        raise NotImplementedError(f"{type(self).__name__} changes no values")

    def edge(self) -> tuple[str, tuple[float, ...]] | None:
        """Border and fill (one number, or one per channel); None where nothing comes in from outside."""
        return None

    def to_config(self) -> dict[str, dict[str, Any]]:
        """Plain data: `{name: arguments}`, without those that are None."""
        arguments = {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]
        return {type(self).__name__: {name: _plain(value) for name, value in arguments.items() if value is not None}}


def number(what: str, value: Any) -> float | int:
    """A finite number as Python's own int or float.

    Raises:
        InputError: it is none.
    """
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.integer | np.floating):
        raise InputError(f"{what}: expected a number, got {value!r}")
    if (isinstance(value, int) and abs(value) > 2**53) or not math.isfinite(value):
        raise InputError(f"{what}: expected a finite number that a float can hold, got {str(value)[:40]}")
    return int(value) if isinstance(value, int | np.integer) else float(value)


def from_config(config: Any, known: Mapping[str, type[Transform]]) -> Transform:
    """Make a transform from plain data.

    Args:
        config: `{name: arguments}`, `{name: None}` or the name alone.
        known: the transforms by name.

    Raises:
        InputError: the name or an argument is not known, or a value is wrong; what is known is listed.
    """
    if isinstance(config, str):
        config = {config: None}
    if not isinstance(config, Mapping) or len(config) != 1:
        raise InputError(f"expected one name with its arguments, as in {{Invert: {{p: 0.1}}}}, got {config!r}")
    name, arguments = next(iter(config.items()))
    if name not in known:
        raise InputError(f"no transform is called {name!r}{_meant(name, known)}; known: {', '.join(sorted(known))}")
    arguments = {} if arguments is None else arguments
    if not isinstance(arguments, Mapping):
        raise InputError(f"{name}: expected arguments by name, as in {{p: 0.5}}, got {arguments!r}")
    kind = known[name]
    possible = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    for argument in arguments:
        if argument not in possible:
            raise InputError(
                f"{name} has no argument {argument!r}{_meant(argument, possible)}; known: {', '.join(possible)}"
            )
    return kind(**arguments)


def _meant(word: Any, known: Any) -> str:
    close = difflib.get_close_matches(str(word), list(known), n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return value
