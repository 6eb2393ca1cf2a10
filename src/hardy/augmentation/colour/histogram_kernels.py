# mypy: disable-error-code="no-untyped-def"
"""Counting the levels of bytes, compiled."""

import numpy as np

from hardy.augmentation.table_kernels import are_alike, look_up_bytes
from hardy.kernel import kernel

_ROUND = 4  # tables in turn: a level that comes often would wait for its own count otherwise


@kernel
def count_bytes(values, channels, counts):
    """How many of the flat picture's values have each level, into counts (channels, 256)."""
    several = np.zeros((_ROUND, channels, 256), np.int64)
    pixels = len(values) // channels
    for n in range(pixels):
        for c in range(channels):
            several[n % _ROUND, c, values[n * channels + c]] += 1
    for c in range(channels):
        for level in range(256):
            counts[c, level] = several[:, c, level].sum()


@kernel
def look_up(values, tables, out):
    """New values from tables (channels, 256)."""
    own = np.uint64(tables.ctypes.data)
    alike = are_alike(own, len(tables))
    look_up_bytes(
        np.uint64(out.ctypes.data), np.uint64(values.ctypes.data), len(values), own, len(tables), alike
    )  # fmt: skip
