"""A multiplier for each range of values."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.arguments import extent, number
from hardy.augmentation.kinds import Curve
from hardy.augmentation.transform import Parameters, between
from hardy.errors import InputError


@dataclass(frozen=True)
class ToneCurve(Curve):
    """Multiply shadows, mid-tones and lights each by a factor of their own.

    Args:
        edges: where a range of values ends and the next begins, as shares of the picture's range: rising, from 0 to 1;
            a value on an edge belongs to the range above.
        multiplier: a pair (low, high) of 0 or more for every range, or a list with a pair for each.
        smooth: draw the curve straight through the multipliers at the middle of each range, so that no step is seen
            between two of them.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "ToneCurve#0", "ToneCurve#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> darker = ToneCurve(edges=(0, 0.5, 1), multiplier=[(1, 1), (0.5, 0.5)], p=1)
        >>> Compose([darker])(image=np.array([[[100], [200]]], np.uint8))["image"][0, :, 0]
        array([100, 100], dtype=uint8)

    Source: our own; smooth, it does what Albumentations' `RandomToneCurve` is for.
    """

    edges: Any = (0.0, 1 / 3, 2 / 3, 1.0)
    multiplier: Any = (0.8, 1.2)
    smooth: Any = False
    p: Any = 0.5
    key: Any = None
    alike: ClassVar[bool] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "edges", _edges(self.edges))
        object.__setattr__(self, "multiplier", _multipliers(self.multiplier, self.draws))
        if not isinstance(self.smooth, bool):
            raise InputError(f"ToneCurve(smooth=…): expected true or false, got {self.smooth!r}")

    @property
    def draws(self) -> int:  # type: ignore[override]
        """One for each range."""
        return len(self.edges) - 1

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        given = self.multiplier
        pairs = given if isinstance(given[0], tuple) else (given,) * self.draws
        columns = [between(uniform[:, place], pair) for place, pair in enumerate(pairs)]
        return {"multiplier": np.stack(columns, axis=1)}

    def curve(
        self, parameters: Parameters, levels: Float64[np.ndarray, "n c k"], maximum: float
    ) -> Float64[np.ndarray, "n c k"]:
        shares, edges, multiplier = levels / maximum, np.array(self.edges), parameters["multiplier"]
        if self.smooth:
            middles = (edges[:-1] + edges[1:]) / 2
            rows = [np.interp(share, middles, row) for share, row in zip(shares, multiplier, strict=True)]
            return levels * np.reshape(rows, levels.shape)
        ranges = np.clip(np.searchsorted(edges, shares, side="right") - 1, 0, self.draws - 1)
        return levels * np.take_along_axis(multiplier[:, None, :], ranges, axis=-1)


def _edges(value: Any) -> tuple[float, ...]:
    what = "ToneCurve(edges=…)"
    if not isinstance(value, list | tuple) or len(value) < 2:
        raise InputError(f"{what}: expected rising shares from 0 to 1, as in [0, 0.5, 1], got {value!r}")
    edges = tuple(float(number(what, edge, 0, 1)) for edge in value)
    rising = all(low < high for low, high in pairwise(edges))
    if not rising or edges[0] != 0 or edges[-1] != 1:
        raise InputError(f"{what}: expected rising shares from 0 to 1, as in [0, 0.5, 1], got {value!r}")
    return edges


def _multipliers(value: Any, count: int) -> Any:
    what = "ToneCurve(multiplier=…)"
    if isinstance(value, list | tuple) and any(isinstance(item, list | tuple) for item in value):
        if len(value) != count:
            raise InputError(f"{what}: expected one pair or {count}, one for each range, got {len(value)}")
        return tuple(extent(what, item, 0, centre=None) for item in value)
    return extent(what, value, 0, centre=1)
