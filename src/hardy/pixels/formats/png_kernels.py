# mypy: disable-error-code="no-untyped-def"
"""PNG's five row filters undone, compiled. `hardy.pixels.formats.png` prepares the arguments."""

from hardy.kernel import kernel


@kernel
def unfilter(lines, step, out):
    """Rows (r, 1 + s) of a filter's number and bytes → bytes (r, s); false where a number is above 4.

    `step` is the number of bytes of a pixel. Sums wrap at 256, as the standard says.
    """
    rows, size = out.shape
    for y in range(rows):
        kind = lines[y, 0]
        if kind > 4:
            return False
        for x in range(size):
            left = int(out[y, x - step]) if x >= step else 0
            above = int(out[y - 1, x]) if y > 0 else 0
            corner = int(out[y - 1, x - step]) if x >= step and y > 0 else 0
            guess = 0
            if kind == 1:
                guess = left
            elif kind == 2:
                guess = above
            elif kind == 3:
                guess = (left + above) // 2
            elif kind == 4:
                to_left, to_above = abs(above - corner), abs(left - corner)
                to_corner = abs(left + above - 2 * corner)
                guess = corner
                if to_left <= to_above and to_left <= to_corner:
                    guess = left
                elif to_above <= to_corner:
                    guess = above
            out[y, x] = (int(lines[y, 1 + x]) + guess) & 255
    return True
