# mypy: disable-error-code="no-untyped-def"
"""Levels through a profile of curves and a matrix. `hardy.pixels.icc_shaper` makes the tables."""

from hardy.kernel import kernel

ONE = 16384
"""1.0 of the light between the tables, whose numbers have 14 bits below the point."""
_HALF, _SHIFT = 8192, 14


@kernel
def shape_levels(pixels, light, matrix, levels):
    """In place: each channel's level as light, the matrix, light as a level again."""
    for y in range(pixels.shape[0]):
        row = pixels[y]
        for x in range(row.shape[0]):
            red, green, blue = light[0, row[x, 0]], light[1, row[x, 1]], light[2, row[x, 2]]
            for channel in range(3):
                sum_ = matrix[channel, 0] * red + matrix[channel, 1] * green + matrix[channel, 2] * blue
                row[x, channel] = levels[min(max((sum_ + _HALF) >> _SHIFT, 0), ONE)]
