# mypy: disable-error-code="no-untyped-def"
"""Rectangles filled, compiled: a grid has hundreds of them."""

import numpy as np

from hardy.kernel import kernel


@kernel
def fill_holes(values, width, holes, fill):
    """Fill rectangles (top, left, bottom, right), which lie inside, of a flat picture with one pixel's values."""
    channels = len(fill)
    longest = 0
    for hole in range(len(holes)):
        longest = max(longest, holes[hole, 3] - holes[hole, 1])
    blank = np.empty(longest * channels, values.dtype)
    for x in range(longest):
        for c in range(channels):
            blank[x * channels + c] = fill[c]
    for hole in range(len(holes)):
        top, left, bottom, right = holes[hole, 0], holes[hole, 1], holes[hole, 2], holes[hole, 3]
        size = np.uint64(max(right - left, 0) * channels)
        for y in range(top, bottom):
            start = np.uint64((y * width + left) * channels)
            for k in range(size):
                values[start + k] = blank[k]
