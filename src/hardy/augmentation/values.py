"""Changes of value: a chain of them as matrices and tables; and the last step, the output.

All of it is float64 NumPy, used by every backend, so that a table holds exactly what the reference computes.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Float64, Int64, Shaped

from hardy.augmentation.kinds import Colour, Curve, Pictures
from hardy.augmentation.pixel_kernels import FLOAT, RAW, WHOLE
from hardy.augmentation.plan import Step
from hardy.augmentation.prepare_kernels import is_diagonal, join_matrices, through

RANGES = {"uint8": 255.0, "uint16": 65535.0, "float32": 1.0}
POINTS = {"uint8": 256, "uint16": 65536, "float32": 65537}  # at which a curve is known; whole levels where there are
_MOST_FLAGS = 62  # bits in the number that stands for a combination of applied steps

Link = tuple[str, Float64[np.ndarray, "_ _ _"]]


@dataclass(frozen=True)
class Finish:
    """What a value becomes at the end of the pass.

    Args:
        output: "uint8", "uint16" or "float32"; "raw" keeps the input's own units, for the next stage.
        maximum: of the input's range: 255, 65535 or 1.
        mean: per channel, in units of 0..1.
        std: per channel, in units of 0..1.
    """

    output: str
    maximum: float
    mean: Float64[np.ndarray, "c"]
    std: Float64[np.ndarray, "c"]

    @property
    def ratio(self) -> float:
        """What an input's unit is in the output's units."""
        return RANGES.get(self.output, self.maximum) / self.maximum

    @cached_property
    def last(self) -> tuple[int, float, float, float]:
        """For the loops: the kind of output, the input's maximum, their ratio, and the output's own maximum."""
        kind = {"raw": RAW, "float32": FLOAT}.get(self.output, WHOLE)
        return kind, self.maximum, self.ratio, RANGES.get(self.output, 0.0)

    @cached_property
    def identity(self) -> bool:
        """Values in the input's own range stay what they are."""
        return (
            RANGES.get(self.output, self.maximum) == self.maximum
            and not self.mean.any()
            and bool((self.std == 1).all())
        )

    @cached_property
    def line(self) -> tuple[Float64[np.ndarray, "c"], Float64[np.ndarray, "c"]]:
        """The last step but for clamping and cutting off: a scale and a shift for each channel."""
        if self.output == "float32":
            return 1 / (self.maximum * self.std), -self.mean / self.std
        channels = len(self.mean)
        if self.output == "raw":
            return np.ones(channels), np.zeros(channels)
        return np.full(channels, self.ratio), np.full(channels, 0.5)

    def __call__(self, values: Float64[np.ndarray, "n c k"]) -> Shaped[np.ndarray, "n c k"]:
        """Range, normalise, round half up and saturate; NaN stays NaN in float and becomes 0 in integers."""
        if self.output == "raw":
            return values.astype(np.float32)
        if self.output == "float32":
            with np.errstate(over="ignore"):
                return ((values / self.maximum - self.mean[:, None]) / self.std[:, None]).astype(np.float32)
        rounded = np.clip(np.floor(values * self.ratio + 0.5), 0, RANGES[self.output])
        return np.where(np.isnan(rounded), 0, rounded).astype(self.output)


@dataclass(frozen=True, eq=False)
class Chain:
    """A chain of changes of value for some samples, as few links as possible.

    Args:
        links: ("matrix", (n, c, c + 1)) or ("table", (n, c, points)), in order; no two matrices in a row.
        maximum: of the input's range; matrices and tables are in its units.
        channels: of the pictures.
    """

    links: tuple[Link, ...]
    maximum: float
    channels: int

    @property
    def diagonal(self) -> bool:
        """No channel takes part in another's."""
        return all(kind == "table" or is_diagonal(values) for kind, values in self.links)

    @property
    def linear(self) -> bool:
        """Matrices only."""
        return all(kind == "matrix" for kind, _ in self.links)

    def take(self, rows: Any) -> "Chain":
        """Some samples' links."""
        return Chain(tuple((kind, values[rows]) for kind, values in self.links), self.maximum, self.channels)

    def __call__(self, values: Float64[np.ndarray, "n c k"]) -> Float64[np.ndarray, "n c k"]:
        """Values after the chain; a sample's channels in a column."""
        for kind, link in self.links:
            values = _mixed(values, link) if kind == "matrix" else _looked_up(values, link, self.maximum)
        return values


def chain_of(steps: tuple[Step, ...], pictures: Pictures, dtype: str) -> Chain:
    """The links of a chain.

    Args:
        steps: with a row for each sample.
        pictures: what the changes of colour may know.
        dtype: of the pictures, whose units the chain is in.
    """
    maximum, channels = RANGES[dtype], pictures.channels
    links: list[Link] = []
    for step in steps:
        if not step.applied.any():
            continue
        if isinstance(step.transform, Colour):
            earlier = links.pop()[1] if links and links[-1][0] == "matrix" else np.empty((0, channels, channels + 1))
            own = np.asarray(step.transform.matrix(step.parameters, pictures), np.float64, order="C")
            product = np.empty((len(step.applied), channels, channels + 1))
            join_matrices(earlier, own, step.applied, maximum, product)
            links.append(("matrix", product))
        else:
            links.append(("table", _table(step, channels, maximum, POINTS[dtype])))
    return Chain(tuple(links), maximum, channels)


def distinct(steps: tuple[Step, ...], count: int) -> tuple[Int64[np.ndarray, "n"], Int64[np.ndarray, "t"]]:
    """Samples that have the same changes of value in common, so that each is worked out once.

    Args:
        steps: with a row for each sample.
        count: how many samples there are.

    Returns:
        For each sample the number of its chain, and for each chain one sample that has it.
    """
    if not steps or not count:
        return np.zeros(count, np.int64), np.zeros(min(count, 1), np.int64)
    needs = any(isinstance(step.transform, Colour) and step.transform.needs_means for step in steps)
    if len(steps) > _MOST_FLAGS or needs or any(step.parameters for step in steps):
        return (all_of_them := np.arange(count)), all_of_them
    flags = np.zeros(count, np.int64)
    for position, step in enumerate(steps):
        flags |= step.applied.astype(np.int64) << position
    _, first, chain = np.unique(flags, return_index=True, return_inverse=True)
    return chain.astype(np.int64), first.astype(np.int64)


def outside(fill: Any, chain: Chain, count: int) -> Float64[np.ndarray, "n c"]:
    """What the outside of the picture looks like at the end of each sample's chain.

    Args:
        fill: a number, or one per channel.
        chain: the changes of value that come after the picture was moved.
        count: how many samples there are.
    """
    if len(chain.links) == 1 and chain.linear:
        ends = np.empty((count, chain.channels))
        through(chain.links[0][1], np.atleast_1d(np.asarray(fill, np.float64)), ends)
        return ends
    start = np.empty((count, chain.channels))
    start[:] = fill
    if not chain.links:
        return start
    return chain(start[:, :, None])[:, :, 0]


def _table(step: Step, channels: int, maximum: float, points: int) -> Float64[np.ndarray, "n c points"]:
    assert isinstance(step.transform, Curve)
    own = 1 if step.transform.alike else channels
    levels = np.broadcast_to(np.linspace(0, maximum, points), (len(step.applied), own, points))
    curve = step.transform.curve(step.parameters, levels, maximum)
    if not step.applied.all():
        curve = np.where(step.applied[:, None, None], curve, levels)
    return np.broadcast_to(curve, (len(curve), channels, points))


def _mixed(values: Float64[np.ndarray, "n c k"], matrix: Float64[np.ndarray, "n c c1"]) -> Float64[np.ndarray, "n c k"]:
    """Summed in the order of the channels; what a channel has no part in cannot spoil it (NaN, infinity)."""
    total = np.repeat(matrix[..., -1:], values.shape[-1], axis=-1)
    for channel in range(values.shape[1]):
        share = matrix[..., channel, None]
        with np.errstate(invalid="ignore", over="ignore"):
            total = np.where(share == 0, total, total + share * values[:, None, channel])
    return total


def _looked_up(
    values: Float64[np.ndarray, "n c k"], table: Float64[np.ndarray, "n c points"], maximum: float
) -> Float64[np.ndarray, "n c k"]:
    last = table.shape[-1] - 1
    place = np.clip(np.where(np.isnan(values), 0, values), 0, maximum) * (last / maximum)
    low = np.minimum(np.floor(place).astype(np.int64), last - 1)
    below, above = (np.take_along_axis(table, low + more, -1) for more in (0, 1))
    part = place - low
    return np.where(part == 0, below, below * (1 - part) + above * part)
