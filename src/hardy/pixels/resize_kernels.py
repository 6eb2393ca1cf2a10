# mypy: disable-error-code="no-untyped-def"
"""The weights and the two passes of a resize, compiled. `hardy.pixels.resize` decides what is wanted.

Columns are summed first: whole rows are contiguous. The sums of ROWS output rows are then woven together, so that the
sums along a row run over ROWS neighbours in memory, for any number of channels, while all of it lies in the first
cache. 8-bit pixels go through integers (16-bit weights that sum to exactly one, six fractional bits between the
passes): the same pixels on every machine, whatever the width of its vectors.
"""

import numpy as np

from hardy.kernel import kernel
from hardy.pixels.vector_kernels import LANES, ROWS, WEAVE, sum_rows, sum_woven, weave

TRIANGLE, AREA = 0, 1
BETWEEN = 6  # fractional bits between the passes

# A pixel of 8 bits times weights that sum to 2**22 fits 32 bits, and so do its 14 bits between the passes times 2**17.
ROW_BITS, COLUMN_BITS = 22, 17


@kernel
def weigh(size, resized, start, kind, spans, weights):
    """The share of each source value in each output value along one axis; returns the number of weights.

    `spans` (n, 3) receives first index, number of weights and first weight of the outputs start, start + 1, …
    """
    scale = size / resized
    wide = max(scale, 1.0)
    area = kind == AREA and scale > 1.0
    used = 0
    for i in range(len(spans)):
        centre = (start + i + 0.5) * scale
        reach = 0.5 * wide if area else wide
        low = max(int(np.floor(centre - reach)), 0)
        high = min(int(np.ceil(centre + reach)), size)
        total = 0.0
        begin, count = low, 0
        for j in range(low, high):
            if area:
                share = min(centre + reach, j + 1.0) - max(centre - reach, float(j))
            else:
                share = 1.0 - abs((j + 0.5 - centre) / wide)
            if share <= 1e-9:
                if count == 0:
                    begin = j + 1
                    continue
                break
            weights[used + count] = share
            total += share
            count += 1
        for k in range(used, used + count):
            weights[k] /= total
        spans[i, 0], spans[i, 1], spans[i, 2] = begin, count, used
        used += count
    return used


@kernel
def whole_weights(spans, weights, used, most_bits, whole):
    """Weights as 16-bit integers that sum to a power of two, which is returned; sums, not weights, are rounded."""
    largest = 0.0
    for k in range(used):
        largest = max(largest, weights[k])
    bits = 14
    while bits < most_bits and largest * 2.0 ** (bits + 1) < 32766.0:
        bits += 1
    one = 2.0**bits
    for i in range(len(spans)):
        first, total, before = spans[i, 2], 0.0, 0
        for k in range(first, first + spans[i, 1]):
            total += weights[k]
            after = int(np.floor(total * one + 0.5))
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
    row_bits = whole_weights(rows, shares, weigh(size_y, inner[0], start[0], kind, rows, shares), ROW_BITS, row_weights)
    shares = np.empty(width * (int(2 * size_x / inner[1]) + 4), np.float64)
    weights = np.empty(len(shares), np.int16)
    bits = whole_weights(
        columns, shares, weigh(size_x, inner[1], start[1], kind, columns, shares), COLUMN_BITS, weights
    )
    left = columns[0, 0] * channels
    used = (columns[width - 1, 0] + columns[width - 1, 1]) * channels - left
    flat, flat_out = source.reshape(-1), out.reshape(-1)
    line, step = used + LANES, width * channels
    lines = np.zeros(ROWS * line, np.int16)
    woven = np.empty(ROWS * line, np.int16)
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
            for c in range(channels):
                place = top * step + x * channels + c
                sum_woven(woven, begin + c, channels, weights, first, count, bits + BETWEEN, flat_out, step, place)


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
