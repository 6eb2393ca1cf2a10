# mypy: disable-error-code="no-untyped-def"
"""Numbers and matrices of the commonest transforms for a whole batch, compiled: in NumPy they cost more than pixels."""

import numpy as np

from hardy.kernel import kernel

CENTER, RANDOM, FIRST, LAST = 0, 1, 2, 3  # where something lies that has room
_ALMOST = 1e-15  # cos 90°: a right angle stays one


@kernel
def draw_crops(uniform, sizes_hw, tries, scale, log_ratio, ratio, found):
    """The first of some parts of random area and shape that fits, into found (4, n): top, left, height, width."""
    for n in range(len(uniform)):
        height, width = sizes_hw[n, 0], sizes_hw[n, 1]
        area = height * width
        fits = False
        tried_h, tried_w = 0.0, 0.0
        for t in range(tries):
            own = (scale[0] + uniform[n, t] * (scale[1] - scale[0])) * area
            shape = np.exp(log_ratio[0] + uniform[n, tries + t] * (log_ratio[1] - log_ratio[0]))
            tried_w, tried_h = np.rint(np.sqrt(own * shape)), np.rint(np.sqrt(own / shape))
            fits = tried_w >= 1 and tried_w <= width and tried_h >= 1 and tried_h <= height
            if fits:
                break
        if not fits:  # the largest part of a ratio that is allowed
            shape = width / height
            tried_h = max(np.rint(width / ratio[0]) if shape < ratio[0] else float(height), 1.0)
            tried_w = max(np.rint(height * ratio[1]) if shape > ratio[1] else float(width), 1.0)
        part_h, part_w = np.int64(tried_h), np.int64(tried_w)
        room_h, room_w = height - part_h, width - part_w
        if fits:
            found[0, n] = np.int64(np.floor(uniform[n, 2 * tries] * (room_h + 1)))
            found[1, n] = np.int64(np.floor(uniform[n, 2 * tries + 1] * (room_w + 1)))
        else:
            found[0, n], found[1, n] = room_h // 2, room_w // 2
        found[2, n], found[3, n] = part_h, part_w


@kernel
def first_small(sizes_hw, window_hw):
    """The first picture that is smaller than the window (1, 2), or -1."""
    for n in range(len(sizes_hw)):
        if sizes_hw[n, 0] < window_hw[0, 0] or sizes_hw[n, 1] < window_hw[0, 1]:
            return n
    return -1


@kernel
def share_of(room, place, uniform):
    """How much of the room lies before what is placed in it."""
    if place == CENTER:
        return room // 2
    if place == RANDOM:
        return np.int64(np.floor(uniform * (room + 1)))
    return room if place == LAST else 0


@kernel
def window_corners(sizes_hw, windows_hw, inside, outside, uniform, found):
    """Where windows begin in their pictures, into found (2, n): top, left; before 0 where the picture is the smaller.

    `inside` says where a window lies in its picture, `outside` (of rows, of columns) where a picture lies in its
    window: drawn from the first two and the last two of the numbers. One window is for all.
    """
    last = uniform.shape[1] - 2
    for n in range(len(sizes_hw)):
        for axis in range(2):
            room = sizes_hw[n, axis] - windows_hw[n % len(windows_hw), axis]
            if room >= 0:
                found[axis, n] = share_of(room, inside, uniform[n, axis])
            else:
                found[axis, n] = -share_of(-room, outside[axis], uniform[n, last + axis])


@kernel
def frame_sizes(sizes_hw, least, divisors, found):
    """Of frames that are large enough: of a least side, or of a multiple of a divisor where there is one."""
    for n in range(len(sizes_hw)):
        for axis in range(2):
            side, divisor = sizes_hw[n, axis], divisors[axis]
            found[n, axis] = (side + divisor - 1) // divisor * divisor if divisor else max(side, least[axis])


@kernel
def shift_matrices(top, left, matrices):
    """Windows as they are, from their corners."""
    for n in range(len(matrices)):
        for row in range(3):
            for column in range(3):
                matrices[n, row, column] = 1.0 if row == column else 0.0
        matrices[n, 0, 2], matrices[n, 1, 2] = left[n], top[n]


@kernel
def window_matrices(top, left, heights, widths, size_h, size_w, matrices):
    """Parts of the input stretched over the output."""
    for n in range(len(matrices)):
        across, down = widths[n] / size_w, heights[n] / size_h
        matrices[n, :, :] = 0.0
        matrices[n, 0, 0], matrices[n, 0, 2] = across, left[n] + (across - 1) / 2
        matrices[n, 1, 1], matrices[n, 1, 2] = down, top[n] + (down - 1) / 2
        matrices[n, 2, 2] = 1.0


@kernel
def flip_matrices(sizes_hw, axis, matrices):
    """Mirrors along x (0) or y (1)."""
    for n in range(len(matrices)):
        for row in range(3):
            for column in range(3):
                matrices[n, row, column] = 1.0 if row == column else 0.0
        matrices[n, axis, axis] = -1.0
        matrices[n, axis, 2] = sizes_hw[n, 1 - axis] - 1.0


@kernel
def affine_matrices(
    scale_x, scale_y, angle_deg, shear_x_deg, shear_y_deg, shift_x, shift_y, sizes_hw, output_sizes_hw, matrices
):  # fmt: skip
    """Scale, turn against the clock, shear along both axes, shift, about the middle; from output to input."""
    for n in range(len(matrices)):
        angle = np.deg2rad(angle_deg[n])
        cosine, sine = np.cos(angle), np.sin(angle)
        push_x, push_y = np.tan(np.deg2rad(shear_x_deg[n])), np.tan(np.deg2rad(shear_y_deg[n]))
        a, b = (cosine - push_x * sine) * scale_x[n], (sine + push_x * cosine) * scale_y[n]
        c, d = (push_y * cosine - sine) * scale_x[n], (push_y * sine + cosine) * scale_y[n]
        size = a * d - b * c
        first, second, third, fourth = clean(d / size), clean(-b / size), clean(-c / size), clean(a / size)
        x, y = (output_sizes_hw[n, 1] - 1) / 2 + shift_x[n], (output_sizes_hw[n, 0] - 1) / 2 + shift_y[n]
        matrices[n, 0, 0], matrices[n, 0, 1] = first, second
        matrices[n, 1, 0], matrices[n, 1, 1] = third, fourth
        matrices[n, 0, 2] = (sizes_hw[n, 1] - 1) / 2 - (first * x + second * y)
        matrices[n, 1, 2] = (sizes_hw[n, 0] - 1) / 2 - (third * x + fourth * y)
        matrices[n, 2, 0], matrices[n, 2, 1], matrices[n, 2, 2] = 0.0, 0.0, 1.0


@kernel
def clean(value):
    return 0.0 if abs(value) < _ALMOST else value
