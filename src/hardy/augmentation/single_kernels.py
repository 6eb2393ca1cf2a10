# mypy: disable-error-code="no-untyped-def"
"""What `single` needs compiled: the numbers for one sample, and one picture of bytes through one pass."""

import numpy as np

from hardy.augmentation.copy_kernels import copy_rows
from hardy.augmentation.pixel_kernels import WHOLE, finished
from hardy.augmentation.prepare_kernels import (
    COPIED,
    SWIFT,
    finish_matrices,
    finish_values,
    is_diagonal,
    level_tables,
    sort_pictures,
    through,
)
from hardy.augmentation.still_kernels import change_colours
from hardy.augmentation.swift_kernels import warp_swiftly
from hardy.kernel import kernel
from hardy.rng_kernels import fill_uniform

_TOP = 255.0
_BYTES = np.empty(0, np.uint8)


@kernel
def big_endian(octets, begin):
    """Eight bytes as a word, the first of them highest."""
    word = np.uint64(0)
    for place in range(8):
        word = (word << np.uint64(8)) | np.uint64(octets[begin + place])
    return word


@kernel
def draw_one(octets, copy, counts, most):
    """The numbers (steps, most) for one sample: `octets` are its id and the steps' keys, 16 bytes each."""
    words, keys = np.empty((1, 2), np.uint64), np.empty((len(counts), 2), np.uint64)
    for place in range(2):
        words[0, place] = big_endian(octets, 8 * place)
        for t in range(len(counts)):
            keys[t, place] = big_endian(octets, 16 * (t + 1) + 8 * place)
    copies, uniform = np.empty(1, np.int64), np.empty((len(counts), 1, most))
    copies[0] = copy
    fill_uniform(keys, words, copies, counts, uniform)
    return uniform[:, 0]


@kernel
def list_picture(picture, table):
    """Where a contiguous picture lies."""
    height, width, channels = picture.shape
    own = np.array([picture.ctypes.data, height, width, width * channels, channels, 1], np.int64)
    table[0] = own[: table.shape[1]]


@kernel
def alter_one(image, out, moves, colours, curves, outer, fill, border, linear, area):
    """A picture (h, w, c) of bytes through one pass into another; False where nothing is done, the general way can.

    `moves` (0 or 1, 3, 3) is where pixels come from, `colours` (0 or 1, c, c + 1) a change of colour, or `curves`
    (0 or 1, 1 or c, 256) one of levels; `outer` (0 or 1, c, c + 1) what the fill goes through. `linear` and `area` say
    how pixels are resampled; neither: as the loops here cannot.
    """
    channels = image.shape[2]
    sources, targets = np.empty((1, 4), np.int64), np.empty((1, 6), np.int64)
    list_picture(image, sources)
    list_picture(out, targets)
    ways, steps = np.empty(1, np.int64), np.empty((1, 6), np.int64)
    still = len(moves) == 0
    swift = len(curves) == 0 and ((channels == 3) if still else ((linear or area) and channels in (1, 3, 4)))
    sort_pictures(
        moves, sources, targets, channels, is_diagonal(colours), True, swift, area and not still, ways, steps
    )
    if ways[0] != COPIED and ways[0] != SWIFT:
        return False
    mean, std = np.zeros(channels), np.ones(channels)
    last = (WHOLE, _TOP, 1.0, _TOP)
    ends = np.empty((1, channels))
    if len(outer):
        through(outer, fill, ends)
    else:
        for c in range(channels):
            ends[0, c] = fill[c % len(fill)]
    one, nothing = np.zeros(1, np.int64), np.empty((1, 0, channels, 2))
    if ways[0] == COPIED:
        tables, outside = np.empty((1, channels, 256), np.uint8), np.empty((1, channels), np.uint8)
        finish_values(ends, last, mean, std, outside)
        if len(curves):
            for c in range(channels):
                for level in range(256):
                    value = curves[0, c % curves.shape[1], level]
                    tables[0, c, level] = finished(value, WHOLE, _TOP, 1.0, _TOP, 0.0, 1.0)
        elif len(colours):
            level_tables(one, colours.reshape(1, 1, channels, channels + 1), nothing, last, mean, std, tables)
        same = len(curves) == 0 and len(colours) == 0
        copy_rows(sources, targets, steps, border, one, one, tables, same, outside)
        return True
    narrow, narrow_ends = np.empty((1, channels * (channels + 1)), np.float32), np.empty((1, channels), np.float32)
    finish_matrices(colours, ends, std, mean + 0.5, narrow, narrow_ends)
    if still:
        change_colours(sources, targets, one, one, narrow)
        return True
    none, ones, zeros = np.empty(0, np.int64), np.ones(channels, np.float32), np.zeros(channels, np.float32)
    empty = np.empty((1, 0, channels, channels + 1))
    few, few_tables = empty.astype(np.float32), nothing.astype(np.float32)
    warp_swiftly(
        sources, targets, _BYTES, _BYTES, moves.reshape(1, 9), np.empty((2, 0, 0)), border, one, one, narrow, ones,
        zeros, none, empty, nothing, none, few, few_tables, narrow_ends, last, mean, std,
    )  # fmt: skip
    return True
