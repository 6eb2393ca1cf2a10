"""The one way in to every backend: a plan and pictures go in, pictures or a network's input come out."""

from collections.abc import Callable
from typing import Any

import numpy as np
from jaxtyping import Shaped

from hardy.augmentation import cpu, reference
from hardy.augmentation.fuse import Stage
from hardy.augmentation.fuse import fuse as make_stages
from hardy.augmentation.plan import Plan
from hardy.augmentation.tone import RANGES, Finish
from hardy.errors import InputError, ShapeError

BACKENDS: dict[str, Callable[..., None]] = {"cpu": cpu.run, "reference": reference.run}
LAYOUTS = ("NHWC", "NCHW")


def apply(
    plan: Plan | None,
    images: Shaped[np.ndarray, "n h w c"],
    *,
    output: str = "uint8",
    layout: str = "NHWC",
    mean: Any = None,
    std: Any = None,
    backend: str = "cpu",
    fuse: bool = True,
    out: np.ndarray | None = None,
) -> Shaped[np.ndarray, "n ..."]:
    """Alter pictures as planned; range, normalisation and layout ride in the same pass.

    Args:
        plan: with a row for each picture; None alters nothing.
        images: (n, height, width, channels), any number of channels: uint8 0..255, uint16 0..65535, float32 0..1.
            Left as they are; any strides.
        output: "uint8" or "uint16": scaled to the range, rounded once (halves up) and saturated, NaN becomes 0;
            "float32": 0..1, then (value - mean) / std where these are given, NaN passes through.
        layout: "NHWC" or "NCHW", of what is returned.
        mean: in units of 0..1, a number or one per channel; for float32, together with `std`.
        std: in units of 0..1, a number or one per channel, above 0.
        backend: "cpu", or "reference", which is slow and the truth.
        fuse: False carries out one transform after the other.
        out: where the result goes, contiguous, of the right shape and dtype, apart from `images`.

    Returns:
        A new array, or `out`.

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
    _check_images(images, plan)
    _check_names(output, layout, backend)
    count, height, width, channels = images.shape
    maximum = RANGES[images.dtype.name]
    centre, spread = _normalisation(mean, std, output, channels)
    shape = (count, height, width, channels) if layout == "NHWC" else (count, channels, height, width)
    result = np.empty(shape, output) if out is None else _checked_out(out, shape, output, images)
    stages = [Stage()] if plan is None else make_stages(plan, fused=fuse)
    _check_fill(stages, channels)
    if not count:
        return result
    run = BACKENDS[backend]
    current = images
    for stage in stages[:-1]:  # float64 in the picture's own units between stages: what is rounded is the end
        between = np.empty(images.shape)
        run(stage, current, Finish("float64", maximum, centre, spread), between)
        current = between
    target = result if layout == "NHWC" else result.transpose(0, 2, 3, 1)
    run(stages[-1], current, Finish(output, maximum, centre, spread), target)
    return result


def _check_images(images: Any, plan: Plan | None) -> None:
    if not isinstance(images, np.ndarray) or images.ndim != 4 or images.dtype.name not in RANGES:
        got = f"{images.dtype} {images.shape}" if isinstance(images, np.ndarray) else type(images).__name__
        raise ShapeError(f"images: expected (n, height, width, channels) of uint8, uint16 or float32, got {got}")
    if not images.dtype.isnative:
        raise ShapeError("images: expected the machine's byte order; convert with images.astype(images.dtype.name)")
    if 0 in images.shape[1:]:
        raise ShapeError(f"images: expected a height, width and channels of 1 or more, got {images.shape}")
    if plan is None:
        return
    if len(plan) != len(images):
        raise ShapeError(f"expected a plan for {len(images)} pictures, got one for {len(plan)}")
    if (other := np.flatnonzero((plan.sizes_hw != images.shape[1:3]).any(1))).size:
        size, row = tuple(plan.sizes_hw[other[0]].tolist()), int(other[0])
        raise ShapeError(f"images: expected the planned size {size} (row {row}), got {images.shape[1:3]}")


def _check_names(output: str, layout: str, backend: str) -> None:
    for what, got, known in (("output", output, RANGES), ("layout", layout, LAYOUTS), ("backend", backend, BACKENDS)):
        if got not in known:
            raise InputError(f"{what}: expected one of {', '.join(known)}, got {got!r}")


def _check_fill(stages: list[Stage], channels: int) -> None:
    for stage in stages:
        if len(stage.fill) not in (1, channels):
            raise ShapeError(f"fill: expected 1 or {channels} numbers for {channels} channels, got {stage.fill}")


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


def _checked_out(out: Any, shape: tuple[int, ...], output: str, images: np.ndarray) -> np.ndarray:
    if not isinstance(out, np.ndarray) or out.shape != shape or out.dtype.name != output:
        got = f"{out.dtype} {out.shape}" if isinstance(out, np.ndarray) else type(out).__name__
        raise ShapeError(f"out: expected {output} {shape}, got {got}")
    if not out.flags.c_contiguous or not out.flags.writeable or not out.dtype.isnative:
        raise ShapeError("out: expected a contiguous array that can be written")
    if np.may_share_memory(out, images):
        raise ShapeError("out: expected memory apart from images, which are never changed")
    return out
