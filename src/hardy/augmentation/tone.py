"""Changes of value: a chain of them as a table, as a straight line, or step by step; and the last step, the output.

All of it is float64 NumPy, used by every backend, so that a table holds exactly what the reference computes.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64, Int64, Shaped

from hardy.augmentation.plan import Step

RANGES = {"uint8": 255.0, "uint16": 65535.0, "float32": 1.0}
_MOST_FLAGS = 62  # bits in the number that stands for a combination of applied steps


@dataclass(frozen=True)
class Finish:
    """What a value becomes at the end of the pass.

    Args:
        output: "uint8", "uint16" or "float32"; "float64" keeps the input's own units, for the next stage.
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

    def __call__(self, values: Float64[np.ndarray, "n c k"]) -> Shaped[np.ndarray, "n c k"]:
        """Range, normalise, round half up and saturate; NaN stays NaN in float and becomes 0 in integers."""
        if self.output == "float64":
            return values
        if self.output == "float32":
            with np.errstate(over="ignore"):
                return ((values / self.maximum - self.mean[:, None]) / self.std[:, None]).astype(np.float32)
        rounded = np.clip(np.floor(values * self.ratio + 0.5), 0, RANGES[self.output])
        return np.where(np.isnan(rounded), 0, rounded).astype(self.output)


def change_tone(
    steps: tuple[Step, ...], values: Float64[np.ndarray, "n c k"], maximum: float
) -> Float64[np.ndarray, "n c k"]:
    """Values after a chain of changes, for each sample those that apply to it.

    Args:
        steps: with a row for each sample.
        values: in the picture's own units.
        maximum: of these units.
    """
    for step in steps:
        changed = step.transform.tone(step.parameters, values, maximum)
        values = np.where(step.applied[:, None, None], changed, values)
    return values


def distinct(steps: tuple[Step, ...], count: int) -> tuple[Int64[np.ndarray, "n"], Int64[np.ndarray, "t"]]:
    """Samples that have the same changes of tone in common, so that each is worked out once.

    Args:
        steps: with a row for each sample.
        count: how many samples there are.

    Returns:
        For each sample the number of its chain, and for each chain one sample that has it.
    """
    if not steps or not count:
        return np.zeros(count, np.int64), np.zeros(min(count, 1), np.int64)
    if len(steps) > _MOST_FLAGS or any(step.parameters for step in steps):
        return np.arange(count), np.arange(count)
    flags = np.zeros(count, np.int64)
    for position, step in enumerate(steps):
        flags |= step.applied.astype(np.int64) << position
    _, first, chain = np.unique(flags, return_index=True, return_inverse=True)
    return chain.astype(np.int64), first.astype(np.int64)


def line(steps: tuple[Step, ...], count: int, maximum: float) -> Float64[np.ndarray, "n 2"]:
    """Scale and offset of chains that are straight lines: value · scale + offset.

    Args:
        steps: with a row for each of `count` chains; all `tone_is_line`.
        count: how many chains there are.
        maximum: of the input's range.
    """
    ends = np.tile(np.array([0.0, maximum]), (count, 1, 1))
    low, high = np.moveaxis(change_tone(steps, ends, maximum)[:, 0], -1, 0)
    return np.stack([(high - low) / maximum, low], axis=-1)


def outside(
    fill: Any, steps: tuple[Step, ...], count: int, channels: int, maximum: float
) -> Float64[np.ndarray, "n c"]:
    """What the outside of the picture looks like at the end of each chain.

    Args:
        fill: a number, or one per channel.
        steps: the changes of tone that come after the picture was moved.
        count: how many chains there are.
        channels: of the picture.
        maximum: of the input's range.
    """
    start = np.broadcast_to(np.asarray(fill, np.float64), (count, channels))
    return change_tone(steps, start[:, :, None], maximum)[:, :, 0]
