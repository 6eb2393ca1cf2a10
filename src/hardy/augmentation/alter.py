"""One picture at a time, with what belongs to it."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from hardy.augmentation.apply import apply
from hardy.augmentation.fuse import fuse
from hardy.augmentation.plan import Plan
from hardy.augmentation.targets import (
    clip_boxes,
    move_boxes,
    move_mask,
    move_points,
    read_boxes,
    read_rows,
    write_boxes,
)
from hardy.errors import ShapeError


def alter(
    plan: Plan,
    image: np.ndarray,
    mask: Any = None,
    boxes: Any = None,
    keypoints: Any = None,
    box_format: str = "pascal_voc",
) -> dict[str, Any]:
    """What `Compose(…)(image=…, …)` returns, for a plan of one sample.

    Raises:
        InputError: a transform cannot move what is given.
        ShapeError: something does not fit the image.
    """
    size_hw = image.shape[:2]
    result: dict[str, Any] = {"image": apply(plan, image[None], output=image.dtype.name)[0]}
    if mask is None and keypoints is None and boxes is None:
        return result
    stages = [stage for stage in fuse(plan) if not stage.empty]
    out_hw = result["image"].shape[:2]
    if mask is not None:
        result["mask"] = _each(mask, lambda one: move_mask(plan, stages, _checked_mask(one, size_hw)))
    if keypoints is not None:
        result["keypoints"] = _each(keypoints, lambda rows: _points(plan, stages, rows))
    if boxes is not None:
        found = _each(boxes, lambda rows: _boxes(plan, stages, rows, box_format, size_hw, out_hw))
        parts = ("boxes", "boxes_kept", "boxes_clipped")
        for place, name in enumerate(parts):
            several = isinstance(found, Mapping)
            result[name] = {key: some[place] for key, some in found.items()} if several else found[place]
    return result


def _each(given: Any, change: Callable[[Any], Any]) -> Any:
    """For one, or for each of several in a dict."""
    if isinstance(given, Mapping):
        return {name: change(one) for name, one in given.items()}
    return change(given)


def _checked_mask(mask: Any, size_hw: tuple[int, int]) -> np.ndarray:
    if not isinstance(mask, np.ndarray) or mask.ndim not in (2, 3) or mask.shape[:2] != size_hw:
        got = f"{mask.dtype} {mask.shape}" if isinstance(mask, np.ndarray) else type(mask).__name__
        several = "; several masks go into a dict" if isinstance(mask, list | tuple) else ""
        raise ShapeError(f"mask: expected an array of the image's size {size_hw}, got {got}{several}")
    return mask


def _points(plan: Plan, stages: Any, rows: Any) -> np.ndarray:
    """Keypoints; what follows x and y in a row stays as it is."""
    values = read_rows("keypoints", rows, 2)
    wrong = np.flatnonzero(~np.isfinite(values[:, :2]).all(1))
    if wrong.size:
        raise ShapeError(f"keypoints[{wrong[0]}]: expected finite numbers (x, y), got {values[wrong[0], :2].tolist()}")
    found = values.copy()
    found[:, :2] = move_points(plan, stages, values[:, :2])
    return found


def _boxes(
    plan: Plan, stages: Any, rows: Any, style: str, size_hw: tuple[int, int], out_hw: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray, int]:
    """Boxes that are still in the picture, which of the given ones they are, and how many were cut off before."""
    given = read_boxes(rows, style, size_hw)
    inside = clip_boxes(given, size_hw)
    moved = clip_boxes(move_boxes(plan, stages, inside), out_hw)
    kept = np.flatnonzero((moved[:, 2:] > moved[:, :2]).all(1))
    values = read_rows("boxes", rows, 4)[kept]
    values[:, :4] = write_boxes(moved[kept], style, out_hw)
    return values, kept, int((given != inside).any(1).sum())
