# mypy: disable-error-code="no-untyped-def"
"""The loop over pixels in hue, saturation and value; compiled.

Without a branch and in planes of some hundred pixels, so that LLVM does many at once; all of it in float32.
"""

import numpy as np

from hardy.kernel import kernel

_PART = 256  # pixels
GREY_RED, GREY_GREEN, GREY_BLUE = np.float32(0.299), np.float32(0.587), np.float32(0.114)  # as `matrices.GREY`
_ZERO, _ONE, _TWO, _THREE, _FOUR, _SIX = (np.float32(number) for number in (0, 1, 2, 3, 4, 6))


@kernel
def clamped(value):
    """To 0..1; NaN becomes 0."""
    low = value if value > _ZERO else _ZERO
    return low if low < _ONE else _ONE


@kernel
def shift_planes(reds, greens, blues, hue, saturation, value):
    """Some pixels, channel by channel, in place."""
    for n in range(_PART):
        red, green, blue = clamped(reds[n]), clamped(greens[n]), clamped(blues[n])
        high = max(max(red, green), blue)
        spread = high - min(min(red, green), blue)
        colourful = spread > _ZERO
        size = spread if colourful else _ONE
        of_red, of_green, of_blue = green - blue, blue - red, red - green
        other = _TWO + of_green / size if green == high else _FOUR + of_blue / size
        sixth = (of_red / size if red == high else other) + hue
        top = clamped(high + value)
        depth = top * clamped(spread / (high if colourful else _ONE) + saturation)
        depth = depth if colourful else _ZERO
        # how far each channel lies below the top: 0 within a sixth of its own hue, all beyond two sixths
        for_red, for_green, for_blue = sixth + _THREE, sixth + _ONE, sixth - _ONE
        for_red -= _SIX * np.floor(for_red / _SIX)
        for_green -= _SIX * np.floor(for_green / _SIX)
        for_blue -= _SIX * np.floor(for_blue / _SIX)
        reds[n] = top - depth * clamped(abs(for_red - _THREE) - _ONE)
        greens[n] = top - depth * clamped(abs(for_green - _THREE) - _ONE)
        blues[n] = top - depth * clamped(abs(for_blue - _THREE) - _ONE)


@kernel
def read_planes(values, first, count, share, planes):
    """Some pixels of a flat picture, times a share, channel by channel."""
    part = values[3 * first : 3 * (first + count)]
    for n in range(np.uint64(count)):
        place = np.uint64(3) * n
        planes[0, n] = np.float32(part[place]) * share
        planes[1, n] = np.float32(part[place + np.uint64(1)]) * share
        planes[2, n] = np.float32(part[place + np.uint64(2)]) * share


@kernel
def write_planes(planes, first, count, maximum, out):
    """The same back: floats as they are where the maximum is 1, otherwise rounded, halves up, and saturated."""
    part, top, half = out[3 * first : 3 * (first + count)], np.float32(maximum), np.float32(0.5)
    if maximum == 1.0:
        for n in range(np.uint64(count)):
            for c in range(np.uint64(3)):
                part[np.uint64(3) * n + c] = planes[c, n]
        return
    for n in range(np.uint64(count)):
        for c in range(np.uint64(3)):
            value = np.floor(planes[c, n] * top + half)
            value = value if value > _ZERO else _ZERO
            part[np.uint64(3) * n + c] = np.int32(value if value < top else top)


@kernel
def shift(values, maximum, hue, saturation, value, out):
    """Turn the hue of a flat picture's pixels, and add to saturation and value."""
    turn, more, lighter = np.float32(6.0 * hue), np.float32(saturation), np.float32(value)
    planes, share = np.zeros((3, _PART), np.float32), np.float32(1.0 / maximum)
    pixels = len(values) // 3
    for first in range(0, pixels, _PART):
        count = min(_PART, pixels - first)
        read_planes(values, first, count, share, planes)
        shift_planes(planes[0], planes[1], planes[2], turn, more, lighter)
        write_planes(planes, first, count, maximum, out)


@kernel
def blend_planes(planes, factor, rest, grey, by_pixel):
    """factor · value + (1 − factor) · grey, clamped: that of the pixel, or one for all."""
    reds, greens, blues = planes[0], planes[1], planes[2]
    for n in range(_PART):
        mean = grey
        if by_pixel:
            mean = GREY_RED * reds[n] + GREY_GREEN * greens[n] + GREY_BLUE * blues[n]
        reds[n] = clamped(factor * reds[n] + rest * mean)
        greens[n] = clamped(factor * greens[n] + rest * mean)
        blues[n] = clamped(factor * blues[n] + rest * mean)


@kernel
def change_planes(planes, parts, factors, mean):
    """Some of the four changes, in an order: 0 brightness, 1 contrast, 2 saturation, 3 hue."""
    for part in parts:
        factor = np.float32(factors[part])
        if part == 3:
            shift_planes(planes[0], planes[1], planes[2], np.float32(6.0 * factors[3]), _ZERO, _ZERO)
        else:
            rest = _ZERO if part == 0 else _ONE - factor
            blend_planes(planes, factor, rest, np.float32(mean), part == 2)


@kernel
def mean_grey(values, maximum, parts, factors):
    """The mean grey of a flat picture after some changes."""
    planes, share = np.zeros((3, _PART), np.float32), np.float32(1.0 / maximum)
    pixels, total = len(values) // 3, 0.0
    for first in range(0, pixels, _PART):
        count = min(_PART, pixels - first)
        read_planes(values, first, count, share, planes)
        change_planes(planes, parts, factors, 0.0)
        reds, greens, blues = _ZERO, _ZERO, _ZERO
        for n in range(count):
            reds += planes[0, n]
            greens += planes[1, n]
            blues += planes[2, n]
        total += GREY_RED * reds + GREY_GREEN * greens + GREY_BLUE * blues
    return total / pixels


@kernel
def jitter(values, maximum, parts, factors, out):
    """The four changes of a flat picture in an order, clamped after each."""
    mean = 0.0
    for place in range(len(parts)):
        if parts[place] == 1:
            mean = mean_grey(values, maximum, parts[:place], factors)
    planes, share = np.zeros((3, _PART), np.float32), np.float32(1.0 / maximum)
    pixels = len(values) // 3
    for first in range(0, pixels, _PART):
        count = min(_PART, pixels - first)
        read_planes(values, first, count, share, planes)
        change_planes(planes, parts, factors, mean)
        write_planes(planes, first, count, maximum, out)
