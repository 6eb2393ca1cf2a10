# mypy: disable-error-code="no-untyped-def"
"""The loop over pixels in hue, saturation and value; compiled.

Without a branch and in planes of some hundred pixels, so that LLVM does many at once; all of it in float32.
"""

import numpy as np

from hardy.kernel import kernel

_PART = 256  # pixels
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
def shift(pixels, hue, saturation, value):
    """Turn the hue of pixels (n, 3) in place, and add to saturation and value."""
    turn, more, lighter = np.float32(6.0 * hue), np.float32(saturation), np.float32(value)
    planes = np.zeros((3, _PART), np.float32)
    flat = pixels.reshape(-1)
    for first in range(0, len(pixels), _PART):
        count = min(_PART, len(pixels) - first)
        part = flat[3 * first : 3 * (first + count)]
        for n in range(np.uint64(count)):
            for c in range(3):
                planes[c, n] = part[np.uint64(3) * n + np.uint64(c)]
        shift_planes(planes[0], planes[1], planes[2], turn, more, lighter)
        for n in range(np.uint64(count)):
            for c in range(3):
                part[np.uint64(3) * n + np.uint64(c)] = planes[c, n]
