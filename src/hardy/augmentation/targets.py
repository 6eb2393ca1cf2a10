"""Masks, boxes and keypoints, moved as the picture is.

A keypoint (x, y) is a place: (0, 0) is the middle of the top left pixel. A box has edges: it covers the pixels from its
left edge to its right one, and (0, 0, w, h) is the whole picture.
"""

import reprlib
from typing import Any

import numpy as np
from jaxtyping import Float64, Shaped

from hardy.augmentation import reference
from hardy.augmentation.combining.user_function import UserFunction
from hardy.augmentation.fields import enclosing, field_of, forward
from hardy.augmentation.fuse import Stage
from hardy.augmentation.kinds import Barrier
from hardy.augmentation.plan import Plan
from hardy.errors import InputError, ShapeError

FORMATS = ("pascal_voc", "coco", "yolo", "albumentations")


def move_mask(plan: Plan, stages: list[Stage], mask: Shaped[np.ndarray, "h w *c"]) -> Shaped[np.ndarray, "h2 w2 *c"]:
    """A mask after a plan for one sample.

    Args:
        plan: of one sample.
        stages: of the plan.
        mask: any dtype; where it is not resampled to the nearest pixel, whole numbers are rounded.
    """
    for stage in stages:
        if stage.barrier:
            mask = _mask_behind(plan, stage, mask)
        elif stage.moves:
            mask = _resampled(stage, _move(plan, stage), mask)
    return mask.copy()


def move_points(plan: Plan, stages: list[Stage], points: Float64[np.ndarray, "k 2"]) -> Float64[np.ndarray, "k 2"]:
    """Places (x, y) after a plan for one sample; they may lie outside of the picture."""
    for stage in stages:
        _refuse_barrier(stage, "keypoints")
        if stage.moves:
            points = forward(_move(plan, stage), points)
    return points


def move_boxes(plan: Plan, stages: list[Stage], boxes: Float64[np.ndarray, "k 4"]) -> Float64[np.ndarray, "k 4"]:
    """Boxes (left, top, right, bottom) after a plan for one sample: what encloses what each has become."""
    for stage in stages:
        _refuse_barrier(stage, "boxes")
        if not stage.moves:
            continue
        move = _move(plan, stage)
        if move.ndim == 3:
            boxes = _boxes_in_field(move, boxes)
            continue
        left, top, right, bottom = boxes.T
        corners = np.stack([left, top, right, top, right, bottom, left, bottom], -1).reshape(-1, 4, 2) - 0.5
        boxes = enclosing(move, corners) + 0.5
    return boxes


def read_boxes(boxes: Any, style: str, size_hw: tuple[int, int]) -> Float64[np.ndarray, "k 4"]:
    """Boxes as (left, top, right, bottom) in pixels.

    Args:
        boxes: rows of four numbers; what follows them is not looked at.
        style: "pascal_voc" (left, top, right, bottom), "coco" (left, top, width, height), "yolo" (middle x, middle y,
            width, height, as shares of the picture), "albumentations" (as Pascal VOC, as shares).
        size_hw: of the picture.

    Raises:
        InputError: another style.
        ShapeError: no rows of four numbers or more, or numbers that are not finite, or a box turned inside out.
    """
    if style not in FORMATS:
        raise InputError(f"box_format: expected one of {', '.join(FORMATS)}, got {style!r}")
    rows = read_rows("boxes", boxes, 4)
    values = rows[:, :4].copy()
    if style in ("yolo", "albumentations"):
        values *= np.array([size_hw[1], size_hw[0]] * 2)
    if style in ("coco", "yolo"):
        values[:, 2:] += values[:, :2]
    if style == "yolo":
        values -= np.tile(values[:, 2:] - values[:, :2], 2) / 2
    wrong = np.flatnonzero(~(np.isfinite(values).all(1) & (values[:, 2:] >= values[:, :2]).all(1)))
    if wrong.size:
        raise ShapeError(f"boxes[{wrong[0]}]: expected a {style} box, got {rows[wrong[0], :4].tolist()}")
    return values


def read_rows(what: str, rows: Any, least: int) -> Float64[np.ndarray, "k m"]:
    """Rows of numbers as an array; no rows keep the columns they have.

    Args:
        what: they are, for the message.
        rows: a list of lists or tuples, or an array.
        least: how many numbers there have to be in a row.

    Raises:
        ShapeError: they are something else.

    Example:
        >>> read_rows("boxes", np.zeros((0, 5)), 4).shape, read_rows("keypoints", [(3, 4, 1)], 2).tolist()
        ((0, 5), [[3.0, 4.0, 1.0]])
    """
    words = {2: "(x, y)", 4: "of four numbers"}[least]
    try:
        found = np.asarray(rows, np.float64)
    except (TypeError, ValueError) as error:
        several = f"; several {what} go into a dict, labels that are words into a list beside them"
        raise ShapeError(f"{what}: expected rows {words}, got {reprlib.repr(rows)}{several}") from error
    if found.ndim == 1 and not found.size:
        return np.zeros((0, least))
    if found.ndim != 2 or found.shape[1] < least:
        raise ShapeError(f"{what}: expected rows {words}, got {found.shape}")
    return found


def write_boxes(boxes: Float64[np.ndarray, "k 4"], style: str, size_hw: tuple[int, int]) -> Float64[np.ndarray, "k 4"]:
    """The way back from `read_boxes`."""
    values = boxes.copy()
    if style in ("coco", "yolo"):
        values[:, 2:] -= values[:, :2]
    if style == "yolo":
        values[:, :2] += values[:, 2:] / 2
    if style in ("yolo", "albumentations"):
        values /= np.array([size_hw[1], size_hw[0]] * 2)
    return values


def clip_boxes(boxes: Float64[np.ndarray, "k 4"], size_hw: tuple[int, int]) -> Float64[np.ndarray, "k 4"]:
    """Boxes cut off at the picture's rim."""
    return np.clip(boxes, 0, np.array([size_hw[1], size_hw[0]] * 2, np.float64))


def _move(plan: Plan, stage: Stage) -> Float64[np.ndarray, "..."]:
    if stage.field:
        return field_of(plan, stage.field, 0)
    assert stage.matrices is not None
    return stage.matrices[0]


def _resampled(stage: Stage, move: Float64[np.ndarray, "..."], mask: Any) -> Any:
    how, size_hw = (stage.sampling or ("", "nearest"))[1], tuple(stage.output_sizes_hw[0].tolist())
    fill: Any = stage.edge.fill_mask if stage.edge else (0.0,)
    if mask.ndim == 2:
        fill = fill[0]
    elif len(fill) not in (1, mask.shape[2]):
        raise ShapeError(f"fill_mask: expected 1 or {mask.shape[2]} numbers for the mask's channels, got {fill}")
    if how == "nearest":
        return reference.nearest(mask, move, stage.border, fill, size_hw)
    flat = mask.reshape(*mask.shape[:2], -1).astype(np.float64)
    found = reference.warp(flat, move, stage.border, fill, how, size_hw).reshape(*size_hw, *mask.shape[2:])
    if mask.dtype.kind == "b":
        return found >= 0.5
    if mask.dtype.kind in "iu":
        limits = np.iinfo(mask.dtype)
        found = np.clip(np.floor(found + 0.5), limits.min, limits.max)
    return found.astype(mask.dtype)


def _mask_behind(plan: Plan, stage: Stage, mask: Any) -> Any:
    step = stage.barrier
    if step is None or not step.applied[0]:
        return mask
    assert isinstance(step.transform, Barrier)
    return step.transform.alter_mask(mask, step.row(0), plan.generator(step, 0))


def _refuse_barrier(stage: Stage, what: str) -> None:
    transform = stage.barrier.transform if stage.barrier else None
    if isinstance(transform, UserFunction) and transform.moves:
        raise InputError(
            f"{transform.name} does not say what it does to {what}; UserFunction(…, moves=False) if nothing"
        )
    if getattr(transform, "moves", False):
        raise InputError(f"{type(transform).__name__} moves parts of the picture apart and cannot move {what}")


def _boxes_in_field(field: Float64[np.ndarray, "2 h w"], boxes: Float64[np.ndarray, "k 4"]) -> Any:
    """What encloses the output pixels that come from within each box; nothing, where there are none."""
    y, x = field + 0.5
    found = np.zeros_like(boxes)
    for row, (left, top, right, bottom) in enumerate(boxes):
        inside = (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
        rows, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
        if rows.size:
            found[row] = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
    return found
