# mypy: disable-error-code="no-untyped-def"
"""Any resampling of any pictures, in float64: the general loops. Common cases have faster ones in `swift_kernels`.

One row of the output at a time: places, then values with the share of their weight that lies inside, then the chain,
then the last step. `links` says what the chain is: for each link the number of its matrix, or −1 − the number of its
table. See `pixel_kernels` for sources and targets.
"""

import numpy as np
from numba import carray

from hardy.augmentation.area_kernels import list_taps, reaches, take_turned, weigh_along, weigh_down
from hardy.augmentation.memory_kernels import as_pointer
from hardy.augmentation.pixel_kernels import CONSTANT, EDGE, finished, source_index
from hardy.kernel import kernel

NEAREST, LINEAR, CUBIC, AREA = 0, 1, 2, 3
SPLINE_MARGIN = 24

_FAR = 2.0**40


@kernel
def bounded(value):
    """Far outside where it is infinite or no number."""
    return min(max(value, -_FAR), _FAR) if value == value else -_FAR


@kernel
def place_row(matrix, y, xs, ys):
    """Where the pixels of an output row come from."""
    a, b, c = matrix[0, 0], matrix[0, 1], matrix[0, 2]
    d, e, f = matrix[1, 0], matrix[1, 1], matrix[1, 2]
    g, h, i = matrix[2, 0], matrix[2, 1], matrix[2, 2]
    if g == 0.0 and h == 0.0 and i == 1.0:
        for x in range(len(xs)):
            xs[x] = bounded(a * x + b * y + c)
            ys[x] = bounded(d * x + e * y + f)
        return
    for x in range(len(xs)):
        scale = g * x + h * y + i
        xs[x] = bounded((a * x + b * y + c) / scale)
        ys[x] = bounded((d * x + e * y + f) / scale)


@kernel
def reach_at(matrix, x, y, source_x, source_y, width, height):
    """How far the triangles of "area" reach, (rx, ry); see `reference.warp`."""
    scale = matrix[2, 0] * x + matrix[2, 1] * y + matrix[2, 2]
    rx = np.hypot((matrix[0, 0] - matrix[2, 0] * source_x) / scale, (matrix[0, 1] - matrix[2, 1] * source_x) / scale)
    ry = np.hypot((matrix[1, 0] - matrix[2, 0] * source_y) / scale, (matrix[1, 1] - matrix[2, 1] * source_y) / scale)
    rx = min(max(rx, 1.0), width) if rx == rx else 1.0
    ry = min(max(ry, 1.0), height) if ry == ry else 1.0
    return rx, ry


@kernel
def take_nearest(image, height, width, row_stride, channels, xs, ys, border, values, shares):
    for x in range(len(xs)):
        row = source_index(int(np.floor(ys[x] + 0.5)), height, border)
        column = source_index(int(np.floor(xs[x] + 0.5)), width, border)
        inside = row >= 0 and column >= 0
        shares[x] = 1.0 if inside else 0.0
        start = np.uint64(row * row_stride + column * channels)
        for c in range(channels):
            values[c, x] = image[start + np.uint64(c)] if inside else 0.0


@kernel
def take_linear(image, height, width, row_stride, channels, xs, ys, border, values, shares):
    for x in range(len(xs)):
        low_x, low_y = np.floor(xs[x]), np.floor(ys[x])
        fx, fy = xs[x] - low_x, ys[x] - low_y
        x0, y0 = source_index(int(low_x), width, border), source_index(int(low_y), height, border)
        x1 = source_index(int(low_x) + 1, width, border) if fx > 0.0 else x0
        y1 = source_index(int(low_y) + 1, height, border) if fy > 0.0 else y0
        share = 0.0
        for c in range(channels):
            values[c, x] = 0.0
        for tap in range(4):
            row = y0 if tap < 2 else y1
            column = x0 if tap % 2 == 0 else x1
            weight = (1.0 - fy if tap < 2 else fy) * (1.0 - fx if tap % 2 == 0 else fx)
            if weight > 0.0 and row >= 0 and column >= 0:
                share += weight
                start = np.uint64(row * row_stride + column * channels)
                for c in range(channels):
                    values[c, x] += weight * image[start + np.uint64(c)]
        shares[x] = share


@kernel
def take_area(image, height, width, row_stride, channels, xs, ys, y, matrix, border, values, shares):
    for x in range(len(xs)):
        rx, ry = reach_at(matrix, x, y, xs[x], ys[x], float(width), float(height))
        for c in range(channels):
            values[c, x] = 0.0
        share, total = 0.0, 0.0
        for line in range(int(np.floor(ys[x] - ry)) + 1, int(np.ceil(ys[x] + ry))):
            weight_y = 1.0 - abs(line - ys[x]) / ry
            row = source_index(line, height, border)
            for place in range(int(np.floor(xs[x] - rx)) + 1, int(np.ceil(xs[x] + rx))):
                weight = weight_y * (1.0 - abs(place - xs[x]) / rx)
                column = source_index(place, width, border)
                total += weight
                if weight > 0.0 and row >= 0 and column >= 0:
                    share += weight
                    start = np.uint64(row * row_stride + column * channels)
                    for c in range(channels):
                        values[c, x] += weight * image[start + np.uint64(c)]
        for c in range(channels):
            values[c, x] /= total
        shares[x] = share / total if share < total else 1.0


@kernel
def cubic_weights(part, weights):
    rest = 1.0 - part
    weights[0] = rest * rest * rest / 6.0
    weights[1] = 2.0 / 3.0 - part * part + part * part * part / 2.0
    weights[2] = 2.0 / 3.0 - rest * rest + rest * rest * rest / 2.0
    weights[3] = part * part * part / 6.0


@kernel
def spline_index(index, size, border):
    if border in (CONSTANT, EDGE):
        return min(max(index + SPLINE_MARGIN, 0), size + 2 * SPLINE_MARGIN - 1)
    return source_index(index, size, border) + SPLINE_MARGIN


@kernel
def share_inside(place, size):
    """The share of a bilinear weight that lies inside, along one axis."""
    return min(max(min(place + 1.0, size - place), 0.0), 1.0)


@kernel
def take_cubic(image, height, width, row_stride, channels, xs, ys, border, split, values, shares):
    """`image` holds a spline's coefficients with its margin; height and width are without."""
    across, down = np.empty(4), np.empty(4)
    outer = EDGE if split else border
    for x in range(len(xs)):
        low_x, low_y = np.floor(xs[x]), np.floor(ys[x])
        cubic_weights(xs[x] - low_x, across)
        cubic_weights(ys[x] - low_y, down)
        for c in range(channels):
            values[c, x] = 0.0
        for line in range(4):
            row = spline_index(int(low_y) + line - 1, height, outer)
            for place in range(4):
                column = spline_index(int(low_x) + place - 1, width, outer)
                weight = down[line] * across[place]
                start = np.uint64(row * row_stride + column * channels)
                for c in range(channels):
                    values[c, x] += weight * image[start + np.uint64(c)]
        shares[x] = share_inside(xs[x], width) * share_inside(ys[x], height) if split else 1.0


@kernel
def change_row(values, left, right, links, matrices, tables, maximum, scratch):
    """The chain, for the pixels left..right of a row of values (c, x)."""
    channels = len(values)
    for link in links:
        if link >= 0:
            matrix = matrices[link]
            for c in range(channels):
                for x in range(np.uint64(left), np.uint64(right)):
                    scratch[c, x] = matrix[c, channels]
                for other in range(channels):
                    share = matrix[c, other]
                    if share != 0.0:
                        for x in range(np.uint64(left), np.uint64(right)):
                            scratch[c, x] += share * values[other, x]
            for c in range(channels):
                for x in range(np.uint64(left), np.uint64(right)):
                    values[c, x] = scratch[c, x]
        else:
            for c in range(channels):
                look_up(values[c], left, right, tables[-1 - link, c], maximum)


@kernel
def look_up(values, left, right, table, maximum):
    last = len(table) - 1
    scale = last / maximum
    for x in range(np.uint64(left), np.uint64(right)):
        value = values[x]
        place = min(max(value, 0.0), maximum) * scale if value == value else 0.0
        low = np.uint64(min(int(place), last - 1))
        part = place - low
        below, above = table[low], table[low + np.uint64(1)]
        values[x] = below if part == 0.0 else below * (1.0 - part) + above * part


@kernel
def warp_any(
    sources,
    targets,
    pixel,
    value,
    places,
    field,
    border,
    how,
    chosen,
    index,
    links,
    matrices,
    tables,
    split,
    outside,
    finish,
    mean,
    std,
):
    """One pass for the chosen pictures.

    `places` is (n, 3, 3) matrices, or not asked where `field` (2, h, w) has rows; then one picture is chosen.
    `matrices` and `tables` are (m, links, c, …). `split`: a constant border meets a change of value, and inside and
    outside are kept apart.
    """
    kind, maximum, ratio, limit = finish
    channels = outside.shape[1]
    for n in chosen:
        height, width, row_stride = sources[n, 1], sources[n, 2], sources[n, 3]
        rows, columns, row_step = targets[n, 1], targets[n, 2], targets[n, 3]
        column_step, channel_step = targets[n, 4], targets[n, 5]
        size = height * row_stride
        image = carray(as_pointer(np.uint64(sources[n, 0]), pixel), (size,))
        out = carray(as_pointer(np.uint64(targets[n, 0]), value), (rows * columns * channels,))
        xs, ys, shares = np.empty(columns), np.empty(columns), np.empty(columns)
        values, scratch = np.empty((channels, columns)), np.empty((channels, columns))
        m = index[n]
        matrix = places[n] if field.shape[1] == 0 else places[0]
        affine = matrix[2, 0] == 0.0 and matrix[2, 1] == 0.0 and matrix[2, 2] == 1.0
        triangles = how == AREA and field.shape[1] == 0 and affine and pixel.itemsize == 1
        rx, ry = reaches(matrix, width, height)
        straight = triangles and matrix[0, 1] == 0.0 and matrix[1, 0] == 0.0 and abs(matrix[0, 2]) < _FAR
        taps = int(2.0 * rx) + 2 if straight else 0
        columns_of, weights = np.empty((columns, taps), np.int64), np.empty((columns, taps), np.float32)
        counts, insides = np.empty(columns, np.int64), np.empty(columns)
        sums = np.empty(width * channels if straight else 0, np.float32)
        across, down = np.empty(int(2.0 * rx) + 2, np.float32), np.empty(int(2.0 * ry) + 2, np.float32)
        if straight:
            list_taps(columns, width, matrix[0, 0], matrix[0, 2], rx, border, columns_of, weights, counts, insides)
        for y in range(rows):
            if field.shape[1] == 0:
                place_row(places[n], y, xs, ys)
            else:
                for x in range(columns):
                    xs[x], ys[x] = bounded(field[1, y, x]), bounded(field[0, y, x])
            if how == NEAREST:
                take_nearest(image, height, width, row_stride, channels, xs, ys, border, values, shares)
            elif how == CUBIC:
                inner_h, inner_w = height - 2 * SPLINE_MARGIN, width - 2 * SPLINE_MARGIN
                take_cubic(image, inner_h, inner_w, row_stride, channels, xs, ys, border, split, values, shares)
            elif straight:
                share_y = weigh_down(image, width, height, row_stride, channels, ys[0], ry, border, sums)
                weigh_along(sums, channels, columns_of, weights, counts, insides, share_y, values, shares)
            elif triangles:
                take_turned(
                    image, height, width, row_stride, channels, xs, ys, rx, ry, border, across, down, values, shares
                )
            elif how == AREA and field.shape[1] == 0:
                take_area(image, height, width, row_stride, channels, xs, ys, y, places[n], border, values, shares)
            else:
                take_linear(image, height, width, row_stride, channels, xs, ys, border, values, shares)
            if border == CONSTANT and split and how != CUBIC:
                for c in range(channels):
                    for x in range(columns):
                        values[c, x] = values[c, x] / shares[x] if shares[x] > 0.0 else 0.0
            change_row(values, 0, columns, links, matrices[m], tables[m], maximum, scratch)
            for c in range(channels):
                start = np.uint64(y * row_step + c * channel_step)
                fill = outside[m, c]
                for x in range(columns):
                    changed, share = values[c, x], shares[x]
                    if border == CONSTANT and share < 1.0:
                        inside = (changed * share if split else changed) if share > 0.0 else 0.0
                        changed = inside + (1.0 - share) * fill
                    place = start + np.uint64(x) * np.uint64(column_step)
                    out[place] = finished(changed, kind, maximum, ratio, limit, mean[c], std[c])
