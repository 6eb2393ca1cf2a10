"""The truth, in float64 NumPy: slow, one picture at a time, easy to read. The other backends are held against it."""

from typing import Any

import numpy as np
from jaxtyping import Float64, Int64, Shaped

from hardy.augmentation.border import source_index
from hardy.augmentation.spline import MARGIN, coefficients
from hardy.augmentation.work import Batch, Work

_FAR = 2.0**40  # where a coordinate ends up that is infinite: outside of any picture, and a whole number

Place = tuple[Float64[np.ndarray, "h2 w2"], Float64[np.ndarray, "h2 w2"]]


def warp(
    image: Float64[np.ndarray, "h w c"],
    matrix: Float64[np.ndarray, "3 3"] | Float64[np.ndarray, "2 _ _"],
    border: str,
    fill: Any = 0.0,
    interpolation: str = "linear",
    size_hw: tuple[int, int] | None = None,
) -> Float64[np.ndarray, "h2 w2 c"]:
    """Resample a picture through a matrix or a field.

    "nearest" takes the nearest pixel (halves round up), "linear" is bilinear, "cubic" the cubic B-spline through the
    pixels. "area" is anti-aliased: the mean of the pixels around the place of origin (x, y), weighed by the triangles

        max(0, 1 − |column − x| / rx) · max(0, 1 − |row − y| / ry)

    where rx is the length of the gradient of x over the output, 1 at least, and ry that of y: how many source pixels
    one step in the output covers along each axis. It is bilinear where nothing shrinks, and Pillow's bilinear (its
    triangle) for a resize. A field is sampled without anti-aliasing.

    Args:
        image: any range; NaN stays where it is.
        matrix: input (x, y, 1) = matrix · output (x, y, 1); pixel centres lie at whole numbers. Or a field, (y, x) for
            each output pixel.
        border: "constant", "edge", "reflect", "symmetric" or "wrap".
        fill: the value outside for "constant", a number or one per channel.
        interpolation: "nearest", "linear", "cubic" or "area".
        size_hw: of the output; the input's by default.

    Example:
        >>> ramp = np.arange(4.0).reshape(1, 4, 1)
        >>> half_a_pixel = np.array([[1, 0, 0.5], [0, 1, 0], [0, 0, 1]])
        >>> warp(ramp, half_a_pixel, "edge")[0, :, 0]
        array([0.5, 1.5, 2.5, 3. ])

    Source: equal to the bit to `skimage.transform.warp` of orders 0 and 1 in all five modes, and to
    `scipy.ndimage.map_coordinates` of order 3.
    """
    if interpolation == "nearest":
        return nearest(image, matrix, border, fill, size_hw)
    size_hw = size_hw or image.shape[:2]
    place = places(size_hw, matrix)
    if interpolation == "cubic":
        return _cubic(image, place, border, fill)
    if interpolation == "area" and matrix.ndim == 2:
        return _area(image, place, _reaches(place, matrix, image.shape[:2]), border, fill)
    taps, weight_x, weight_y = _corners(place)
    values = [_pick(image, rows, columns, border, fill) for rows, columns in taps]
    return _mix(values, weight_x, weight_y)


def nearest(
    image: Shaped[np.ndarray, "h w ..."],
    matrix: Float64[np.ndarray, "3 3"] | Float64[np.ndarray, "2 _ _"],
    border: str,
    fill: Any = 0,
    size_hw: tuple[int, int] | None = None,
) -> Shaped[np.ndarray, "h2 w2 ..."]:
    """Take the nearest pixel through a matrix or a field; any dtype, so that it moves masks.

    Args:
        image: a picture or a mask.
        matrix: as for `warp`.
        border: as for `warp`.
        fill: the value outside for "constant".
        size_hw: of the output; the input's by default.
    """
    y, x = places(size_hw or image.shape[:2], matrix)
    rows, columns = np.floor(y + 0.5).astype(np.int64), np.floor(x + 0.5).astype(np.int64)
    return _pick(image, rows, columns, border, fill)


def run(work: Work, images: Batch, outs: Batch) -> None:
    """One pass for a batch.

    Args:
        work: what is done, with a row for each picture.
        images: (h, w, c) each, read only.
        outs: (h, w, c) each, any strides; written.
    """
    for row, (image, out) in enumerate(zip(images, outs, strict=True)):
        values = _changed(work, row, image.astype(np.float64), out.shape[:2])
        flat = values.transpose(2, 0, 1).reshape(1, values.shape[2], -1)
        out[...] = work.finish(flat)[0].T.reshape(out.shape)


def places(size_hw: tuple[int, int], matrix: Float64[np.ndarray, "..."]) -> Place:
    """Where each output pixel comes from, (y, x)."""
    if matrix.ndim == 3:
        return matrix[0], matrix[1]
    y, x = np.mgrid[: size_hw[0], : size_hw[1]].astype(np.float64)
    (a, b, c), (d, e, f), (g, h, i) = matrix
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        scale = g * x + h * y + i
        found = (d * x + e * y + f) / scale, (a * x + b * y + c) / scale
    far_y, far_x = (np.clip(np.nan_to_num(values, nan=-_FAR), -_FAR, _FAR) for values in found)
    return far_y, far_x


def _changed(
    work: Work, row: int, image: Float64[np.ndarray, "h w c"], size_hw: tuple[int, int]
) -> Float64[np.ndarray, "h2 w2 c"]:
    chain = work.chain.take(work.index[row : row + 1])
    move = work.fields[row] if work.fields else None if work.matrices is None else work.matrices[row]

    def toned(values: np.ndarray) -> np.ndarray:
        flat = values.reshape(1, -1, values.shape[-1]).transpose(0, 2, 1)
        return chain(flat).transpose(0, 2, 1).reshape(values.shape)

    if move is None:
        return toned(image)
    how = work.interpolation, size_hw
    if work.border != "constant" or not chain.links:
        return toned(warp(image, move, work.border, work.fill, *how))
    if work.interpolation == "cubic":  # its weights are negative here and there, and sum to no share
        share = warp(np.ones_like(image), move, "constant", 0.0, "linear", size_hw)
        values = toned(warp(image, move, "edge", 0.0, *how))
    else:
        share = warp(np.ones_like(image), move, "constant", 0.0, *how)
        inside = warp(image, move, "constant", 0.0, *how)
        values = toned(np.divide(inside, share, out=np.zeros_like(inside), where=share > 0))
    fill = work.outside[work.index[row]]
    return np.where(share > 0, share * values, 0.0) + np.where(share < 1, (1 - share) * fill, 0.0)


def _reaches(place: Place, matrix: Float64[np.ndarray, "3 3"], size_hw: tuple[int, int]) -> Place:
    """How far the triangles reach, (ry, rx); 1 where the place is infinite, at most the whole picture."""
    y, x = np.mgrid[: place[0].shape[0], : place[0].shape[1]].astype(np.float64)
    (a, b, _), (d, e, _), (g, h, i) = matrix
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        scale = g * x + h * y + i
        ry = np.hypot((d - g * place[0]) / scale, (e - h * place[0]) / scale)
        rx = np.hypot((a - g * place[1]) / scale, (b - h * place[1]) / scale)
    return tuple(np.clip(np.nan_to_num(r, nan=1.0), 1.0, size) for r, size in zip((ry, rx), size_hw, strict=True))


def _area(image: Float64[np.ndarray, "h w c"], place: Place, reach: Place, border: str, fill: Any) -> Any:
    (y, x), (ry, rx) = place, reach
    top, left = np.floor(y).astype(np.int64), np.floor(x).astype(np.int64)
    total, weights = np.zeros((*y.shape, image.shape[2])), np.zeros(y.shape)
    for down in range(-int(np.ceil(ry.max())) + 1, int(np.ceil(ry.max())) + 1):
        for right in range(-int(np.ceil(rx.max())) + 1, int(np.ceil(rx.max())) + 1):
            share_y = np.maximum(0, 1 - np.abs(top + down - y) / ry)
            share_x = np.maximum(0, 1 - np.abs(left + right - x) / rx)
            weight = share_y * share_x
            values = _pick(image, top + down, left + right, border, fill)
            total += np.where(weight[..., None] > 0, weight[..., None] * values, 0.0)
            weights += weight
    return total / weights[..., None]


def _cubic(image: Float64[np.ndarray, "h w c"], place: Place, border: str, fill: Any) -> Any:
    spline = coefficients(image, border, fill)
    parts = [(np.floor(values).astype(np.int64), values - np.floor(values)) for values in place]
    total = np.zeros((*place[0].shape, image.shape[2]))
    for down in range(4):
        rows = _spline_index(parts[0][0] + down - 1, image.shape[0], border)
        for right in range(4):
            columns = _spline_index(parts[1][0] + right - 1, image.shape[1], border)
            weight = cubic_weight(parts[0][1], down) * cubic_weight(parts[1][1], right)
            total += weight[..., None] * spline[rows, columns]
    return total


def cubic_weight(part: Float64[np.ndarray, "h w"], tap: int) -> Float64[np.ndarray, "h w"]:
    """The cubic B-spline at the four taps around a place that lies so far after the second of them."""
    far = np.abs(part - (tap - 1))
    return np.where(far < 1, 2 / 3 - far**2 + far**3 / 2, np.maximum(0, 2 - far) ** 3 / 6)


def _spline_index(index: Int64[np.ndarray, "h w"], size: int, border: str) -> Int64[np.ndarray, "h w"]:
    if border in ("constant", "edge"):
        return np.clip(index + MARGIN, 0, size + 2 * MARGIN - 1)
    return source_index(index, size, border) + MARGIN


def _corners(place: Place) -> Any:
    """The four pixels around each source point, and how far it lies from the first.

    Where it lies on a pixel all are that pixel, so that a neighbour's NaN does not leak in with a weight of 0.
    """
    y, x = place
    top, left = np.floor(y), np.floor(x)
    rows = [top.astype(np.int64), np.ceil(y).astype(np.int64)]
    columns = [left.astype(np.int64), np.ceil(x).astype(np.int64)]
    taps = [(rows[0], columns[0]), (rows[0], columns[1]), (rows[1], columns[0]), (rows[1], columns[1])]
    return taps, (x - left)[..., None], (y - top)[..., None]


def _pick(
    image: Shaped[np.ndarray, "h w ..."],
    rows: Int64[np.ndarray, "h2 w2"],
    columns: Int64[np.ndarray, "h2 w2"],
    border: str,
    fill: Any,
) -> Shaped[np.ndarray, "h2 w2 ..."]:
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
