"""What holds for every transform: one check, used for each entry of TRANSFORMS."""

from collections.abc import Callable
from typing import Any

import numpy as np

from hardy.augmentation import TRANSFORMS, Compose, apply
from hardy.augmentation.fuse import Stage, fuse
from hardy.augmentation.kinds import Barrier
from hardy.augmentation.registry import from_config
from hardy.augmentation.transform import Transform

SIZE_HW = (17, 11)  # primes that differ: a swapped height and width shows
COUNT = 6
IDS = [f"{number * 0x9E3779B97F4A7C15:032x}" for number in range(1, COUNT + 1)]
KINDS = (("uint8", 1), ("uint8", 3), ("uint8", 5), ("uint16", 2), ("float32", 5))

# cpu and reference both work in float64 but add a pixel's four taps in another order, which can tip one rounding.
WARP_LEVELS = 1
WARP_FLOAT = 1e-6


def pictures(dtype: str, shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    """Random pictures over the dtype's whole range."""
    generator = np.random.default_rng(seed)
    if dtype == "float32":
        return generator.random(shape, np.float32)
    return generator.integers(0, np.iinfo(dtype).max, shape, dtype, endpoint=True)


def check_transform(transform: Transform, run: Callable[..., Any] = apply) -> None:
    """Assert what every transform promises, alone in a Compose.

    Args:
        transform: the one to check.
        run: in place of `hardy.augmentation.apply`, so that the check itself can be tested.
    """
    compose = Compose([transform], seed=3)
    plan = compose.plan(IDS, 1, SIZE_HW)
    exact = all(is_exact(stage) for stage in fuse(plan))
    sizes = [tuple(size) for size in plan.output_sizes_hw.tolist()]
    known = TRANSFORMS | {type(transform).__name__: type(transform)}
    assert from_config(transform.to_config(), known) == transform, "it does not come back from plain data"
    for row, name in enumerate(IDS):
        assert compose.plan([name], 1, SIZE_HW) == plan[row : row + 1], "the numbers depend on the batch"
    assert compose.plan([], 1, SIZE_HW) == plan[:0], "it cannot draw numbers for nobody"
    for dtype, channels in KINDS:
        images = pictures(dtype, (COUNT, *SIZE_HW, channels))
        before = images.copy()
        result = run(plan, images, output=dtype)
        assert np.array_equal(images, before), "the input was changed"
        assert all(each.dtype == images.dtype for each in result), "the dtype was not kept"
        assert [each.shape for each in result] == [(*size, channels) for size in sizes], "sizes or channels are wrong"
        rows = [run(plan[row : row + 1], images[row : row + 1], output=dtype)[0] for row in range(COUNT)]
        assert same(result, rows), "a batch differs from a loop"
        assert same(result, run(plan, list(images), output=dtype)), "a list differs from an array"
        wide = np.zeros((COUNT, SIZE_HW[0], 2 * SIZE_HW[1], channels + 1), dtype)
        strided = wide[:, :, ::2, 1:]
        strided[...] = images
        assert same(result, run(plan, strided, output=dtype)), "strided input differs from contiguous"
        images.setflags(write=False)
        assert same(result, run(plan, images, output=dtype)), "read-only input differs"
        none = run(plan[:0], images[:0], output=dtype)
        assert none.dtype == dtype and len(none) == 0 and none.shape[-1] == channels, "no pictures make something"
        truth = run(plan, images, output=dtype, backend="reference")
        single = run(plan, images, output=dtype, fuse=False)
        if exact:
            assert same(result, truth), "cpu differs from the reference"
            assert same(result, single), "fused differs from one by one"
        else:
            allowed = WARP_FLOAT if dtype == "float32" else WARP_LEVELS
            far = max(np.abs(a.astype(float) - b.astype(float)).max() for a, b in zip(result, truth, strict=True))
            assert far <= allowed, "cpu differs from the reference"
        images.setflags(write=True)
        alone = [compose(image=images[row], id=IDS[row], epoch=1)["image"] for row in range(COUNT)]
        assert same(result, alone), "one picture at a time differs from a batch"
        assert not any(np.shares_memory(each, images) for each in alone), "the result lies in the input"


def is_exact(stage: Stage) -> bool:
    """Pixels are copied and channels stay apart, or it is a barrier."""
    if stage.barrier:
        return isinstance(stage.barrier.transform, Barrier)
    return (
        not stage.field
        and not stage.values
        and (stage.matrices is None or bool((stage.matrices == np.round(stage.matrices)).all()))
    )


def same(ours: Any, theirs: Any) -> bool:
    """Equal picture by picture."""
    return len(ours) == len(theirs) and all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))
