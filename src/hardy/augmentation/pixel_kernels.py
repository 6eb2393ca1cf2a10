# mypy: disable-error-code="no-untyped-def"
"""What all loops over pixels share, and the loops that copy pixels; compiled. `hardy.augmentation.cpu` calls them.

Pictures are given by their addresses, so that one call serves a batch whose pictures differ in size and lie anywhere:
`sources` has a row (address, height, width, elements from row to row) for each, `targets` (address, height, width,
elements from row to row, from column to column, from channel to channel), which makes NHWC and NCHW one code. The
arrays `pixel` and `value` are empty: their dtypes are those of the pictures that come in and go out. `chosen` says
which pictures are done. Indices are unsigned in the innermost loops, which spares Numba's test for negative ones.
"""

import numpy as np
from numba import carray

from hardy.augmentation.memory_kernels import as_pointer
from hardy.kernel import kernel

CONSTANT, EDGE, REFLECT, SYMMETRIC, WRAP = 0, 1, 2, 3, 4

RAW, FLOAT, WHOLE = 0, 1, 2


@kernel
def source_index(index, size, border):
    """Where a pixel outside is taken from along one axis; -1 outside a constant border."""
    if 0 <= index < size:
        return index
    if border == CONSTANT:
        return -1
    if border == EDGE:
        return 0 if index < 0 else size - 1
    if border == WRAP:
        return index % size
    period = 2 * size if border == SYMMETRIC else max(2 * (size - 1), 1)
    turned = index % period
    if turned < size:
        return turned
    return period - 1 - turned if border == SYMMETRIC else period - turned


@kernel
def map_line(offsets, direction, shift, size, border, stride):
    """Offset of the source of each pixel of an output row, for what varies along it; and the range that lies inside."""
    count = len(offsets)
    left, right = count, 0
    for x in range(count):
        source = source_index(direction * x + shift, size, border)
        if source >= 0:
            offsets[x] = source * stride
            left = min(left, x)
            right = x + 1
    return min(left, right), right


@kernel
def finished(value, kind, maximum, ratio, limit, mean, std):
    """The last step of the pass, operation for operation as `tone.Finish` does it."""
    if kind == FLOAT:
        return (value / maximum - mean) / std
    if kind == WHOLE:
        value = np.floor(value * ratio + 0.5)
        if value > limit:
            return limit
        return value if value > 0.0 else 0.0  # NaN as well
    return value


@kernel
def gather_table(sources, targets, pixel, value, moves, border, chosen, index, tables, outside):
    """Pixels of uint8 copied: one load, one look into a table that holds the output's values, one store.

    `moves` (n, 6) has for columns and rows of the source (x of the output, y of the output, shift), of which one of
    the first two is ±1 and the other 0.
    """
    for n in chosen:
        height, width, row_stride = sources[n, 1], sources[n, 2], sources[n, 3]
        rows, columns, row_step = targets[n, 1], targets[n, 2], targets[n, 3]
        stride, channel_step = np.uint64(targets[n, 4]), targets[n, 5]
        channels = tables.shape[1]
        image = carray(as_pointer(np.uint64(sources[n, 0]), pixel), (height * row_stride,))
        out = carray(as_pointer(np.uint64(targets[n, 0]), value), (rows * columns * channels,))
        turned = moves[n, 0] == 0
        offsets = np.empty(columns, np.uint64)
        if turned:
            left, right = map_line(offsets, moves[n, 3], moves[n, 5], height, border, row_stride)
        else:
            left, right = map_line(offsets, moves[n, 0], moves[n, 2], width, border, channels)
        for y in range(rows):
            if turned:
                line = source_index(moves[n, 1] * y + moves[n, 2], width, border)
                start = line * channels
            else:
                line = source_index(moves[n, 4] * y + moves[n, 5], height, border)
                start = line * row_stride
            first, last = (np.uint64(left), np.uint64(right)) if line >= 0 else (np.uint64(columns), np.uint64(columns))
            for c in range(channels):
                source = np.uint64(max(start, 0) + c)
                place = np.uint64(y * row_step + c * channel_step)
                table = tables[index[n], c]
                fill = outside[index[n], c]
                for x in range(first):
                    out[place + x * stride] = fill
                for x in range(first, last):
                    out[place + x * stride] = table[image[source + offsets[x]]]
                for x in range(last, np.uint64(columns)):
                    out[place + x * stride] = fill


@kernel
def gather_line(sources, targets, pixel, value, moves, border, chosen, index, lines, outside, finish, mean, std):
    """Pixels of any dtype copied; the change of value is a straight line for each channel."""
    kind, maximum, ratio, limit = finish
    for n in chosen:
        height, width, row_stride = sources[n, 1], sources[n, 2], sources[n, 3]
        rows, columns, row_step = targets[n, 1], targets[n, 2], targets[n, 3]
        stride, channel_step = np.uint64(targets[n, 4]), targets[n, 5]
        channels = lines.shape[1]
        image = carray(as_pointer(np.uint64(sources[n, 0]), pixel), (height * row_stride,))
        out = carray(as_pointer(np.uint64(targets[n, 0]), value), (rows * columns * channels,))
        turned = moves[n, 0] == 0
        offsets = np.empty(columns, np.uint64)
        if turned:
            left, right = map_line(offsets, moves[n, 3], moves[n, 5], height, border, row_stride)
        else:
            left, right = map_line(offsets, moves[n, 0], moves[n, 2], width, border, channels)
        for y in range(rows):
            if turned:
                line = source_index(moves[n, 1] * y + moves[n, 2], width, border)
                start = line * channels
            else:
                line = source_index(moves[n, 4] * y + moves[n, 5], height, border)
                start = line * row_stride
            first, last = (np.uint64(left), np.uint64(right)) if line >= 0 else (np.uint64(columns), np.uint64(columns))
            for c in range(channels):
                source = np.uint64(max(start, 0) + c)
                place = np.uint64(y * row_step + c * channel_step)
                scale, offset = lines[index[n], c, 0], lines[index[n], c, 1]
                fill = finished(outside[index[n], c], kind, maximum, ratio, limit, mean[c], std[c])
                for x in range(first):
                    out[place + x * stride] = fill
                for x in range(first, last):
                    changed = image[source + offsets[x]] * scale + offset
                    out[place + x * stride] = finished(changed, kind, maximum, ratio, limit, mean[c], std[c])
                for x in range(last, np.uint64(columns)):
                    out[place + x * stride] = fill
