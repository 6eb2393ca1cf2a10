"""Counting levels, for transforms that look at the whole picture."""

from collections.abc import Callable
from typing import Any

import numpy as np
from jaxtyping import Float64, Int64, Shaped

from hardy.augmentation.colour import histogram_kernels
from hardy.augmentation.values import RANGES

_FLOAT_LEVELS = 65536

Channel = Shaped[np.ndarray, "h w"]


def levels_of(channel: Channel) -> tuple[Shaped[np.ndarray, "h w"], int]:
    """Each pixel's level as a whole number, and how many levels there are; float has as many as uint16."""
    if channel.dtype == np.float32:
        clipped = np.clip(np.nan_to_num(channel, nan=0.0), 0, 1)
        return np.floor(clipped * np.float32(_FLOAT_LEVELS - 1) + np.float32(0.5)).astype(np.uint16), _FLOAT_LEVELS
    return channel, int(RANGES[channel.dtype.name]) + 1


def counts_of(levels: Channel, count: int) -> Int64[np.ndarray, "k"]:
    """How many pixels have each level."""
    return np.bincount(levels.ravel(), minlength=count)


def looked_up(levels: Channel, table: Float64[np.ndarray, "k"], dtype: Any) -> Channel:
    """New values by level, from a table over the same levels; float is brought back to 0..1."""
    if np.dtype(dtype) == np.float32:
        return (table / (_FLOAT_LEVELS - 1)).astype(np.float32)[levels]
    return table.astype(dtype)[levels]


def with_tables(
    image: Shaped[np.ndarray, "h w c"], table_of: Callable[[Int64[np.ndarray, "256"]], Float64[np.ndarray, "256"]]
) -> Shaped[np.ndarray, "h w c"]:
    """A picture of bytes, each channel through the table that its counts lead to."""
    image = np.ascontiguousarray(image)
    channels = image.shape[2]
    counts, found = np.empty((channels, 256), np.int64), np.empty_like(image)
    histogram_kernels.count_bytes(image.reshape(-1), channels, counts)
    tables = np.stack([table_of(own) for own in counts]).astype(np.uint8)
    histogram_kernels.look_up(image.reshape(-1), tables, found.reshape(-1))
    return found
