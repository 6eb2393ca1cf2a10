# mypy: disable-error-code="no-untyped-def"
"""Anti-aliased resampling of bytes through affine matrices, in float32: `take_area` of `warp_kernels`, faster.

The triangles reach equally far everywhere. Where rows stay rows (a resize, a crop) the weighted sum goes down first,
over whole rows at once, and then along.
"""

import numpy as np

from hardy.augmentation.pixel_kernels import source_index
from hardy.kernel import kernel

_F = np.float32


@kernel
def reaches(matrix, width, height):
    """How far the triangles of an affine matrix reach along x and y; see `reference.warp`."""
    rx, ry = np.hypot(matrix[0, 0], matrix[0, 1]), np.hypot(matrix[1, 0], matrix[1, 1])
    rx = min(max(rx, 1.0), float(width)) if rx == rx else 1.0
    ry = min(max(ry, 1.0), float(height)) if ry == ry else 1.0
    return rx, ry


@kernel
def weigh_down(image, width, height, row_stride, channels, y, reach, border, sums):
    """Rows around y by their weights, summed into a line; returns the share of the weight that lies inside."""
    first, last = int(np.floor(y - reach)) + 1, int(np.ceil(y + reach))
    total, inside = 0.0, 0.0
    for line in range(first, last):
        weight = 1.0 - abs(line - y) / reach
        total += weight
        if weight > 0.0 and source_index(line, height, border) >= 0:
            inside += weight
    length = np.uint64(width * channels)
    for k in range(length):
        sums[k] = _F(0)
    for line in range(first, last):
        weight = 1.0 - abs(line - y) / reach
        row = source_index(line, height, border)
        if weight > 0.0 and row >= 0:
            share = _F(weight / total)
            part = image[row * row_stride : row * row_stride + width * channels]
            for k in range(length):
                sums[k] += share * _F(part[k])
    return inside / total


@kernel
def list_taps(columns, width, slope, start, reach, border, places, weights, counts, shares):
    """For each column of the output the source's columns, their weights, and the share that lies inside."""
    for x in range(columns):
        at = slope * x + start
        total, inside, count = 0.0, 0.0, 0
        for place in range(int(np.floor(at - reach)) + 1, int(np.ceil(at + reach))):
            weight = 1.0 - abs(place - at) / reach
            total += weight
            column = source_index(place, width, border)
            if weight > 0.0 and column >= 0:
                inside += weight
                places[x, count], weights[x, count] = column, weight
                count += 1
        counts[x] = count
        shares[x] = inside / total
        for tap in range(count):
            weights[x, tap] /= total


@kernel
def weigh_along(sums, channels, places, weights, counts, shares, share_y, values, inside):
    """Columns of a line of sums by their weights."""
    for x in range(np.uint64(len(counts))):
        if channels == 3:
            red, green, blue = _F(0), _F(0), _F(0)
            for tap in range(np.uint64(counts[x])):
                start, weight = np.uint64(places[x, tap]) * np.uint64(3), weights[x, tap]
                red += weight * sums[start]
                green += weight * sums[start + np.uint64(1)]
                blue += weight * sums[start + np.uint64(2)]
            values[0, x], values[1, x], values[2, x] = red, green, blue
        else:
            for c in range(channels):
                total = _F(0)
                for tap in range(np.uint64(counts[x])):
                    total += weights[x, tap] * sums[np.uint64(places[x, tap] * channels + c)]
                values[c, x] = total
        share = shares[x] * share_y
        inside[x] = share if share < 1.0 - 1e-12 else 1.0


@kernel
def list_weights(at, reach, first, count, weights):
    """The triangle at so many whole places from the first; returns their sum."""
    total, slope = _F(0), _F(1.0 / reach)
    distance = _F(first - at)
    for k in range(np.uint64(count)):
        weight = _F(1) - abs(distance + _F(k)) * slope
        weight = weight if weight > _F(0) else _F(0)
        weights[k] = weight
        total += weight
    return total


@kernel
def take_turned(image, height, width, row_stride, channels, xs, ys, rx, ry, border, across, down, values, shares):
    """A row of a turned picture: each pixel by itself, with triangles that reach equally far everywhere.

    `across` and `down` have room for the weights of one.
    """
    for x in range(len(xs)):
        left, right = int(np.floor(xs[x] - rx)) + 1, int(np.ceil(xs[x] + rx))
        top, below = int(np.floor(ys[x] - ry)) + 1, int(np.ceil(ys[x] + ry))
        total = list_weights(xs[x], rx, left, right - left, across) * list_weights(ys[x], ry, top, below - top, down)
        if channels == 3 and left >= 0 and top >= 0 and right <= width and below <= height:
            red, green, blue = _F(0), _F(0), _F(0)
            for line in range(np.uint64(below - top)):
                weight_y = down[line]
                start = np.uint64(top * row_stride + left * 3) + line * np.uint64(row_stride)
                for place in range(np.uint64(right - left)):
                    weight = weight_y * across[place]
                    red += weight * _F(image[start])
                    green += weight * _F(image[start + np.uint64(1)])
                    blue += weight * _F(image[start + np.uint64(2)])
                    start += np.uint64(3)
            values[0, x], values[1, x], values[2, x] = red / total, green / total, blue / total
            shares[x] = 1.0
            continue
        share = _F(0)
        for c in range(channels):
            values[c, x] = 0.0
        for line in range(top, below):
            row = source_index(line, height, border)
            for place in range(left, right):
                weight = down[line - top] * across[place - left]
                column = source_index(place, width, border)
                if weight > _F(0) and row >= 0 and column >= 0:
                    share += weight
                    start = np.uint64(row * row_stride + column * channels)
                    for c in range(channels):
                        values[c, x] += weight * image[start + np.uint64(c)]
        for c in range(channels):
            values[c, x] /= total
        shares[x] = share / total if share < total * _F(1 - 1e-6) else 1.0
