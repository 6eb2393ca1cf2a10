# mypy: disable-error-code="no-untyped-def"
"""Sums over 8-bit levels, from which mean and deviation follow exactly."""

import numpy as np

from hardy.kernel import kernel

_LANES = 48  # a multiple of 1, 2, 3 and 4 channels and of a vector's width, so that each lane is of one channel
_BLOCK = 32_768  # values of a lane whose squares fit into 32 bits


@kernel
def sum_levels(pixels, totals):
    """Add each channel's sum and sum of squares to `totals` (2, c), uint64.

    `pixels` is contiguous uint8 (n, c), c up to 4. Whole numbers throughout: any order of the calls gives the same.
    """
    count, channels = pixels.shape
    flat = pixels.reshape(-1)
    size = count * channels
    sums = np.zeros(_LANES, np.uint32)
    squares = np.zeros(_LANES, np.uint32)
    place = 0
    while place + _LANES <= size:
        sums[:] = 0
        squares[:] = 0
        for _ in range(min(_BLOCK, (size - place) // _LANES)):
            for lane in range(_LANES):
                value = np.uint32(flat[place + lane])
                sums[lane] += value
                squares[lane] += value * value
            place += _LANES
        for lane in range(_LANES):
            totals[0, lane % channels] += np.uint64(sums[lane])
            totals[1, lane % channels] += np.uint64(squares[lane])
    for rest in range(place, size):
        value = np.uint64(flat[rest])
        totals[0, rest % channels] += value
        totals[1, rest % channels] += value * value
