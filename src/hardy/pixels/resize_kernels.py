# mypy: disable-error-code="no-untyped-def"
"""The weights and the two passes of a resize, compiled. `hardy.pixels.resize` decides what is wanted.

Columns are summed first: whole rows are contiguous. The sums of ROWS output rows are then woven together, so that the
sums along a row run over ROWS neighbours in memory, for any number of channels. 8-bit pixels go through integers of
16 bits, 8 of them below the point, also between the passes: the same pixels on every machine, whatever the width of its
vectors.
"""

import numpy as np

from hardy.kernel import kernel
from hardy.pixels.vector_kernels import LANES, ROWS, TAPS, UNWEAVE, sum_rows, sum_woven_1, sum_woven_3, unweave, weave

TRIANGLE, AREA = 0, 1
PIECE = 1536  # bytes of a row, or up to twice as many, for which sums are made before they are woven


@kernel
def weigh(size, resized, start, kind, begins, shares):
    """The share of each source value in each output value along one axis; shares of one output sum to 1.

    Row i of `shares` is for the source values from begins[i] on and the output value start + i; one that lies outside
    the picture gets none.
    """
    scale = size / resized
    wide = scale if scale > 1.0 else 1.0
    area = kind == AREA and scale > 1.0
    reach = 0.5 * wide if area else wide - 0.5  # to the middle of the last value that counts, for the triangle
    count = min(shares.shape[1], size)
    shares[:] = 0.0
    for i in range(len(begins)):
        centre = (start + i + 0.5) * scale
        left, right = centre - reach, centre + reach
        begin = min(max(int(np.floor(left)), 0), size - count)
        begins[i] = begin
        total = 0.0
        for k in range(count):
            j = begin + k
            share = min(right, j + 1.0) - max(left, float(j)) if area else 1.0 - abs(j + 0.5 - centre) / wide
            shares[i, k] = max(share, 0.0)
            total += shares[i, k]
        if total > 0.0:
            for k in range(count):
                shares[i, k] /= total


@kernel
def round_shares(shares, weights):
    """Shares of 2**16 in 16 bits; their sums are rounded, not they themselves, so that they sum to a whole."""
    for i in range(len(shares)):
        total, before = 0.5, 0
        for k in range(shares.shape[1]):
            total += shares[i, k] * 65536.0
            weights[i, k] = min(int(total) - before, 65535)
            before = int(total)


@kernel
def make_buffer(size):
    """Bytes that begin with a line of the cache: vectors that reach over two lines take twice as long."""
    buffer = np.empty(size + 64, np.uint8)
    begin = -buffer.ctypes.data % 64
    return buffer[begin : begin + size]


@kernel
def sum_columns(source, line, left, used, rows, weights, top, sums, woven):
    """`used` values from `left` on of the output rows top, top + 1, …, before they are shrunk along themselves.

    Long rows in pieces, so that what two output rows share and what is to be woven is still near.
    """
    taps, last = weights.shape[1], len(source) // line - 1
    flat = weights.reshape(-1)
    piece = (used // max(1, used // PIECE) + LANES - 1) // LANES * LANES
    for x in range(0, used, piece):
        width = min(piece, used)
        begin = min(x, used - width)
        for row in range(ROWS):
            at = (top + row) * taps
            for k in range(0, taps, TAPS):
                first = rows[top + row] + k
                sum_rows(source, first, last, line, left + begin, width, flat, at + k, k > 0, sums, row * piece)
        for chunk in range(0, width, LANES):
            weave(sums, piece, chunk, woven, begin + min(chunk, width - LANES))


@kernel
def sum_lines(woven, left, channels, columns, weights, top, levels, out):
    """The ROWS rows that were woven together, from `left` on, shrunk along themselves and taken apart."""
    count, step = weights.shape[1], len(columns) * channels
    flat = weights.reshape(-1)
    for x in range(len(columns)):
        begin, at = columns[x] * channels - left, x * channels
        if channels == 3:
            sum_woven_3(woven, begin, 3, flat, x * count, count, levels, at)
            continue
        for c in range(channels):
            sum_woven_1(woven, begin + c, channels, flat, x * count, count, levels, at + c)
    if step >= UNWEAVE:
        for x in range(0, step, UNWEAVE):
            at = min(x, step - UNWEAVE)  # the last of them overlap those before
            unweave(levels, at, out, top * step + at, step)
    else:
        for x in range(step):
            for row in range(ROWS):
                out[(top + row) * step + x] = levels[x * ROWS + row]


@kernel
def resize_bytes(source, rows, row_weights, columns, weights, out):
    """uint8 (h, w, c), rows of at least LANES bytes → `out`, of at least ROWS rows.

    `row_weights` has a multiple of TAPS weights for each row; both kinds of weights have been rounded.
    """
    channels, height, width = source.shape[2], out.shape[0], out.shape[1]
    line, left = source.shape[1] * channels, columns[0] * channels
    used = max((columns[width - 1] + weights.shape[1]) * channels - left, LANES)
    left = min(left, line - used)
    sums = make_buffer(2 * ROWS * min(used + LANES, 2 * PIECE)).view(np.uint16)
    woven = make_buffer(2 * ROWS * used).view(np.uint16)
    levels = make_buffer(ROWS * width * channels)
    for block in range(0, height, ROWS):
        top = min(block, height - ROWS)
        sum_columns(source.reshape(-1), line, left, used, rows, row_weights, top, sums, woven)
        sum_lines(woven, left, channels, columns, weights, top, levels, out.reshape(-1))


@kernel
def resize_any(source, rows, row_shares, columns, shares, largest, out):
    """The same for pixels of any type and any number of weights, in float32; `largest` bounds what is rounded."""
    size_y, size_x, channels = source.shape
    height, width, _ = out.shape
    lines = source.reshape(size_y, size_x * channels)
    line = np.empty(size_x * channels, np.float32)
    for y in range(height):
        line[:] = 0.0
        for k in range(row_shares.shape[1]):
            if row_shares[y, k] == 0.0:
                continue
            weight = np.float32(row_shares[y, k])
            above = lines[rows[y] + k]
            for x in range(size_x * channels):
                line[x] += weight * np.float32(above[x])
        for x in range(width):
            for c in range(channels):
                total = 0.0
                for k in range(shares.shape[1]):
                    total += shares[x, k] * line[(columns[x] + k) * channels + c]
                out[y, x, c] = min(np.floor(total + 0.5), largest)
