"""The truth, in float64 NumPy: slow, one picture at a time, easy to read. The other backends are held against it."""

from typing import Any

import numpy as np
from jaxtyping import Float64, Int64, Shaped

from hardy.augmentation.border import source_index
from hardy.augmentation.fuse import Stage
from hardy.augmentation.tone import Finish, change_tone, outside

_FAR = 2.0**40  # where a coordinate ends up that is infinite: outside of any picture, and a whole number


def warp(
    image: Float64[np.ndarray, "h w c"],
    matrix: Float64[np.ndarray, "3 3"],
    border: str,
    fill: Any = 0.0,
    order: int = 1,
) -> Float64[np.ndarray, "h w c"]:
    """Resample a picture through a matrix.

    Args:
        image: any range; NaN stays where it is.
        matrix: input (x, y, 1) = matrix · output (x, y, 1); pixel centres lie at whole numbers.
        border: "constant", "edge", "reflect", "symmetric" or "wrap".
        fill: the value outside for "constant", a number or one per channel.
        order: 0 takes the nearest pixel (halves round up), 1 is bilinear.

    Example:
        >>> ramp = np.arange(4.0).reshape(1, 4, 1)
        >>> half_a_pixel = np.array([[1, 0, 0.5], [0, 1, 0], [0, 0, 1]])
        >>> warp(ramp, half_a_pixel, "edge")[0, :, 0]
        array([0.5, 1.5, 2.5, 3. ])

    Source: equal to the bit to `skimage.transform.warp` of orders 0 and 1 in all five modes.
    """
    if order == 0:
        return nearest(image, matrix, border, fill)
    taps, weight_x, weight_y = _corners(image.shape[:2], matrix)
    values = [_pick(image, rows, columns, border, fill) for rows, columns in taps]
    return _mix(values, weight_x, weight_y)


def nearest(
    image: Shaped[np.ndarray, "h w ..."], matrix: Float64[np.ndarray, "3 3"], border: str, fill: Any = 0
) -> Shaped[np.ndarray, "h w ..."]:
    """Take the nearest pixel through a matrix; any dtype, so that it moves masks.

    Args:
        image: a picture or a mask.
        matrix: as for `warp`.
        border: as for `warp`.
        fill: the value outside for "constant".
    """
    y, x = _coordinates(image.shape[:2], matrix)
    rows, columns = np.floor(y + 0.5).astype(np.int64), np.floor(x + 0.5).astype(np.int64)
    return _pick(image, rows, columns, border, fill)


def run_stage(
    stage: Stage, row: int, image: Float64[np.ndarray, "h w c"], maximum: float
) -> Float64[np.ndarray, "h w c"]:
    """One stage for one picture.

    Where a constant border meets a change of tone, inside and outside are kept apart: with a the share of a pixel's
    weight that lies inside, the result is a · tone(inside / a) + (1 - a) · fill, the fill having been through the
    changes that come after it and no others.

    Args:
        stage: what is done.
        row: which of the stage's samples this is.
        image: in the picture's own units.
        maximum: of these units.
    """
    steps = tuple(step.take(slice(row, row + 1)) for step in stage.tone)
    channels = image.shape[-1]
    if stage.matrices is None:
        return _toned(image, steps, maximum)
    matrix = stage.matrices[row]
    if stage.border != "constant" or not steps:
        return _toned(warp(image, matrix, stage.border, stage.fill), steps, maximum)
    share = warp(np.ones_like(image), matrix, "constant", 0.0)
    inside = warp(image, matrix, "constant", 0.0)
    toned = _toned(np.divide(inside, share, out=np.zeros_like(inside), where=share > 0), steps, maximum)
    fill = outside(stage.fill, steps[stage.before :], 1, channels, maximum)[0]
    return np.where(share > 0, share * toned, 0.0) + np.where(share < 1, (1 - share) * fill, 0.0)


def run(
    stage: Stage, images: Shaped[np.ndarray, "n h w c"], finish: Finish, out: Shaped[np.ndarray, "n h w c"]
) -> None:
    """One stage for a batch, into `out`.

    Args:
        stage: what is done, with a row for each picture.
        images: read only.
        finish: what becomes of the values.
        out: any strides.
    """
    for row, image in enumerate(images):
        values = run_stage(stage, row, image.astype(np.float64), finish.maximum)
        channels_first = values.transpose(2, 0, 1).reshape(1, values.shape[2], -1)
        out[row] = finish(channels_first)[0].T.reshape(image.shape)


def _toned(image: Float64[np.ndarray, "h w c"], steps: Any, maximum: float) -> Float64[np.ndarray, "h w c"]:
    flat = image.reshape(1, -1, image.shape[-1]).transpose(0, 2, 1)
    return change_tone(steps, flat, maximum).transpose(0, 2, 1).reshape(image.shape)


def _coordinates(
    size_hw: tuple[int, int], matrix: Float64[np.ndarray, "3 3"]
) -> tuple[Float64[np.ndarray, "h w"], Float64[np.ndarray, "h w"]]:
    """Where each output pixel comes from, (y, x)."""
    y, x = np.mgrid[: size_hw[0], : size_hw[1]].astype(np.float64)
    (a, b, c), (d, e, f), (g, h, i) = matrix
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        scale = g * x + h * y + i
        found = (d * x + e * y + f) / scale, (a * x + b * y + c) / scale
    far_y, far_x = (np.clip(np.nan_to_num(values, nan=-_FAR), -_FAR, _FAR) for values in found)
    return far_y, far_x


def _corners(size_hw: tuple[int, int], matrix: Float64[np.ndarray, "3 3"]) -> Any:
    """The four pixels around each source point, and how far it lies from the first.

    Where it lies on a pixel all are that pixel, so that a neighbour's NaN does not leak in with a weight of 0.
    """
    y, x = _coordinates(size_hw, matrix)
    top, left = np.floor(y), np.floor(x)
    rows = [top.astype(np.int64), np.ceil(y).astype(np.int64)]
    columns = [left.astype(np.int64), np.ceil(x).astype(np.int64)]
    taps = [(rows[0], columns[0]), (rows[0], columns[1]), (rows[1], columns[0]), (rows[1], columns[1])]
    return taps, (x - left)[..., None], (y - top)[..., None]


def _pick(
    image: Shaped[np.ndarray, "h w ..."],
    rows: Int64[np.ndarray, "h w"],
    columns: Int64[np.ndarray, "h w"],
    border: str,
    fill: Any,
) -> Shaped[np.ndarray, "h w ..."]:
    height, width = image.shape[:2]
    rows, columns = source_index(rows, height, border), source_index(columns, width, border)
    values = image[rows, columns]
    if border != "constant":
        return values
    missing = ((rows < 0) | (columns < 0)).reshape(rows.shape + (1,) * (image.ndim - 2))
    return np.where(missing, np.asarray(fill).astype(image.dtype), values)


def _mix(
    values: list[Float64[np.ndarray, "h w c"]], fx: Float64[np.ndarray, "h w 1"], fy: Float64[np.ndarray, "h w 1"]
) -> Float64[np.ndarray, "h w c"]:
    """Bilinear; exactly the pixel where a weight is 0, also where the pixel is infinite."""
    with np.errstate(invalid="ignore"):
        upper = np.where(fx == 0, values[0], values[0] * (1 - fx) + values[1] * fx)
        lower = np.where(fx == 0, values[2], values[2] * (1 - fx) + values[3] * fx)
        return np.where(fy == 0, upper, upper * (1 - fy) + lower * fy)
