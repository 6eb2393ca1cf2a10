# mypy: disable-error-code="no-untyped-def"
"""The loops over pixels, compiled. `hardy.augmentation.cpu` prepares their arguments.

All read pictures (n, h, w, c) that are contiguous and marked read-only (so that one compiled version serves both
kinds), and write to a flat array with steps for a row, a column and a channel, which makes NHWC and NCHW one code.
`chosen` says which pictures are done, so that a batch may be shared between kernels. Indices are unsigned in the
innermost loops, which spares Numba's test for negative ones: 2.4 times as fast.
"""

import numpy as np

from hardy.kernel import kernel

CONSTANT, EDGE, REFLECT, SYMMETRIC, WRAP = 0, 1, 2, 3, 4

RAW, FLOAT, WHOLE = 0, 1, 2

_FAR = 2.0**40


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
def map_columns(columns, direction, shift, border, channels):
    """Offset of each column's source pixel within its row; returns the range of columns that lie inside."""
    width = len(columns)
    left, right = width, 0
    for x in range(width):
        source = source_index(direction * x + shift, width, border)
        if source >= 0:
            columns[x] = source * channels
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
def gather_table(images, moves, border, chosen, chain, tables, outside, steps, out):
    """Flips and whole shifts of uint8: one load, one look into a table that holds the output's values, one store."""
    _, height, width, channels = images.shape
    flat = images.reshape(-1)
    columns = np.empty(width, np.uint32)
    stride = np.uint64(steps[1])
    for n in chosen:
        left, right = map_columns(columns, moves[n, 0], moves[n, 1], border, channels)
        for y in range(height):
            row = source_index(moves[n, 2] * y + moves[n, 3], height, border)
            first, last = (np.uint64(left), np.uint64(right)) if row >= 0 else (np.uint64(width), np.uint64(width))
            for c in range(channels):
                source = np.uint64((n * height + max(row, 0)) * width * channels + c)
                place = np.uint64(n * height * width * channels + y * steps[0] + c * steps[2])
                table = tables[chain[n], c]
                fill = outside[chain[n], c]
                for x in range(first):
                    out[place + x * stride] = fill
                for x in range(first, last):
                    out[place + x * stride] = table[flat[source + np.uint64(columns[x])]]
                for x in range(last, np.uint64(width)):
                    out[place + x * stride] = fill


@kernel
def gather_line(images, moves, border, chosen, chain, lines, outside, finish, mean, std, steps, out):
    """Flips and whole shifts of any dtype; the change of tone is a straight line."""
    _, height, width, channels = images.shape
    flat = images.reshape(-1)
    columns = np.empty(width, np.uint32)
    stride = np.uint64(steps[1])
    kind, maximum, ratio, limit = finish
    for n in chosen:
        left, right = map_columns(columns, moves[n, 0], moves[n, 1], border, channels)
        scale, offset = lines[chain[n], 0], lines[chain[n], 1]
        for y in range(height):
            row = source_index(moves[n, 2] * y + moves[n, 3], height, border)
            first, last = (np.uint64(left), np.uint64(right)) if row >= 0 else (np.uint64(width), np.uint64(width))
            for c in range(channels):
                source = np.uint64((n * height + max(row, 0)) * width * channels + c)
                place = np.uint64(n * height * width * channels + y * steps[0] + c * steps[2])
                fill = finished(outside[chain[n], c], kind, maximum, ratio, limit, mean[c], std[c])
                for x in range(first):
                    out[place + x * stride] = fill
                for x in range(first, last):
                    value = flat[source + np.uint64(columns[x])] * scale + offset
                    out[place + x * stride] = finished(value, kind, maximum, ratio, limit, mean[c], std[c])
                for x in range(last, np.uint64(width)):
                    out[place + x * stride] = fill


@kernel
def source_point(matrix, x, y):
    """Where an output pixel comes from; far outside where that is infinite."""
    scale = matrix[2, 0] * x + matrix[2, 1] * y + matrix[2, 2]
    found_x = (matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2]) / scale
    found_y = (matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2]) / scale
    found_x = min(max(found_x, -_FAR), _FAR) if found_x == found_x else -_FAR
    found_y = min(max(found_y, -_FAR), _FAR) if found_y == found_y else -_FAR
    return found_x, found_y


@kernel
def warp_line(images, matrices, border, chosen, chain, lines, outside, finish, mean, std, steps, out):
    """Bilinear through any matrix, any dtype; the change of tone is a straight line, the fill has been through it."""
    _, height, width, channels = images.shape
    row_step, column_step, channel_step = steps
    kind, maximum, ratio, limit = finish
    for n in chosen:
        scale, offset = lines[chain[n], 0], lines[chain[n], 1]
        for y in range(height):
            for x in range(width):
                source_x, source_y = source_point(matrices[n], x, y)
                low_x, low_y = np.floor(source_x), np.floor(source_y)
                fx, fy = source_x - low_x, source_y - low_y
                x0 = source_index(int(low_x), width, border)
                x1 = source_index(int(low_x) + 1, width, border) if fx > 0.0 else x0
                y0 = source_index(int(low_y), height, border)
                y1 = source_index(int(low_y) + 1, height, border) if fy > 0.0 else y0
                for c in range(channels):
                    value, share = 0.0, 0.0
                    for tap in range(4):
                        row = y0 if tap < 2 else y1
                        column = x0 if tap % 2 == 0 else x1
                        weight = (1.0 - fy if tap < 2 else fy) * (1.0 - fx if tap % 2 == 0 else fx)
                        if weight > 0.0 and row >= 0 and column >= 0:
                            value += weight * images[n, row, column, c]
                            share += weight
                    value = value * scale + share * offset
                    if border == CONSTANT and share < 1.0:
                        value += (1.0 - share) * outside[chain[n], c]
                    place = n * height * width * channels + y * row_step + x * column_step + c * channel_step
                    out[place] = finished(value, kind, maximum, ratio, limit, mean[c], std[c])
