# mypy: disable-error-code="no-untyped-def"
"""The weights and the two passes of a resize, compiled. `hardy.pixels.resize` decides what is wanted.

Columns are summed first: whole rows are contiguous. The sums of ROWS output rows are then woven together, so that the
sums along a row run over ROWS neighbours in memory, for any number of channels, while all of it lies in the first
cache. 8-bit pixels go through integers (16-bit weights that sum to exactly one, six fractional bits between the
passes): the same pixels on every machine, whatever the width of its vectors.
"""

import numpy as np

from hardy.kernel import kernel
from hardy.pixels.vector_kernels import LANES, ROWS, WEAVE, sum_rows, sum_woven_1, sum_woven_3, unweave, weave

TRIANGLE, AREA = 0, 1
BETWEEN = 6  # fractional bits between the passes

# A pixel of 8 bits times weights that sum to 2**22 fits 32 bits, and so do its 14 bits between the passes times 2**17.
ROW_BITS, COLUMN_BITS = 22, 17


@kernel
def weigh(size, resized, start, kind, spans, weights):
    """The share of each source value in each output value along one axis; shares of one output sum to 1.

    `spans` (n, 3) receives first index, number of weights and first weight of the outputs start, start + 1, …
    """
    scale = size / resized
    wide = scale if scale > 1.0 else 1.0
    area = kind == AREA and scale > 1.0
    reach = 0.5 * wide if area else wide - 0.5  # to the middle of the last value that counts, for the triangle
    steep = 1.0 / wide
    used = 0
    for i in range(len(spans)):
        centre = (start + i + 0.5) * scale
        left, right = centre - reach, centre + reach
        low = int(np.floor(left)) if left > 0.0 else 0
        high = int(np.ceil(right)) if right < size else size
        total = 0.0
        for j in range(low, high):
            if area:
                share = (right if right < j + 1.0 else j + 1.0) - (left if left > j else j)
            else:
                share = 1.0 - abs(j + 0.5 - centre) * steep
            share = share if share > 0.0 else 0.0
            weights[used + j - low] = share
            total += share
        for k in range(used, used + high - low):
            weights[k] /= total
        spans[i, 0], spans[i, 1], spans[i, 2] = low, high - low, used
        used += high - low


@kernel
def whole_weights(spans, weights, scale, most_bits, whole):
    """Weights as 16-bit integers that sum to a power of two, which is returned; sums, not weights, are rounded."""
    bits = 14
    while bits < most_bits and 2.0 ** (bits + 2) < 32766.0 * scale:  # no weight is above 2 / scale
        bits += 1
    one = 2.0**bits
    for i in range(len(spans)):
        first, total, before = spans[i, 2], 0.5, 0
        for k in range(first, first + spans[i, 1]):
            total += weights[k] * one
            after = int(total)
            whole[k] = after - before
            before = after
    return bits


@kernel
def sum_part(source, step, width, start, count, weights, first, shift, target, place):
    """One row of the output, before it is shrunk along itself: `width` values of rows that are `step` apart."""
    x = 0
    while x + LANES <= width:
        sum_rows(source, start + x, step, weights, first, count, shift, target, place + x)
        x += LANES
    if x < width and width >= LANES:  # the last lanes overlap those before
        sum_rows(source, start + width - LANES, step, weights, first, count, shift, target, place + width - LANES)
        return
    for rest in range(x, width):
        total = np.int32((1 << shift) >> 1)
        for k in range(count):
            total += np.int32(weights[first + k]) * np.int32(source[start + k * step + rest])
        target[place + rest] = total >> shift


@kernel
def resize_bytes(source, inner, start, kind, out):
    """uint8 (h, w, c) → the window at `start` of the picture resized to `inner`, at least ROWS rows of it."""
    size_y, size_x, channels = source.shape
    height, width, _ = out.shape
    rows, columns = np.empty((height, 3), np.int64), np.empty((width, 3), np.int64)
    shares = np.empty(height * (int(2 * size_y / inner[0]) + 4), np.float64)
    row_weights = np.empty(len(shares), np.int16)
    weigh(size_y, inner[0], start[0], kind, rows, shares)
    row_bits = whole_weights(rows, shares, size_y / inner[0], ROW_BITS, row_weights)
    shares = np.empty(width * (int(2 * size_x / inner[1]) + 4), np.float64)
    weights = np.empty(len(shares), np.int16)
    weigh(size_x, inner[1], start[1], kind, columns, shares)
    bits = whole_weights(columns, shares, size_x / inner[1], COLUMN_BITS, weights)
    left = columns[0, 0] * channels
    used = (columns[width - 1, 0] + columns[width - 1, 1]) * channels - left
    flat, flat_out = source.reshape(-1), out.reshape(-1)
    line, step = used + LANES, width * channels
    lines = np.zeros(ROWS * line, np.int16)
    woven = np.empty(ROWS * line, np.int16)
    levels = np.empty(ROWS * step, np.uint8)
    for block in range(0, height, ROWS):
        top = min(block, height - ROWS)
        for row in range(ROWS):
            begin, count, first = rows[top + row, 0], rows[top + row, 1], rows[top + row, 2]
            at = begin * size_x * channels + left
            sum_part(
                flat, size_x * channels, used, at, count, row_weights, first, row_bits - BETWEEN, lines, row * line
            )
        for x in range(0, used, WEAVE):
            weave(lines, line, x, woven)
        for x in range(width):
            begin, count, first = columns[x, 0] * channels - left, columns[x, 1], columns[x, 2]
            if channels == 3:
                sum_woven_3(woven, begin, 3, weights, first, count, bits + BETWEEN, levels, x * 3)
                continue
            for c in range(channels):
                sum_woven_1(woven, begin + c, channels, weights, first, count, bits + BETWEEN, levels, x * channels + c)
        for x in range(0, step - WEAVE + 1, WEAVE):
            unweave(levels, x, flat_out, top * step + x, step)
        if step >= WEAVE:  # the last of them overlap those before
            unweave(levels, step - WEAVE, flat_out, top * step + step - WEAVE, step)
        else:
            for x in range(step):
                for row in range(ROWS):
                    flat_out[(top + row) * step + x] = levels[x * ROWS + row]


@kernel
def resize_any(source, inner, start, kind, largest, out):
    """The same for pixels of any type, in float32; `largest` bounds what is rounded."""
    size_y, size_x, channels = source.shape
    height, width, _ = out.shape
    rows, columns = np.empty((height, 3), np.int64), np.empty((width, 3), np.int64)
    row_weights = np.empty(height * (int(2 * size_y / inner[0]) + 4), np.float64)
    weights = np.empty(width * (int(2 * size_x / inner[1]) + 4), np.float64)
    weigh(size_y, inner[0], start[0], kind, rows, row_weights)
    weigh(size_x, inner[1], start[1], kind, columns, weights)
    lines = source.reshape(size_y, size_x * channels)
    line = np.empty(size_x * channels, np.float32)
    for y in range(height):
        begin, count, first = rows[y, 0], rows[y, 1], rows[y, 2]
        line[:] = 0.0
        for k in range(count):
            weight = np.float32(row_weights[first + k])
            above = lines[begin + k]
            for x in range(size_x * channels):
                line[x] += weight * np.float32(above[x])
        for x in range(width):
            begin, count, first = columns[x, 0], columns[x, 1], columns[x, 2]
            for c in range(channels):
                total = 0.0
                for k in range(count):
                    total += weights[first + k] * line[(begin + k) * channels + c]
                out[y, x, c] = min(np.floor(total + 0.5), largest)
