# mypy: disable-error-code="no-untyped-def"
"""Rectangles filled, compiled: a grid has hundreds of them."""

import numpy as np

from hardy.kernel import kernel


@kernel
def place_hole(uniform_y, uniform_x, height, width, size_hw, hole):
    """A rectangle anywhere inside of a picture, all places equally likely: top, left, bottom, right."""
    hole[0] = np.int64(np.floor(uniform_y * (size_hw[0] - height + 1)))
    hole[1] = np.int64(np.floor(uniform_x * (size_hw[1] - width + 1)))
    hole[2], hole[3] = hole[0] + height, hole[1] + width


@kernel
def draw_hole(uniform, sizes_hw, low, high, ratios, found):
    """The first of some rectangles of random areas and ratios (n, tries) that fits, or none, into found (n, 4)."""
    tries = ratios.shape[1]
    for n in range(len(uniform)):
        found[n] = 0
        for t in range(tries):
            area = (low + uniform[n, t] * (high - low)) * (sizes_hw[n, 0] * sizes_hw[n, 1])
            height = np.int64(np.floor(np.sqrt(area * ratios[n, t]) + 0.5))
            width = np.int64(np.floor(np.sqrt(area / ratios[n, t]) + 0.5))
            if height < sizes_hw[n, 0] and width < sizes_hw[n, 1]:
                last = uniform.shape[1] - 2
                place_hole(uniform[n, last], uniform[n, last + 1], height, width, sizes_hw[n], found[n])
                break


@kernel
def length_of(uniform, low, high, in_pixels, room):
    """At least a pixel, at most the whole picture."""
    length = low + np.floor(uniform * (high - low + 1)) if in_pixels else low + uniform * (high - low)
    return np.int64(min(max(length if in_pixels else np.floor(length * room + 0.5), 1.0), float(room)))


@kernel
def draw_holes(uniform, sizes_hw, counts, heights, widths, pixels, found):
    """Some rectangles of random sides into found (n, most, 4), the rest of it nought; `pixels`: no shares, for each."""
    for n in range(len(uniform)):
        found[n] = 0
        count = counts[0] + np.int64(np.floor(uniform[n, 0] * (counts[1] - counts[0] + 1)))
        for k in range(count):
            own = uniform[n, 1 + 4 * k : 5 + 4 * k]
            height = length_of(own[0], heights[0], heights[1], pixels[0], sizes_hw[n, 0])
            width = length_of(own[1], widths[0], widths[1], pixels[1], sizes_hw[n, 1])
            place_hole(own[2], own[3], height, width, sizes_hw[n], found[n, k])


@kernel
def fill_holes(values, rows, width, given, fill):
    """Fill what lies inside of rectangles (top, left, bottom, right) of a flat picture with one pixel's values."""
    channels = len(fill)
    longest = 0
    holes = np.empty(given.shape, np.int64)
    for hole in range(len(holes)):
        for side in range(4):
            holes[hole, side] = min(max(given[hole, side], 0), width if side % 2 else rows)
        longest = max(longest, holes[hole, 3] - holes[hole, 1])
    blank = np.empty(longest * channels, values.dtype)
    for x in range(longest):
        for c in range(channels):
            blank[x * channels + c] = fill[c]
    for hole in range(len(holes)):
        top, left, bottom, right = holes[hole, 0], holes[hole, 1], holes[hole, 2], holes[hole, 3]
        size = np.uint64(max(right - left, 0) * channels)
        for y in range(top, bottom):
            start = np.uint64((y * width + left) * channels)
            for k in range(size):
                values[start + k] = blank[k]
