# mypy: disable-error-code="no-untyped-def"
"""Pictures of bytes that keep their values or go through tables, and whose rows stay rows: flips, crops, pads, tone.

`gather_table` in `pixel_kernels` can do all of it a byte at a time; here whole rows are copied, mirrored or looked up.
"""

import numpy as np
from numba import carray

from hardy.augmentation.memory_kernels import as_pointer, expect, expect_to_write
from hardy.augmentation.pixel_kernels import CONSTANT, source_index
from hardy.augmentation.table_kernels import are_alike, copy_bytes, fill_pixels, look_up_bytes, mirror_pixels
from hardy.kernel import kernel

_AHEAD = 2  # rows
_LINE = 64  # bytes
_BYTES = np.empty(0, np.uint8)


@kernel
def copy_outside(start, first, last, target, direction, shift, width, border, channels):
    """The pixels first..last of a row that come from outside, one by one."""
    out = carray(as_pointer(target, _BYTES), (last * channels,))
    values = carray(as_pointer(start, _BYTES), (width * channels,))
    for x in range(first, last):
        column = source_index(direction * x + shift, width, border)
        for c in range(channels):
            out[x * channels + c] = values[column * channels + c]


@kernel
def inside_of(columns, width, direction, shift):
    """The part of a row that comes from inside, (first, last)."""
    if direction > 0:
        left, right = max(0, -shift), min(columns, width - shift)
    else:
        left, right = max(0, shift - width + 1), min(columns, shift + 1)
    return (left, right) if right > left else (columns, columns)


@kernel
def copy_row(start, target, columns, direction, shift, width, border, size, left, right, blank):
    """One row: what lies inside at once, what lies outside from a blank row or pixel by pixel."""
    if right > left:
        place = target + np.uint64(left * size)
        if direction > 0:
            copy_bytes(place, start + np.uint64((left + shift) * size), (right - left) * size)
        else:
            mirror_pixels(place, start + np.uint64((shift - right + 1) * size), right - left, size)
    if border == CONSTANT:
        if left > 0:
            copy_bytes(target, blank, left * size)
        if right < columns:
            copy_bytes(target + np.uint64(right * size), blank, (columns - right) * size)
    else:
        copy_outside(start, 0, left, target, direction, shift, width, border, size)
        copy_outside(start, right, columns, target, direction, shift, width, border, size)


@kernel
def copy_inside(first, stride, target, step, rows, pixels, size, direction):
    """Rows of a window that lies inside: the first one's address, and how far it is to the next, up or down.

    Rows are read in jumps that the processor does not foresee, so the next but one is asked for, and room for it.
    """
    count = pixels * size
    for y in range(rows):
        start, to = first + np.uint64(y * stride), target + np.uint64(y * step)
        for place in range(0, count, _LINE):
            expect(start + np.uint64(_AHEAD * stride + place))
        for place in range(0, count, _LINE):
            expect_to_write(to + np.uint64(_AHEAD * step + place))
        if direction > 0:
            copy_bytes(to, start, count)
        else:
            mirror_pixels(to, start, pixels, size)


@kernel
def copy_rows(sources, targets, moves, border, chosen, index, tables, same, outside):
    """The chosen pictures, as `gather_table` does them; `same` says that there are no tables and nothing changes.

    A pixel of another dtype that stays the same is one of as many channels as it has bytes.
    """
    size, longest = outside.shape[1], 0
    for n in chosen:
        longest = max(longest, targets[n, 2])
    memory = np.empty(longest * size, np.uint8)
    blank = np.uint64(memory.ctypes.data)
    for n in chosen:
        height, width, row_stride = sources[n, 1], sources[n, 2], sources[n, 3]
        rows, columns, row_step = targets[n, 1], targets[n, 2], targets[n, 3]
        direction, shift, down, below = moves[n, 0], moves[n, 2], moves[n, 4], moves[n, 5]
        own = np.uint64(tables.ctypes.data) + np.uint64(0 if same else index[n] * size * 256)
        alike = not same and are_alike(own, size)
        source, target = np.uint64(sources[n, 0]), np.uint64(targets[n, 0])
        still = direction == 1 and shift == 0 and columns == width and down == 1 and below == 0 and rows == height
        if still and row_stride == row_step and row_stride == width * size:
            if same:
                copy_bytes(target, source, rows * row_step)
            else:
                look_up_bytes(target, source, rows * row_step, own, size, alike)
            continue
        left, right = inside_of(columns, width, direction, shift)
        top, bottom = min(below, below + down * (rows - 1)), max(below, below + down * (rows - 1))
        if same and left == 0 and right == columns and top >= 0 and bottom < height:
            corner = shift if direction > 0 else shift - columns + 1
            first = source + np.uint64(below * row_stride + corner * size)
            copy_inside(first, down * row_stride, target, row_step, rows, columns, size, direction)
            continue
        if border == CONSTANT:
            fill_pixels(blank, columns, size, outside[index[n]])
        for y in range(rows):
            line = source_index(down * y + below, height, border)
            to = target + np.uint64(y * row_step)
            if line < 0:
                copy_bytes(to, blank, columns * size)
                continue
            start = source + np.uint64(line * row_stride)
            copy_row(start, to, columns, direction, shift, width, border, size, left, right, blank)
            if not same:
                first, last = (left, right) if border == CONSTANT else (0, columns)
                place = to + np.uint64(first * size)
                look_up_bytes(place, place, (last - first) * size, own, size, alike)
    memory[:1] = 0  # kept until here
