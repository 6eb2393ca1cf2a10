# mypy: disable-error-code="no-untyped-def"
"""Sums over 8-bit levels, from which mean and deviation follow exactly."""

import numpy as np

from hardy.kernel import kernel

_BLOCK = 32_768  # pixels whose squares fit into 32 bits


@kernel
def sum_levels(pixels, totals):
    """Add each channel's sum and sum of squares to `totals` (2, c), uint64.

    `pixels` is contiguous uint8 (n, c). Whole numbers throughout: any order of the calls gives the same.
    """
    count, channels = pixels.shape
    flat = pixels.reshape(-1)
    for channel in range(channels):
        for start in range(0, count, _BLOCK):
            total = np.uint32(0)
            squares = np.uint32(0)
            if channels == 3:
                for place in range(start, min(start + _BLOCK, count)):
                    value = np.uint32(flat[3 * place + channel])
                    total += value
                    squares += value * value
            elif channels == 1:
                for place in range(start, min(start + _BLOCK, count)):
                    value = np.uint32(flat[place])
                    total += value
                    squares += value * value
            else:
                for place in range(start, min(start + _BLOCK, count)):
                    value = np.uint32(flat[channels * place + channel])
                    total += value
                    squares += value * value
            totals[0, channel] += np.uint64(total)
            totals[1, channel] += np.uint64(squares)
