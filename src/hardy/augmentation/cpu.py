"""The fast backend: chooses a compiled loop for each picture of a stage and prepares what it needs.

Flips and whole shifts copy pixels (`gather_…`), everything else is bilinear (`warp_line`); which of the two, each
picture decides for itself. Nothing is kept between calls, the loops hold no GIL: several threads may call at once.
"""

from typing import Any

import numpy as np
from jaxtyping import Bool, Float64, Int64, Shaped

from hardy.augmentation import pixel_kernels, reference
from hardy.augmentation.fuse import Stage
from hardy.augmentation.tone import RANGES, Finish, change_tone, distinct, line, outside

_BORDERS = {
    "constant": pixel_kernels.CONSTANT,
    "edge": pixel_kernels.EDGE,
    "reflect": pixel_kernels.REFLECT,
    "symmetric": pixel_kernels.SYMMETRIC,
    "wrap": pixel_kernels.WRAP,
}
_KINDS = {"float64": pixel_kernels.RAW, "float32": pixel_kernels.FLOAT}
_LIMIT = 2.0**40  # shifts beyond it are left to the general loop, which clips them


def run(
    stage: Stage, images: Shaped[np.ndarray, "n h w c"], finish: Finish, out: Shaped[np.ndarray, "n h w c"]
) -> None:
    """One stage for a batch, into `out`.

    Args:
        stage: what is done, with a row for each picture.
        images: uint8, uint16, float32, or float64 between two stages; read only.
        finish: what becomes of the values.
        out: a view (n, h, w, c) of a contiguous NHWC or NCHW array.
    """
    count, channels = len(images), images.shape[-1]
    tone = tuple(step for step in stage.tone if step.applied.any())
    after = tuple(step for step in stage.tone_after if step.applied.any())
    exact, moves = whole_moves(stage.matrices, count)
    curved = not all(step.transform.tone_is_line for step in tone)
    if curved and (images.dtype != np.uint8 or not exact.all()):
        reference.run(stage, images, finish, out)  # right, if slow; a curve needs a table, and these have none
        return
    chain, first = distinct(tone, count)
    tone, after = (tuple(step.take(first) for step in steps) for steps in (tone, after))
    fill = outside(stage.fill, after, len(first), channels, finish.maximum)
    source, flat, steps = _contiguous(images), _flat(out), _steps(out)
    border = _BORDERS[stage.border]
    whole = np.flatnonzero(exact)
    if len(whole) and images.dtype == np.uint8:
        levels = np.broadcast_to(np.arange(256.0), (len(first), channels, 256))
        table = finish(change_tone(tone, levels, finish.maximum))
        ends = finish(fill[:, :, None])[:, :, 0]
        tables = np.ascontiguousarray(table), np.ascontiguousarray(ends)
        pixel_kernels.gather_table(source, moves, border, whole, chain, *tables, steps, flat)
        whole = whole[:0]
    if not len(whole) and exact.all():
        return
    kind, limit = _KINDS.get(finish.output, pixel_kernels.WHOLE), RANGES.get(finish.output, 0.0)
    last = (kind, finish.maximum, finish.ratio, limit)
    rest = (chain, line(tone, len(first), finish.maximum), fill, last, finish.mean, finish.std, steps, flat)
    if len(whole):
        pixel_kernels.gather_line(source, moves, border, whole, *rest)
    if not exact.all():
        pixel_kernels.warp_line(source, stage.matrices, border, np.flatnonzero(~exact), *rest)


def whole_moves(
    matrices: Float64[np.ndarray, "n 3 3"] | None, count: int
) -> tuple[Bool[np.ndarray, "n"], Int64[np.ndarray, "n 4"]]:
    """Which pictures are only flipped and shifted by whole pixels, and how.

    Returns:
        A flag for each, and direction and shift for x, then for y: source = direction · target + shift.
    """
    if matrices is None:
        return np.ones(count, bool), np.tile(np.array([1, 0, 1, 0]), (count, 1))
    flat = matrices.reshape(-1, 9)
    moves = flat[:, [0, 2, 4, 5]]
    shifts = moves[:, 1::2]
    exact = (np.abs(moves[:, ::2]) == 1).all(1) & (np.abs(shifts) < _LIMIT).all(1) & (shifts == np.floor(shifts)).all(1)
    exact &= (flat[:, [1, 3, 6, 7, 8]] == np.array([0, 0, 0, 0, 1])).all(1)
    return exact, np.where(exact[:, None], moves, 0).astype(np.int64, order="C")


def _contiguous(images: Shaped[np.ndarray, "n h w c"]) -> Shaped[np.ndarray, "n h w c"]:
    """Read-only, so that Numba compiles one version for pictures that may be written and those that may not."""
    view = np.ascontiguousarray(images).view()
    view.setflags(write=False)
    return view


def _flat(out: Shaped[np.ndarray, "n h w c"]) -> Any:
    """All of the array under `out` in the order it has in memory."""
    planes = out.transpose(0, 3, 1, 2)
    return (out if out.flags.c_contiguous else planes).reshape(-1)


def _steps(out: Shaped[np.ndarray, "n h w c"]) -> tuple[int, int, int]:
    _, height, width, channels = out.shape
    return (width * channels, channels, 1) if out.flags.c_contiguous else (width, 1, height * width)
