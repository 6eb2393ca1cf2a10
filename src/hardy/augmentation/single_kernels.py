# mypy: disable-error-code="no-untyped-def"
"""What `single` needs compiled: the numbers for one sample, and pictures of bytes through one pass."""

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
def list_pictures(pictures, table):
    """Where contiguous pictures (n, h, w, c) lie."""
    count, height, width, channels = pictures.shape
    own = np.array([0, height, width, width * channels, channels, 1], np.int64)
    for n in range(count):
        table[n] = own[: table.shape[1]]
        table[n, 0] = pictures.ctypes.data + n * height * width * channels


@kernel
def alter_all(images, out, moves, colours, curves, outer, fill, border, linear, area):
    """Pictures (n, h, w, c) of bytes through one pass into others; False where nothing is done, the general way can.

    `moves` (0 or n, 3, 3) is where pixels come from, `colours` (0 or n, c, c + 1) a change of colour, or `curves`
    (0 or n, 1 or c, 256) one of levels; `outer` (0 or n, c, c + 1) what the fill goes through. `linear` and `area` say
    how pixels are resampled; neither: as the loops here cannot.
    """
    count, channels = len(images), images.shape[3]
    sources, targets = np.empty((count, 4), np.int64), np.empty((count, 6), np.int64)
    list_pictures(images, sources)
    list_pictures(out, targets)
    ways, steps = np.empty(count, np.int64), np.empty((count, 6), np.int64)
    still = len(moves) == 0
    swift = len(curves) == 0 and ((channels == 3) if still else ((linear or area) and channels in (1, 3, 4)))
    copies = is_diagonal(colours)
    counts = sort_pictures(moves, sources, targets, channels, copies, True, swift, area and not still, ways, steps)
    if counts[COPIED] + counts[SWIFT] < count:
        return False
    mean, std = np.zeros(channels), np.ones(channels)
    last = (WHOLE, _TOP, 1.0, _TOP)
    ends, every = np.empty((count, channels)), np.arange(count)
    if len(outer):
        through(outer, fill, ends)
    else:
        for n in range(count):
            for c in range(channels):
                ends[n, c] = fill[c % len(fill)]
    if counts[COPIED]:
        tables, outside = np.empty((count, channels, 256), np.uint8), np.empty((count, channels), np.uint8)
        finish_values(ends, last, mean, std, outside)
        if len(curves):
            curve_tables(curves, tables)
        elif len(colours):
            packed, nothing = colours.reshape(count, 1, channels, channels + 1), np.empty((count, 0, channels, 2))
            level_tables(np.zeros(1, np.int64), packed, nothing, last, mean, std, tables)
        same = len(curves) == 0 and len(colours) == 0
        chosen = np.flatnonzero(ways == COPIED)
        copy_rows(sources, targets, steps, border, chosen, every, tables, same, outside)
    if counts[SWIFT] == 0:
        return True
    narrow = np.empty((count, channels * (channels + 1)), np.float32)
    narrow_ends, chosen = np.empty((count, channels), np.float32), np.flatnonzero(ways == SWIFT)
    finish_matrices(colours, ends, std, mean + 0.5, narrow, narrow_ends)
    if still:
        change_colours(sources, targets, chosen, every, narrow)
        return True
    none, ones, zeros = np.empty(0, np.int64), np.ones(channels, np.float32), np.zeros(channels, np.float32)
    empty, tables_none = np.empty((count, 0, channels, channels + 1)), np.empty((count, 0, channels, 2))
    few, few_tables = empty.astype(np.float32), tables_none.astype(np.float32)
    warp_swiftly(
        sources, targets, _BYTES, _BYTES, moves.reshape(count, 9), np.empty((2, 0, 0)), border, chosen, every, narrow,
        ones, zeros, none, empty, tables_none, none, few, few_tables, narrow_ends, last, mean, std,
    )  # fmt: skip
    return True


@kernel
def curve_tables(curves, tables):
    """Curves (n, 1 or c, 256) as bytes, for each channel."""
    for n in range(len(tables)):
        for c in range(tables.shape[1]):
            if c >= curves.shape[1]:
                tables[n, c] = tables[n, 0]
                continue
            for level in range(256):
                tables[n, c, level] = finished(curves[n, c, level], WHOLE, _TOP, 1.0, _TOP, 0.0, 1.0)
