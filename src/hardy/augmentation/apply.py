"""The one way in to every backend: a plan and pictures go in, pictures or a network's input come out."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from hardy.augmentation import cpu, reference
from hardy.augmentation.fields import field_of
from hardy.augmentation.fuse import Stage
from hardy.augmentation.fuse import fuse as make_stages
from hardy.augmentation.kinds import Colour, Pictures
from hardy.augmentation.plan import Plan, Step
from hardy.augmentation.prepare_kernels import first_other
from hardy.augmentation.program import DrawnPlan
from hardy.augmentation.values import RANGES, Finish, chain_of, distinct, outside
from hardy.augmentation.work import Batch, Work
from hardy.errors import InputError, ShapeError

BACKENDS: dict[str, Callable[..., None]] = {"cpu": cpu.run, "reference": reference.run}
LAYOUTS = ("NHWC", "NCHW")
_NAMES = {np.dtype(name): name for name in RANGES}


def apply(
    plan: Plan | None,
    images: Batch,
    *,
    output: str = "uint8",
    layout: str = "NHWC",
    mean: Any = None,
    std: Any = None,
    backend: str = "cpu",
    fuse: bool = True,
    out: np.ndarray | None = None,
) -> Batch:
    """Alter pictures as planned; range, normalisation and layout ride in the same pass.

    Args:
        plan: with a row for each picture; None alters nothing.
        images: (n, height, width, channels), or a list of (height, width, channels) of different sizes; any number of
            channels: uint8 0..255, uint16 0..65535, float32 0..1. Left as they are; any strides.
        output: "uint8" or "uint16": scaled to the range, rounded once (halves up) and saturated, NaN becomes 0;
            "float32": 0..1, then (value - mean) / std where these are given, NaN passes through.
        layout: "NHWC" or "NCHW", of what is returned.
        mean: in units of 0..1, a number or one per channel; for float32, together with `std`.
        std: in units of 0..1, a number or one per channel, above 0.
        backend: "cpu", or "reference", which is slow and the truth.
        fuse: False carries out one transform after the other.
        out: where the result goes, contiguous, of the right shape and dtype, apart from `images`.

    Returns:
        A new array, or `out`; a list of arrays where the plan leaves the pictures with different sizes.

    Raises:
        ShapeError: pictures, plan or `out` do not fit together.
        InputError: another argument is not as described.

    Example:
        >>> from hardy.augmentation import Compose, HorizontalFlip
        >>> pictures = np.array([[[[0], [51]]]], np.uint8)
        >>> plan = Compose([HorizontalFlip(p=1)]).plan(["ab" * 16], sizes_hw=(1, 2))
        >>> apply(plan, pictures, output="float32", layout="NCHW")
        array([[[[0.2, 0. ]]]], dtype=float32)

    Source: bilinear as `skimage.transform.warp(order=1)`; the order of range and normalisation as torchvision's
    `ToTensor` and `Normalize`.
    """
    dtype, channels = _check_images(images, plan)
    _check_names(output, layout, backend)
    finish = _finish(output, dtype, mean, std, channels)
    whole = fuse and backend == "cpu" and isinstance(images, np.ndarray) and len(images)
    if whole and isinstance(plan, DrawnPlan) and plan.drawn is not None:
        result, targets = _room(plan.output_sizes_hw, channels, output, layout, out, images)
        if isinstance(targets, np.ndarray) and plan.program.run(plan, np.asarray(images), finish, targets):
            return result
    short = whole and plan is not None and dtype == output == "uint8" and layout == "NHWC"
    if short and plan is not None and (single := plan.__dict__.get("single")) is not None:
        result, targets = _room(plan.output_sizes_hw, channels, output, layout, out, images)
        if isinstance(targets, np.ndarray) and single.batch(plan, images, targets):
            return result
    stages = make_stages(plan, fused=fuse) if plan else []
    _check_fill(stages, channels)
    sizes = plan.output_sizes_hw if plan else np.array([image.shape[:2] for image in images]).reshape(-1, 2)
    result, targets = _room(sizes, channels, output, layout, out, images)
    if not len(images):
        return result
    run, pictures = BACKENDS[backend], _pictures(stages, images, dtype, channels)
    current: Batch = images
    if len(stages) > 1:
        stages = [stage for stage in stages if stage.active.any() or (stage.output_sizes_hw != stage.sizes_hw).any()]
    for position, stage in enumerate(stages):
        assert plan is not None
        last = position == len(stages) - 1
        if stage.barrier:
            current = _altered(plan, stage, current, dtype)
            continue
        if last:
            run(_work(plan, stage, pictures, dtype, finish), current, targets)
            return result
        rounded = stage.apart or stages[position + 1].barrier is not None
        current = _between(plan, stage, pictures, dtype, current, run, rounded)
    if output == dtype and finish.identity and layout == "NHWC":  # a barrier's pictures are finished
        for target, image in zip(targets, current, strict=True):
            target[...] = image
    else:
        run(_idle(len(images), channels, finish), current, targets)
    return result


def _between(
    plan: Plan, stage: Stage, pictures: Pictures, dtype: str, current: Batch, run: Any, rounded: bool
) -> list[np.ndarray]:
    """One stage of several, for the pictures that it does anything to. float32 in the picture's own units between two
    passes: what is rounded is the end, or what goes through a barrier."""
    touched = stage.active | (stage.output_sizes_hw != stage.sizes_hw).any(1)
    if rounded:
        touched = touched | np.array([image.dtype.name != dtype for image in current])
    rows = np.flatnonzero(touched)
    maximum, ones = RANGES[dtype], np.ones(pictures.channels)
    finish = Finish(dtype if rounded and dtype != "float32" else "raw", maximum, 0 * ones, ones)
    room = [
        np.empty((*stage.output_sizes_hw[row].tolist(), pictures.channels), dtype if rounded else "float32")
        for row in rows
    ]
    run(_work(plan, stage, pictures, dtype, finish).take(rows), [current[int(row)] for row in rows], room)
    found = list(current)
    for row, image in zip(rows, room, strict=True):
        found[row] = image
    return found


def _altered(plan: Plan, stage: Stage, current: Batch, dtype: str) -> list[np.ndarray]:
    """A barrier."""
    step, found = stage.barrier, list(current)
    assert step is not None
    for row in np.flatnonzero(step.applied):
        image = np.ascontiguousarray(found[row], dtype)
        altered = step.transform.alter(image, step.row(int(row)), plan.generator(step, int(row)))  # type: ignore[attr-defined]
        if altered.shape != image.shape or altered.dtype != image.dtype:
            raise ShapeError(
                f"{step.key}: expected a picture {image.dtype} {image.shape}, got {altered.dtype} {altered.shape}"
            )
        found[row] = altered
    return found


def _work(plan: Plan, stage: Stage, pictures: Pictures, dtype: str, finish: Finish) -> Work:
    count = len(plan)
    index, first = distinct(stage.values, count)
    values, after, some = stage.values, stage.values_after, pictures
    if index is not first:
        values, after = (tuple(step.take(first) for step in steps) for steps in (values, after))
        some = Pictures(pictures.channels, pictures.means[first])
    chain = chain_of(values, some, dtype)
    outer = chain_of(after, some, dtype) if stage.before else chain
    fields = _Fields(plan, stage.field) if stage.field else None
    fill = outside(stage.fill, outer, len(first))
    return Work(stage.matrices, fields, stage.border, stage.fill, stage.interpolation, chain, index, fill, finish)


class _Fields(Sequence[Any]):
    """The fields of a batch's pictures, each made when asked for: together they are ten times the pictures."""

    def __init__(self, plan: Plan, step: Step) -> None:
        self._plan, self._step = plan, step

    def __len__(self) -> int:
        return len(self._plan)

    def __getitem__(self, row: Any) -> Any:
        return field_of(self._plan, self._step, int(row))


def _idle(count: int, channels: int, finish: Finish) -> Work:
    chain = chain_of((), Pictures(channels, np.zeros((1, channels))), "uint8")
    nothing = np.zeros((1, channels))
    return Work(None, None, "edge", (0.0,), "linear", chain, np.zeros(count, np.int64), nothing, finish)


def _pictures(stages: list[Stage], images: Batch, dtype: str, channels: int) -> Pictures:
    values = [step.transform for stage in stages for step in stage.values if step.applied.any()]
    if not any(isinstance(transform, Colour) and transform.needs_means for transform in values):
        return Pictures(channels, np.zeros((len(images), channels)))
    return Pictures(channels, cpu.channel_means(images) / RANGES[dtype])


def _room(sizes: np.ndarray, channels: int, output: str, layout: str, out: Any, images: Any) -> tuple[Batch, Batch]:
    """Where the result goes, and the same as (h, w, c) views."""
    if not len(sizes):
        height, width = images.shape[1:3] if isinstance(images, np.ndarray) else (0, 0)
        sizes = np.array([[height, width]])[:0]
        one = (height, width)
    else:
        one = tuple(sizes[0].tolist())
    if first_other(sizes, *one) < 0:
        shape = (len(sizes), *one, channels) if layout == "NHWC" else (len(sizes), channels, *one)
        result = np.empty(shape, output) if out is None else _checked_out(out, shape, output, images)
        return result, result if layout == "NHWC" else result.transpose(0, 2, 3, 1)
    if out is not None:
        raise ShapeError(f"out: the pictures end with different sizes, among them {one}; expected none with these")
    room = [np.empty((h, w, channels) if layout == "NHWC" else (channels, h, w), output) for h, w in sizes.tolist()]
    return room, room if layout == "NHWC" else [each.transpose(1, 2, 0) for each in room]


def _check_images(images: Any, plan: Plan | None) -> tuple[str, int]:
    """Their dtype and number of channels."""
    if isinstance(images, np.ndarray):
        if images.ndim != 4 or (images.dtype not in _NAMES and images.dtype.name not in RANGES):
            raise ShapeError(
                "images: expected (n, height, width, channels) of uint8, uint16 or float32, "
                f"got {images.dtype} {images.shape}"
            )
        if 0 in images.shape[1:]:
            raise ShapeError(f"images: expected a height, width and channels of 1 or more, got {images.shape}")
        if images.dtype.isnative:
            if plan is not None:
                _check_plan(images, plan)
            return _NAMES[images.dtype], images.shape[-1]
        firsts = [images]
    else:
        firsts = list(images)
        for position, image in enumerate(firsts):
            if not isinstance(image, np.ndarray) or image.ndim != 3 or image.dtype.name not in RANGES or not image.size:
                got = f"{image.dtype} {image.shape}" if isinstance(image, np.ndarray) else type(image).__name__
                raise ShapeError(
                    f"images[{position}]: expected (height, width, channels) of uint8, uint16 or float32, got {got}"
                )
        kinds = {(image.dtype.name, image.shape[2]) for image in firsts}
        if len(kinds) != 1:
            raise ShapeError(f"images: expected pictures of one dtype and number of channels, got {sorted(kinds)}")
    if not all(image.dtype.isnative for image in firsts):
        raise ShapeError("images: expected the machine's byte order; convert with images.astype(images.dtype.name)")
    if plan is not None:
        _check_plan(images, plan)
    return firsts[0].dtype.name, firsts[0].shape[-1]


def _check_plan(images: Any, plan: Plan) -> None:
    if len(plan) != len(images):
        raise ShapeError(f"expected a plan for {len(images)} pictures, got one for {len(plan)}")
    if isinstance(images, np.ndarray):
        if first_other(plan.sizes_hw, *images.shape[1:3]) < 0:
            return
        sizes = np.broadcast_to(images.shape[1:3], (len(images), 2))
    else:
        sizes = np.array([image.shape[:2] for image in images]).reshape(-1, 2)
    if (other := np.flatnonzero((plan.sizes_hw != sizes).any(1))).size:
        row = int(other[0])
        planned, got = tuple(plan.sizes_hw[row].tolist()), tuple(sizes[row].tolist())
        raise ShapeError(f"images: expected the planned size {planned} (row {row}), got {got}")


def _check_names(output: str, layout: str, backend: str) -> None:
    for what, got, known in (("output", output, RANGES), ("layout", layout, LAYOUTS), ("backend", backend, BACKENDS)):
        if got not in known:
            raise InputError(f"{what}: expected one of {', '.join(known)}, got {got!r}")


def _check_fill(stages: list[Stage], channels: int) -> None:
    for stage in stages:
        if len(stage.fill) not in (1, channels):
            raise ShapeError(f"fill: expected 1 or {channels} numbers for {channels} channels, got {stage.fill}")


def _finish(output: str, dtype: str, mean: Any, std: Any, channels: int) -> Finish:
    try:
        return _remembered(output, dtype, mean, std, channels)
    except TypeError:  # a list or an array
        return _remembered.__wrapped__(output, dtype, mean, std, channels)


@lru_cache(maxsize=64)
def _remembered(output: str, dtype: str, mean: Any, std: Any, channels: int) -> Finish:
    return Finish(output, RANGES[dtype], *_normalisation(mean, std, output, channels))


def _normalisation(mean: Any, std: Any, output: str, channels: int) -> tuple[np.ndarray, np.ndarray]:
    if (mean is None) != (std is None):
        raise InputError(f"mean and std: expected both or none, got mean={mean!r}, std={std!r}")
    if mean is None:
        return np.zeros(channels), np.ones(channels)
    if output != "float32":
        raise InputError(f"mean and std: expected output='float32' with them, got {output!r}")
    values = []
    for name, given in (("mean", mean), ("std", std)):
        try:
            found = np.array(np.broadcast_to(np.asarray(given, np.float64), (channels,)))
        except (TypeError, ValueError) as error:
            raise InputError(f"{name}: expected a number or {channels} of them, got {given!r}") from error
        if not np.isfinite(found).all() or (name == "std" and (found <= 0).any()):
            raise InputError(f"{name}: expected finite numbers{', above 0' * (name == 'std')}, got {given!r}")
        values.append(found)
    return values[0], values[1]


def _checked_out(out: Any, shape: tuple[int, ...], output: str, images: Any) -> np.ndarray:
    if not isinstance(out, np.ndarray) or out.shape != shape or _NAMES.get(out.dtype) != output:
        got = f"{out.dtype} {out.shape}" if isinstance(out, np.ndarray) else type(out).__name__
        raise ShapeError(f"out: expected {output} {shape}, got {got}")
    if not out.flags.c_contiguous or not out.flags.writeable or not out.dtype.isnative:
        raise ShapeError("out: expected a contiguous array that can be written")
    if any(np.may_share_memory(out, image) for image in ([images] if isinstance(images, np.ndarray) else images)):
        raise ShapeError("out: expected memory apart from images, which are never changed")
    return out
