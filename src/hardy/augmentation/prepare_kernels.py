# mypy: disable-error-code="no-untyped-def"
"""What comes before the pixels, for a whole batch, compiled: products of matrices, and who can do which picture.

In NumPy these few numbers cost more than the pixels of small pictures.
"""

import numpy as np

from hardy.augmentation.pixel_kernels import finished
from hardy.kernel import kernel

COPIED, SWIFT, GENERAL, TURNED = 0, 1, 2, 3
_NEAR = 2.0**30  # pixels; places beyond it are left to the general loop
_LIMIT = 2.0**40  # shifts beyond it are left to the general loop, which clips them
_WORDS = 2**32  # bytes that 32-bit offsets reach
_LEAST = 8  # bytes of a row that one load may cover


@kernel
def list_addresses(address, step, others, table):
    """Where each of so many pictures of one size lies, and what is the same for all."""
    for n in range(len(table)):
        table[n, 0] = address + n * step
        for place, value in enumerate(others):
            table[n, 1 + place] = value


@kernel
def first_other(sizes_hw, height, width):
    """The first row of another size, or -1."""
    for n in range(len(sizes_hw)):
        if sizes_hw[n, 0] != height or sizes_hw[n, 1] != width:
            return n
    return -1


@kernel
def compose_matrices(first, second, applied, product):
    """First · second for each sample, or the first alone; where there is no first, the second or the identity."""
    for n in range(len(product)):
        for row in range(3):
            for column in range(3):
                if not applied[n]:
                    value = 1.0 if row == column else 0.0
                    product[n, row, column] = first[n, row, column] if len(first) else value
                elif len(first):
                    total = 0.0
                    for inner in range(3):
                        total += first[n, row, inner] * second[n, inner, column]
                    product[n, row, column] = total
                else:
                    product[n, row, column] = second[n, row, column]


@kernel
def join_matrices(earlier, later, applied, maximum, product):
    """Changes of colour (c, c + 1): the later after the earlier, where it is applied and where there is an earlier.

    The later one's last column is in shares of the maximum.
    """
    channels = product.shape[1]
    for n in range(len(product)):
        for row in range(channels):
            for column in range(channels + 1):
                last = column == channels
                if not applied[n]:
                    own = 1.0 if row == column else 0.0
                    product[n, row, column] = earlier[n, row, column] if len(earlier) else own
                    continue
                total = later[n, row, channels] * maximum if last else 0.0
                if len(earlier):
                    for inner in range(channels):
                        total += later[n, row, inner] * earlier[n, inner, column]
                elif not last:
                    total = later[n, row, column]
                product[n, row, column] = total


@kernel
def through(matrices, fill, ends):
    """The colour outside after a change; what a channel has no part in cannot spoil it (NaN, infinity)."""
    channels = ends.shape[1]
    for n in range(len(ends)):
        for row in range(channels):
            total = matrices[n, row, channels]
            for column in range(channels):
                if matrices[n, row, column] != 0.0:
                    total += matrices[n, row, column] * fill[column % len(fill)]
            ends[n, row] = total


@kernel
def finish_matrices(matrices, ends, scales, shifts, first, last):
    """The last step put into the first matrix, in float32."""
    channels = ends.shape[1]
    for n in range(len(ends)):
        for row in range(channels):
            last[n, row] = ends[n, row] * scales[row] + shifts[row]
            for column in range(channels + 1):
                own = (1.0 if row == column else 0.0) if len(matrices) == 0 else matrices[n, row, column]
                own *= scales[row]
                first[n, row * (channels + 1) + column] = own + shifts[row] if column == channels else own


@kernel
def is_near(matrix, height, width):
    """Whether no place that the output's pixels come from is far away or behind the horizon."""
    for corner in range(4):
        x, y = (width - 1.0) * (corner % 2), (height - 1.0) * (corner // 2)
        scale = matrix[2, 0] * x + matrix[2, 1] * y + matrix[2, 2]
        from_x = matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2]
        from_y = matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2]
        if not (abs(from_x) < _NEAR * scale and abs(from_y) < _NEAR * scale and scale > 1 / _NEAR):
            return False
    return True


@kernel
def shrinks(matrix):
    """Whether a step in the output is more than one in the source; a projective matrix may do so somewhere."""
    affine = matrix[2, 0] == 0.0 and matrix[2, 1] == 0.0 and matrix[2, 2] == 1.0
    far_x, far_y = np.hypot(matrix[0, 0], matrix[0, 1]), np.hypot(matrix[1, 0], matrix[1, 1])
    return not (affine and far_x <= 1.0 and far_y <= 1.0)


@kernel
def read_move(matrix, move):
    """Whether pixels are only flipped, turned by right angles and shifted by whole numbers, and how."""
    across, down = abs(matrix[0, 0]), abs(matrix[1, 1])
    turned = abs(matrix[0, 1]), abs(matrix[1, 0])
    straight = across == 1 and down == 1 and turned[0] == 0 and turned[1] == 0
    if not straight and not (across == 0 and down == 0 and turned[0] == 1 and turned[1] == 1):
        return False
    if matrix[2, 0] != 0 or matrix[2, 1] != 0 or matrix[2, 2] != 1:
        return False
    for row in range(2):
        shift = matrix[row, 2]
        if not (abs(shift) < _LIMIT and shift == np.floor(shift)):
            return False
    for row in range(2):
        for column in range(3):
            move[row * 3 + column] = np.int64(matrix[row, column])
    return True


@kernel
def sort_pictures(matrices, sources, targets, channels, copies, rows, swift, area, ways, moves):
    """Which loop does each picture; and how it moves where it is copied. Returns how many there are of each.

    `copies`, `rows` and `swift` say whether the pass as a whole allows pixels to be copied, their rows to be copied
    whole, and the swift loop; `area` that the latter is only for what does not shrink. No matrices: nothing moves.
    """
    counts = np.zeros(4, np.int64)
    for n in range(len(ways)):
        for place in range(6):
            moves[n, place] = 0
        whole = copies
        if whole and len(matrices) == 0:
            moves[n, 0], moves[n, 4] = 1, 1
        elif whole:
            whole = read_move(matrices[n], moves[n])
        way = GENERAL
        height, width, stride = sources[n, 1], sources[n, 2], sources[n, 3]
        room = height > 1 and width > 1 and height * stride < _WORDS and width * channels >= _LEAST
        if whole:
            way = COPIED if rows and moves[n, 0] != 0 else TURNED
        elif swift and room and (len(matrices) == 0 or is_near(matrices[n], targets[n, 1], targets[n, 2])):
            way = GENERAL if area and shrinks(matrices[n]) else SWIFT
        ways[n] = way
        counts[way] += 1
    return counts[0], counts[1], counts[2], counts[3]


@kernel
def finish_values(values, finish, mean, std, found):
    """The last step for some values (m, c)."""
    kind, maximum, ratio, limit = finish
    for n in range(len(values)):
        for c in range(values.shape[1]):
            found[n, c] = finished(values[n, c], kind, maximum, ratio, limit, mean[c], std[c])


@kernel
def looked_up(value, table, maximum):
    """A value through a table of levels, a straight line between two of them."""
    last = len(table) - 1
    place = min(max(0.0 if np.isnan(value) else value, 0.0), maximum) * (last / maximum)
    low = min(np.int64(np.floor(place)), last - 1)
    part = place - low
    return table[low] if part == 0.0 else table[low] * (1 - part) + table[low + 1] * part


@kernel
def is_repeated(links, matrices, curves, mean, std, c):
    """Whether what is done to a channel of one picture is what is done to the one before it."""
    if mean[c] != mean[c - 1] or std[c] != std[c - 1]:
        return False
    for link in links:
        if link < 0:
            own, before = curves[-1 - link, c], curves[-1 - link, c - 1]
            for level in range(len(own)):
                if own[level] != before[level]:
                    return False
        elif matrices[link, c, c] != matrices[link, c - 1, c - 1] or matrices[link, c, -1] != matrices[link, c - 1, -1]:
            return False
    return True


@kernel
def level_tables(links, matrices, curves, finish, mean, std, tables):
    """The 256 levels through a chain whose channels stay apart, and through the last step.

    `links` says what is next: matrix k of (n, matrices, c, c + 1), or curve -1 - k of (n, curves, c, 256).
    """
    kind, maximum, ratio, limit = finish
    for n in range(len(tables)):
        for c in range(tables.shape[1]):
            if c > 0 and is_repeated(links, matrices[n], curves[n], mean, std, c):
                tables[n, c] = tables[n, c - 1]
                continue
            for level in range(256):
                value = float(level)
                for link in links:
                    if link < 0:
                        value = looked_up(value, curves[n, -1 - link, c], maximum)
                        continue
                    scale, shift = matrices[n, link, c, c], matrices[n, link, c, tables.shape[1]]
                    value = shift if scale == 0.0 else shift + scale * value
                tables[n, c, level] = finished(value, kind, maximum, ratio, limit, mean[c], std[c])


@kernel
def is_diagonal(matrices):
    """No channel takes part in another's."""
    for n in range(len(matrices)):
        for row in range(matrices.shape[1]):
            for column in range(matrices.shape[1]):
                if row != column and matrices[n, row, column] != 0.0:
                    return False
    return True
