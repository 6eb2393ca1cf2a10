"""Where a place in a picture goes, through a matrix or a field."""

import numpy as np
from jaxtyping import Float64

from hardy.augmentation.kinds import Distortion
from hardy.augmentation.plan import Plan, Step

_ROUNDS = 20
_FAR = 2.0**30
_HORIZON = 1e-6  # a part of a box's own depth: nearer to the horizon a place lies millions of pixels away


def field_of(plan: Plan, step: Step, row: int) -> Float64[np.ndarray, "2 h w"]:
    """The field (y, x) of one sample; where nothing is applied, each pixel's own place."""
    height, width = (int(size) for size in step.sizes_hw[row])
    assert isinstance(step.transform, Distortion)
    if not step.applied[row]:
        return np.mgrid[:height, :width].astype(np.float64)
    return step.transform.field(step.row(row), (height, width), plan.generator(step, row))


def forward(move: Float64[np.ndarray, "..."], points: Float64[np.ndarray, "k 2"]) -> Float64[np.ndarray, "k 2"]:
    """Where places (x, y) of the input are in the output; outside, far away, where they are nowhere.

    Args:
        move: a matrix (3, 3) or a field (2, h, w), from output to input.
        points: in the input.

    Example:
        >>> shift = np.array([[1.0, 0, 2], [0, 1, 0], [0, 0, 1]])
        >>> forward(shift, np.array([[5.0, 5.0]]))
        array([[3., 5.]])
    """
    if move.ndim == 3:
        return np.array([_found(move, point) for point in points]).reshape(-1, 2)
    det = np.linalg.det(move)
    if det == 0:
        return np.full_like(points, -_FAR)
    x, y, scale = np.linalg.inv(move) @ np.column_stack([points, np.ones(len(points))]).T
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.stack([x / scale, y / scale], -1)
    return np.where((scale > 0)[:, None] & np.isfinite(found), found, -_FAR)


def enclosing(move: Float64[np.ndarray, "3 3"], corners: Float64[np.ndarray, "k 4 2"]) -> Float64[np.ndarray, "k 4"]:
    """What encloses (left, top, right, bottom) quadrangles of the input in the output, as far as the horizon.

    Far away, where nothing of them lies this side of it.

    Args:
        move: a matrix, from output to input.
        corners: (x, y) of each quadrangle, in turn.

    Example:
        >>> half = np.diag([2.0, 2.0, 1.0])
        >>> enclosing(half, np.array([[[2.0, 4], [8, 4], [8, 6], [2, 6]]]))
        array([[1., 2., 4., 3.]])
    """
    if np.linalg.det(move) == 0:
        return np.full((len(corners), 4), -_FAR)
    ends = np.concatenate([corners, np.ones((len(corners), 4, 1))], -1) @ np.linalg.inv(move).T
    nearly = _HORIZON * np.abs(ends[..., 2]).max(1, initial=0, keepdims=True)
    beyond = ends[..., 2] - nearly  # how far this side of the horizon
    following = np.roll(beyond, -1, 1)
    cut = (beyond > 0) != (following > 0)
    part = beyond / np.where(cut, beyond - following, 1)
    places = np.concatenate([ends, ends + part[..., None] * (np.roll(ends, -1, 1) - ends)], 1)
    seen = np.concatenate([beyond > 0, cut], 1)[..., None]
    found = places[..., :2] / np.where(seen, places[..., 2:], 1)
    low, high = np.where(seen, found, np.inf).min(1), np.where(seen, found, -np.inf).max(1)
    return np.where(seen.any(1), np.concatenate([low, high], 1), -_FAR)


def _found(field: Float64[np.ndarray, "2 h w"], point: Float64[np.ndarray, "2"]) -> Float64[np.ndarray, "2"]:
    """Newton's way from the output pixel whose origin is nearest."""
    target = point[::-1]
    height, width = field.shape[1:]
    far = ((field - target[:, None, None]) ** 2).sum(0)
    place = np.array(np.unravel_index(far.argmin(), far.shape), np.float64)
    if height < 2 or width < 2:
        return (place + target - field[:, int(place[0]), int(place[1])])[::-1]
    for _ in range(_ROUNDS):
        low = np.clip(np.floor(place), 0, [height - 2, width - 2]).astype(int)
        part = place - low
        cell = field[:, low[0] : low[0] + 2, low[1] : low[1] + 2]
        down = cell[:, 1] - cell[:, 0]
        across = cell[:, :, 1] - cell[:, :, 0]
        d_row = down[:, 0] * (1 - part[1]) + down[:, 1] * part[1]
        d_column = across[:, 0] * (1 - part[0]) + across[:, 1] * part[0]
        value = cell[:, 0, 0] + d_row * part[0] + (cell[:, 0, 1] - cell[:, 0, 0]) * part[1]
        slope = np.stack([d_row, d_column], -1)
        missing = target - value
        if np.abs(missing).max() < 1e-6 or abs(np.linalg.det(slope)) < 1e-9:
            break
        place = place + np.clip(np.linalg.solve(slope, missing), -2, 2)
    return place[::-1]
