"""Matrices for a batch, from output to input, pixel centres at whole numbers."""

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.geometry.matrix_kernels import first_small
from hardy.errors import InputError

Sizes = Int64[np.ndarray, "n 2"]
Matrices = Float64[np.ndarray, "n 3 3"]


def same_sizes(count: int, height: int, width: int) -> Sizes:
    """One size for all."""
    sizes = np.empty((count, 2), np.int64)
    sizes[:, 0], sizes[:, 1] = height, width
    return sizes


def centres(sizes_hw: Sizes) -> Float64[np.ndarray, "n 2"]:
    """The middle (x, y) of each picture."""
    return (sizes_hw[:, ::-1] - 1) / 2


def about_centres(
    forward: Float64[np.ndarray, "n 2 2"],
    sizes_hw: Sizes,
    output_sizes_hw: Sizes,
    shift: Float64[np.ndarray, "n 2"] | float = 0.0,
) -> Matrices:
    """The middle of the input goes to the middle of the output, moved by a shift; around it `forward` is applied."""
    matrices = np.zeros((len(forward), 3, 3))
    matrices[:, 2, 2] = 1
    inverse = np.linalg.inv(forward)
    inverse[np.abs(inverse) < 1e-15] = 0.0  # cos 90°: a right angle stays one
    matrices[:, :2, :2] = inverse
    target = centres(output_sizes_hw) + shift
    matrices[:, :2, 2] = centres(sizes_hw) - np.einsum("nij,nj->ni", inverse, target)
    return matrices


def rotations(angle_deg: Float64[np.ndarray, "n"]) -> Float64[np.ndarray, "n 2 2"]:
    """Turns against the clock, as seen with y downwards."""
    cosine, sine = np.cos(np.deg2rad(angle_deg)), np.sin(np.deg2rad(angle_deg))
    return np.stack([np.stack([cosine, sine], -1), np.stack([-sine, cosine], -1)], -2)


def diagonals(x: Float64[np.ndarray, "n"], y: Float64[np.ndarray, "n"]) -> Float64[np.ndarray, "n 2 2"]:
    """Scales along both axes."""
    matrices = np.zeros((len(x), 2, 2))
    matrices[:, 0, 0], matrices[:, 1, 1] = x, y
    return matrices


def shears(x_deg: Float64[np.ndarray, "n"], y_deg: Float64[np.ndarray, "n"]) -> Float64[np.ndarray, "n 2 2"]:
    """Lines pushed along themselves: x by y · tan, y by x · tan."""
    matrices = np.tile(np.eye(2), (len(x_deg), 1, 1))
    matrices[:, 0, 1], matrices[:, 1, 0] = np.tan(np.deg2rad(x_deg)), np.tan(np.deg2rad(y_deg))
    return matrices


def windows(
    corners_yx: Float64[np.ndarray, "n 2"], sizes_hw: Float64[np.ndarray, "n 2"], output_sizes_hw: Sizes
) -> Matrices:
    """A window of the input, its top left corner and size, stretched over the output."""
    matrices = np.zeros((len(corners_yx), 3, 3))
    scales = sizes_hw / output_sizes_hw
    for axis, row in ((1, 0), (0, 1)):
        matrices[:, row, row] = scales[:, axis]
        matrices[:, row, 2] = corners_yx[:, axis] + (scales[:, axis] - 1) / 2
    matrices[:, 2, 2] = 1
    return matrices


def enclosing(forward: Float64[np.ndarray, "n 2 2"], sizes_hw: Sizes) -> Sizes:
    """The size of the frame that holds the whole turned, scaled or sheared picture."""
    width, height = np.moveaxis(np.abs(forward) @ sizes_hw[:, ::-1, None], 1, 0)[..., 0]
    return np.maximum(1, np.ceil(np.stack([height, width], -1) - 1e-6)).astype(np.int64)


def homographies(targets: Float64[np.ndarray, "n 4 2"], sources: Float64[np.ndarray, "n 4 2"]) -> Matrices:
    """The projective maps that take four target points (x, y) to four source points."""
    count = len(targets)
    x, y = targets[..., 0], targets[..., 1]
    u, v = sources[..., 0], sources[..., 1]
    ones, zeros = np.ones_like(x), np.zeros_like(x)
    upper = np.stack([x, y, ones, zeros, zeros, zeros, -u * x, -u * y], -1)
    lower = np.stack([zeros, zeros, zeros, x, y, ones, -v * x, -v * y], -1)
    found = np.linalg.solve(np.concatenate([upper, lower], 1), np.concatenate([u, v], 1)[..., None])[..., 0]
    return np.concatenate([found, np.ones((count, 1))], 1).reshape(count, 3, 3)


def check_window(name: str, sizes_hw: Sizes, window_hw: Int64[np.ndarray, "1 2"]) -> None:
    """Refuse a crop that is larger than a picture.

    Raises:
        InputError: it is.
    """
    small = first_small(sizes_hw, window_hw)
    if small >= 0:
        height, width = sizes_hw[small].tolist()
        raise InputError(
            f"{name}: the crop {window_hw[0, 0]}×{window_hw[0, 1]} is larger than a picture of {height}×{width}; "
            "pad_if_needed=True fills up"
        )
