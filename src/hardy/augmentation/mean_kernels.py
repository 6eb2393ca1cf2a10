# mypy: disable-error-code="no-untyped-def"
"""The mean of each channel, for many pictures at once."""

import numpy as np
from numba import carray

from hardy.augmentation.memory_kernels import as_pointer
from hardy.kernel import kernel


@kernel
def sum_three(line, count):
    """Three channels of a row of bytes; a row of 2²⁴ pixels fits 32 bits."""
    red, green, blue = np.uint32(0), np.uint32(0), np.uint32(0)
    for x in range(np.uint64(count)):
        red += np.uint32(line[np.uint64(3) * x])
        green += np.uint32(line[np.uint64(3) * x + np.uint64(1)])
        blue += np.uint32(line[np.uint64(3) * x + np.uint64(2)])
    return red, green, blue


@kernel
def mean_bytes(sources, pixel, means):
    """Pictures of three bytes a pixel; `sources` as in `pixel_kernels`."""
    for n in range(len(sources)):
        height, width, row_stride = sources[n, 1], sources[n, 2], sources[n, 3]
        totals = np.zeros(3)
        for y in range(height):
            line = carray(as_pointer(np.uint64(sources[n, 0] + y * row_stride), pixel), (3 * width,))
            red, green, blue = sum_three(line, width)
            totals[0] += red
            totals[1] += green
            totals[2] += blue
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
