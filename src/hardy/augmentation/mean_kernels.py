# mypy: disable-error-code="no-untyped-def"
"""The mean of each channel, for many pictures at once."""

import numpy as np
from numba import carray

from hardy.augmentation.memory_kernels import as_pointer
from hardy.kernel import kernel

_STEP = 192  # bytes: whole vectors, and whole pixels of three
_MOST = 256  # bytes whose sum fits 16 bits


@kernel
def add_bytes(line, count, sums):
    """Byte k of each step is added to sum k. Whole vectors are added without asking what channel a byte is of."""
    for k in range(np.uint64(_STEP)):
        sums[k] = np.uint16(0)
    for step in range(np.uint64(count)):
        start = step * np.uint64(_STEP)
        for k in range(np.uint64(_STEP)):
            sums[k] += np.uint16(line[start + k])


@kernel
def mean_bytes(sources, pixel, means):
    """Pictures of three bytes a pixel; `sources` as in `pixel_kernels`."""
    sums, totals = np.empty(_STEP, np.uint16), np.empty(3, np.int64)
    for n in range(len(sources)):
        height, width, row_stride = sources[n, 1], sources[n, 2], sources[n, 3]
        lines, length = height, 3 * width
        if row_stride == length:  # one long row
            lines, length = 1, height * length
        totals[:] = 0
        for y in range(lines):
            line = carray(as_pointer(np.uint64(sources[n, 0] + y * row_stride), pixel), (length,))
            steps = length // _STEP
            for first in range(0, steps, _MOST):
                count = min(steps - first, _MOST)
                add_bytes(line[first * _STEP :], count, sums)
                for k in range(0, _STEP, 3):
                    for c in range(3):
                        totals[c] += sums[k + c]
            for k in range(steps * _STEP, length):
                totals[k % 3] += line[k]
        for c in range(3):
            means[n, c] = totals[c] / (height * width)


@kernel
def mean_any(sources, pixel, means):
    """Pictures of any dtype and number of channels."""
    channels = means.shape[1]
    for n in range(len(sources)):
        height, width, row_stride = sources[n, 1], sources[n, 2], sources[n, 3]
        image = carray(as_pointer(np.uint64(sources[n, 0]), pixel), (height * row_stride,))
        for c in range(channels):
            total = 0.0
            for y in range(height):
                part = 0.0
                for x in range(np.uint64(width)):
                    part += image[np.uint64(y * row_stride + c) + x * np.uint64(channels)]
                total += part
            means[n, c] = total / (height * width)
