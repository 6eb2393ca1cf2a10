# mypy: disable-error-code="no-untyped-def"
"""The common case, fast: bilinear through a matrix from uint8 pictures of 1, 3 or 4 channels.

Short loops over one output row, so that LLVM turns the first and the last into vectors: places and weights; then the
words around each place; then the mix of their bytes with the colour matrix. One 64-bit load has two neighbours of a row
in it, for RGB as it lies in memory (two bytes too many: at the end of the picture it begins earlier and is shifted).
Offsets are unsigned 32-bit numbers: unsigned spares Numba's test for negative ones, and 32 bits fill twice the lanes.

What needs more than that within a row goes through the general loops of `warp_kernels`: pixels under a constant border
or across a seam. `cpu.run` sends only pictures here whose places are finite and whose memory ends below 2³² bytes.
"""

import numpy as np
from numba import carray

from hardy.augmentation.memory_kernels import as_pointer, load_word
from hardy.augmentation.pixel_kernels import CONSTANT, FLOAT, RAW, REFLECT, SYMMETRIC, WRAP, finished
from hardy.augmentation.warp_kernels import change_row, take_linear
from hardy.kernel import kernel

_BYTE = np.uint32(255)
_WORD = 8  # bytes


@kernel
def place_swiftly(matrix, y, xs, ys):
    """Where the pixels of an output row come from; the caller knows that all of it is finite."""
    a, b, c = matrix[0, 0], matrix[0, 1], matrix[0, 2]
    d, e, f = matrix[1, 0], matrix[1, 1], matrix[1, 2]
    g, h, i = matrix[2, 0], matrix[2, 1], matrix[2, 2]
    if g == 0.0 and h == 0.0 and i == 1.0:
        for x in range(len(xs)):
            xs[x] = a * x + b * y + c
            ys[x] = d * x + e * y + f
    else:
        for x in range(len(xs)):
            scale = g * x + h * y + i
            xs[x] = (a * x + b * y + c) / scale
            ys[x] = (d * x + e * y + f) / scale


@kernel
def fold(places, size, border):
    """Places outside brought to those inside that have the same value, for all borders but constant and wrap."""
    last = size - 1.0
    if border == SYMMETRIC:
        period = 2.0 * size
        for x in range(len(places)):
            turned = places[x] + 0.5 - np.floor((places[x] + 0.5) / period) * period
            places[x] = min(turned, period - turned) - 0.5
    elif border == REFLECT:
        period = 2.0 * last
        for x in range(len(places)):
            turned = places[x] - np.floor(places[x] / period) * period
            places[x] = min(turned, period - turned)
    for x in range(len(places)):
        places[x] = min(max(places[x], 0.0), last)


@kernel
def span(xs, ys, width, height, least, most):
    """The range of pixels whose place lies in least ≤ x < width − 1 + most, and y alike: a line meets a box once."""
    left, right = 0, len(xs)
    far_x, far_y = width - 1.0 + most, height - 1.0 + most
    while left < right and not (least <= xs[left] < far_x and least <= ys[left] < far_y):
        left += 1
    while right > left and not (least <= xs[right - 1] < far_x and least <= ys[right - 1] < far_y):
        right -= 1
    return left, right


@kernel
def weigh_row(xs, ys, left, right, width, height, row_stride, channels, offsets, across, down):
    """Offset of the first of the four pixels around each place, and the weights of the later ones."""
    last_x, last_y = width - 2.0, height - 2.0
    stride, step = np.int64(row_stride), np.int64(channels)
    for x in range(np.uint64(left), np.uint64(right)):
        low_x, low_y = min(np.floor(xs[x]), last_x), min(np.floor(ys[x]), last_y)
        across[x] = np.float32(xs[x] - low_x)
        down[x] = np.float32(ys[x] - low_y)
        offsets[x] = np.uint32(np.int64(low_y) * stride + np.int64(low_x) * step)


@kernel
def gather_words(image, offsets, left, right, row_stride, size, upper, lower):
    """The words that hold the upper two and the lower two pixels."""
    first, last = np.uint64(left), np.uint64(right)
    stride, end = np.uint64(row_stride), np.uint64(size - _WORD)
    furthest = np.uint64(max(offsets[left], offsets[right - 1]))
    if furthest + np.uint64(3) * stride + np.uint64(_WORD) < end:
        for x in range(first, last):
            place = np.uint64(offsets[x])
            upper[x] = load_word(image, place)
            lower[x] = load_word(image, place + stride)
    else:
        for x in range(first, last):
            place = np.uint64(offsets[x])
            upper[x] = load_word(image, min(place, end)) >> (np.uint64(8) * (max(place, end) - end))
            place += stride
            lower[x] = load_word(image, min(place, end)) >> (np.uint64(8) * (max(place, end) - end))


@kernel
def level(word, shift):
    return np.float32(np.int32((word >> np.uint32(shift)) & _BYTE))


@kernel
def mix_three(upper, lower, across, down, left, right, matrix, red, green, blue):
    """Four RGB pixels into one, and through the matrix."""
    m00, m01, m02, m03 = matrix[0, 0], matrix[0, 1], matrix[0, 2], matrix[0, 3]
    m10, m11, m12, m13 = matrix[1, 0], matrix[1, 1], matrix[1, 2], matrix[1, 3]
    m20, m21, m22, m23 = matrix[2, 0], matrix[2, 1], matrix[2, 2], matrix[2, 3]
    for x in range(np.uint64(left), np.uint64(right)):
        double = np.uint64(2) * x
        a, b = upper[double], upper[double + np.uint64(1)]
        c, d = lower[double], lower[double + np.uint64(1)]
        right_share, down_share = across[x], down[x]
        r0, g0, b0, r1, g1, b1 = level(a, 0), level(a, 8), level(a, 16), level(a, 24), level(b, 0), level(b, 8)
        r0 += (level(c, 0) - r0) * down_share
        g0 += (level(c, 8) - g0) * down_share
        b0 += (level(c, 16) - b0) * down_share
        r1 += (level(c, 24) - r1) * down_share
        g1 += (level(d, 0) - g1) * down_share
        b1 += (level(d, 8) - b1) * down_share
        r0 += (r1 - r0) * right_share
        g0 += (g1 - g0) * right_share
        b0 += (b1 - b0) * right_share
        red[x] = m00 * r0 + m01 * g0 + m02 * b0 + m03
        green[x] = m10 * r0 + m11 * g0 + m12 * b0 + m13
        blue[x] = m20 * r0 + m21 * g0 + m22 * b0 + m23


@kernel
def mix_one(upper, lower, across, down, left, right, scale, offset, shift, next_word, next_shift, values):
    """One channel of four pixels, times a number and plus one."""
    for x in range(np.uint64(left), np.uint64(right)):
        double = np.uint64(2) * x
        later = double + np.uint64(next_word)
        first, second = level(upper[double], shift), level(upper[later], next_shift)
        first += (level(lower[double], shift) - first) * down[x]
        second += (level(lower[later], next_shift) - second) * down[x]
        values[x] = (first + (second - first) * across[x]) * scale + offset


@kernel
def mix_four(values, matrix, left, right, scratch):
    """Four channels through the matrix, in place."""
    for c in range(4):
        m0, m1, m2, m3, m4 = matrix[c, 0], matrix[c, 1], matrix[c, 2], matrix[c, 3], matrix[c, 4]
        for x in range(np.uint64(left), np.uint64(right)):
            scratch[c, x] = m0 * values[0, x] + m1 * values[1, x] + m2 * values[2, x] + m3 * values[3, x] + m4
    for c in range(4):
        for x in range(np.uint64(left), np.uint64(right)):
            values[c, x] = scratch[c, x]


@kernel
def store_row(values, lanes, left, right, kind, limit, scales, shifts, out, column_step, channel_step):
    """The last step, into a row of the output: scaled, and for whole numbers clamped and rounded."""
    channels = len(values)
    top = np.float32(limit + 0.5)
    first, last = np.uint64(left), np.uint64(right)
    step = np.uint64(column_step)
    together = channels == 3 and channel_step == 1 and column_step == 3
    if kind in (FLOAT, RAW) and together:
        s0, s1, s2, t0, t1, t2 = scales[0], scales[1], scales[2], shifts[0], shifts[1], shifts[2]
        red, green, blue = lanes
        for x in range(first, last):
            out[np.uint64(3) * x] = red[x] * s0 + t0
            out[np.uint64(3) * x + np.uint64(1)] = green[x] * s1 + t1
            out[np.uint64(3) * x + np.uint64(2)] = blue[x] * s2 + t2
    elif kind in (FLOAT, RAW):
        for c in range(channels):
            place = np.uint64(c * channel_step)
            scale, shift = scales[c], shifts[c]
            for x in range(first, last):
                out[place + x * step] = values[c, x] * scale + shift
    elif together:
        s0, s1, s2, t0, t1, t2 = scales[0], scales[1], scales[2], shifts[0], shifts[1], shifts[2]
        red, green, blue = lanes
        for x in range(first, last):
            out[np.uint64(3) * x] = np.int32(min(max(red[x] * s0 + t0, np.float32(0)), top))
            out[np.uint64(3) * x + np.uint64(1)] = np.int32(min(max(green[x] * s1 + t1, np.float32(0)), top))
            out[np.uint64(3) * x + np.uint64(2)] = np.int32(min(max(blue[x] * s2 + t2, np.float32(0)), top))
    else:
        for c in range(channels):
            place = np.uint64(c * channel_step)
            scale, shift = scales[c], shifts[c]
            for x in range(first, last):
                out[place + x * step] = np.int32(min(max(values[c, x] * scale + shift, np.float32(0)), top))


@kernel
def store_seams(
    begin, end, shares, values, split, outside, border, finish, mean, std, out, start, column_step, channel_step
):
    """What the general loops found, pixels begin..end; the same words as the end of `warp_any`."""
    kind, maximum, ratio, limit = finish
    for c in range(len(values)):
        for x in range(begin, end):
            changed, share = values[c, x - begin], shares[x - begin]
            if border == CONSTANT and share < 1.0:
                inside = (changed * share if split else changed) if share > 0.0 else 0.0
                changed = inside + (1.0 - share) * outside[c]
            place = np.uint64(start + c * channel_step + x * column_step)
            out[place] = finished(changed, kind, maximum, ratio, limit, mean[c], std[c])


@kernel
def warp_swiftly(
    sources, targets, pixel, value, floats, places, border, chosen, index, first_matrices, scales, shifts, links,
    matrices, tables, rest_links, narrow_matrices, narrow_tables, split, outside, finish, mean, std,
):  # fmt: skip
    """One pass for the chosen pictures.

    `first_matrices` (m, c, c + 1) float32 is what the mix goes through, `rest_links` what follows it, in float32;
    `links` is the whole chain in float64 for the few pixels that take the general way. `scales` and `shifts` are the
    last step; where nothing follows the first matrix they are in it already, and are 1 and 0.
    """
    kind, maximum, ratio, limit = finish
    channels = outside.shape[1]
    for n in chosen:
        height, width, row_stride = sources[n, 1], sources[n, 2], sources[n, 3]
        rows, columns, row_step = targets[n, 1], targets[n, 2], targets[n, 3]
        column_step, channel_step = targets[n, 4], targets[n, 5]
        size = (height - 1) * row_stride + width * channels
        pointer = as_pointer(np.uint64(sources[n, 0]), pixel)
        image = carray(pointer, (size,))
        out = carray(as_pointer(np.uint64(targets[n, 0]), value), (rows * columns * channels,))
        xs, ys = np.empty(columns), np.empty(columns)
        offsets = np.empty(columns, np.uint32)
        across, down = np.empty(columns, np.float32), np.empty(columns, np.float32)
        upper, lower = np.empty(columns, np.uint64), np.empty(columns, np.uint64)
        uppers, lowers = upper.view(np.uint32), lower.view(np.uint32)
        values, scratch = np.empty((channels, columns), np.float32), np.empty((channels, columns), np.float32)
        seam_values, seam_scratch = np.empty((channels, columns)), np.empty((channels, columns))
        shares = np.empty(columns)
        m = index[n]
        # Views are made here, once a picture: counting their references in each row costs as much as the row.
        place, matrix, ends_before = places[n], first_matrices[m], outside[m]
        own_matrices, own_tables, few_matrices, few_tables = (
            matrices[m],
            tables[m],
            narrow_matrices[m],
            narrow_tables[m],
        )
        lanes = values[0], values[min(1, channels - 1)], values[channels - 1]
        ends = np.empty(channels)
        for c in range(channels):
            ends[c] = finished(ends_before[c], kind, maximum, ratio, limit, mean[c], std[c])
        direct = kind in (FLOAT, RAW) and column_step == 1 and len(rest_links) == 0 and channels == 3
        for y in range(rows):
            start = y * row_step
            place_swiftly(place, y, xs, ys)
            begin, left, right, end = 0, 0, columns, columns
            if border in (CONSTANT, WRAP):
                left, right = span(xs, ys, width, height, 0.0, 0.0)
                if border == CONSTANT:
                    begin, end = span(xs, ys, width, height, -1.0, 1.0)
                    begin, end = (min(begin, left), max(end, right)) if right > left else (begin, end)
                    left, right = (left, right) if right > left else (end, end)
                elif right <= left:
                    left, right = end, end
            else:
                fold(xs, width, border)
                fold(ys, height, border)
            if right > left:
                weigh_row(xs, ys, left, right, width, height, row_stride, channels, offsets, across, down)
                gather_words(pointer, offsets, left, right, row_stride, size, upper, lower)
                if channels == 3:
                    if direct:
                        address = targets[n, 0] + start * 4
                        red = carray(as_pointer(np.uint64(address), floats), (columns,))
                        green = carray(as_pointer(np.uint64(address + channel_step * 4), floats), (columns,))
                        blue = carray(as_pointer(np.uint64(address + channel_step * 8), floats), (columns,))
                        mix_three(uppers, lowers, across, down, left, right, matrix, red, green, blue)
                    else:
                        mix_three(uppers, lowers, across, down, left, right, matrix, lanes[0], lanes[1], lanes[2])
                elif channels == 1:
                    mix_one(uppers, lowers, across, down, left, right, matrix[0, 0], matrix[0, 1], 0, 0, 8, lanes[0])
                else:
                    for c in range(channels):
                        mix_one(
                            uppers, lowers, across, down, left, right, np.float32(1), np.float32(0), 8 * c, 1, 8 * c,
                            values[c],
                        )  # fmt: skip
                    mix_four(values, matrix, left, right, scratch)
                if not direct:
                    change_row(values, left, right, rest_links, few_matrices, few_tables, np.float32(maximum), scratch)
                    first_byte = np.uint64(targets[n, 0] + start * value.itemsize)
                    line = carray(as_pointer(first_byte, value), (columns * channels,))
                    store_row(values, lanes, left, right, kind, limit, scales, shifts, line, column_step, channel_step)
            for c in range(channels):
                base = np.uint64(start + c * channel_step)
                for x in range(begin):
                    out[base + np.uint64(x) * np.uint64(column_step)] = ends[c]
                for x in range(end, columns):
                    out[base + np.uint64(x) * np.uint64(column_step)] = ends[c]
            for side in range(2):
                low, high = (begin, left) if side == 0 else (right, end)
                if low < high:
                    take_linear(
                        image, height, width, row_stride, channels, xs[low:high], ys[low:high], border, seam_values,
                        shares,
                    )  # fmt: skip
                    if border == CONSTANT and split:
                        for c in range(channels):
                            for x in range(high - low):
                                seam_values[c, x] = seam_values[c, x] / shares[x] if shares[x] > 0.0 else 0.0
                    change_row(seam_values, 0, high - low, links, own_matrices, own_tables, maximum, seam_scratch)
                    store_seams(
                        low, high, shares, seam_values, split, ends_before, border, finish, mean, std, out, start,
                        column_step, channel_step,
                    )  # fmt: skip
