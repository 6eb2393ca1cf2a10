# mypy: disable-error-code="no-untyped-def"
"""Pictures of bytes that keep their values or go through tables, and whose rows stay rows: flips, crops, pads, tone.

`gather_table` in `pixel_kernels` can do all of it a byte at a time; here whole rows are copied, mirrored or looked up.
"""

import numpy as np
from numba import carray

from hardy.augmentation.memory_kernels import as_pointer
from hardy.augmentation.pixel_kernels import CONSTANT, source_index
from hardy.augmentation.table_kernels import copy_bytes, fill_pixels, look_up_bytes, mirror_pixels
from hardy.kernel import kernel

_BYTES = np.empty(0, np.uint8)


@kernel
def copy_outside(start, count, first, target, move, width, border, channels, line):
    """Some pixels of a row that come from outside, one by one."""
    out = carray(as_pointer(target, _BYTES), ((first + count) * channels,))
    values = carray(as_pointer(start, _BYTES), (width * channels,))
    for x in range(first, first + count):
        column = source_index(move[0] * x + move[2], width, border)
        for c in range(channels):
            out[x * channels + c] = values[column * channels + c] if line >= 0 and column >= 0 else 0


@kernel
def copy_row(start, target, columns, move, width, border, channels, fill, line, tables, same):
    """One row: what lies inside at once, what lies outside filled or pixel by pixel."""
    size, shift = np.uint64(channels), move[2]
    if move[0] > 0:
        left, right = max(0, -shift), min(columns, width - shift)
    else:
        left, right = max(0, shift - width + 1), min(columns, shift + 1)
    if line < 0 or right <= left:
        left, right = columns, columns
    if right > left:
        place = target + np.uint64(left) * size
        if move[0] > 0:
            copy_bytes(place, start + np.uint64(left + shift) * size, (right - left) * channels)
        else:
            mirror_pixels(place, start + np.uint64(shift - right + 1) * size, right - left, channels)
    if border == CONSTANT:
        if not same:
            place = target + np.uint64(left) * size
            look_up_bytes(place, place, (right - left) * channels, tables, channels)
        fill_pixels(target, left, channels, fill)
        fill_pixels(target + np.uint64(right) * size, columns - right, channels, fill)
    else:
        copy_outside(start, left, 0, target, move, width, border, channels, line)
        copy_outside(start, columns - right, right, target, move, width, border, channels, line)
        if not same:
            look_up_bytes(target, target, columns * channels, tables, channels)


@kernel
def copy_rows(sources, targets, moves, border, chosen, index, tables, same, outside):
    """The chosen pictures, as `gather_table` does them; `same` says that there are no tables and nothing changes.

    A pixel of another dtype that stays the same is one of as many channels as it has bytes.
    """
    channels = outside.shape[1]
    for n in chosen:
        height, width, row_stride = sources[n, 1], sources[n, 2], sources[n, 3]
        rows, columns, row_step = targets[n, 1], targets[n, 2], targets[n, 3]
        m, move, fill = index[n], moves[n], outside[index[n]]
        still = move[0] == 1 and move[2] == 0 and columns == width and move[4] == 1 and move[5] == 0 and rows == height
        if still and row_stride == row_step and row_stride == width * channels:
            if same:
                copy_bytes(np.uint64(targets[n, 0]), np.uint64(sources[n, 0]), rows * row_step)
            else:
                look_up_bytes(
                    np.uint64(targets[n, 0]), np.uint64(sources[n, 0]), rows * row_step, tables[m], channels
                )  # fmt: skip
            continue
        for y in range(rows):
            line = source_index(move[4] * y + move[5], height, border)
            start = np.uint64(sources[n, 0] + max(line, 0) * row_stride)
            target = np.uint64(targets[n, 0] + y * row_step)
            copy_row(start, target, columns, move, width, border, channels, fill, line, tables[0 if same else m], same)
