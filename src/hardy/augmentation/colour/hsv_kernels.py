# mypy: disable-error-code="no-untyped-def"
"""The loop over pixels in hue, saturation and value; compiled."""

from hardy.kernel import kernel


@kernel
def clamped(value):
    """To 0..1; NaN becomes 0."""
    if value >= 1.0:
        return 1.0
    return value if value > 0.0 else 0.0


@kernel
def shift(pixels, hue, saturation, value):
    """Turn the hue of pixels (n, 3) in place, and add to saturation and value."""
    for n in range(len(pixels)):
        red, green, blue = clamped(pixels[n, 0]), clamped(pixels[n, 1]), clamped(pixels[n, 2])
        high = max(red, green, blue)
        spread = high - min(red, green, blue)
        if spread == 0.0:
            grey = clamped(high + value)
            pixels[n, 0], pixels[n, 1], pixels[n, 2] = grey, grey, grey
            continue
        if red == high:
            sixth = (green - blue) / spread
        elif green == high:
            sixth = 2.0 + (blue - red) / spread
        else:
            sixth = 4.0 + (red - green) / spread
        sixth += 6.0 * hue
        top = clamped(high + value)
        depth = top * clamped(spread / high + saturation)
        for channel in range(3):
            # how far the channel lies below the top: 0 within a sixth of its own hue, all beyond two sixths
            far = abs((sixth - 2.0 * channel + 3.0) % 6.0 - 3.0)
            pixels[n, channel] = top - depth * clamped(far - 1.0)
