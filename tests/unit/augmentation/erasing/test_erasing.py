"""Where holes lie, how large they are, what fills them, and that masks go along."""

from typing import Any

import numpy as np
import pytest

import hardy.augmentation as h
from hardy.errors import InputError, ShapeError

WORDS = np.random.default_rng(0).integers(0, 2**63, (3000, 2)).astype(np.uint64)
WHITE = np.full((40, 30, 3), 255, np.uint8)


def drawn(transform: Any, name: str, size_hw: tuple[int, int] = (40, 30)) -> np.ndarray:
    return h.Compose([transform]).plan(WORDS, 0, size_hw).steps[0].parameters[name]


def erased(transform: Any, image: np.ndarray = WHITE, **targets: Any) -> dict[str, np.ndarray]:
    return h.Compose([transform], seed=2)(image=image, id="ab" * 16, **targets)


def test_holes_are_as_many_and_as_large_as_asked_and_inside() -> None:
    holes = drawn(h.CoarseDropout((1, 4), (0.1, 0.5), (3, 6)), "holes")
    sizes = holes[..., 2:] - holes[..., :2]
    there = sizes.all(-1)
    assert set(there.sum(1)) == {1, 2, 3, 4}
    assert sizes[there].min(0).tolist() == [4, 3] and sizes[there].max(0).tolist() == [20, 6]
    assert holes[..., :2].min() == 0 and holes.reshape(-1, 4).max(0)[2:].tolist() == [40, 30]


def test_every_place_is_equally_likely() -> None:
    holes = drawn(h.CoarseDropout(1, 5, 5), "holes")[:, 0]
    for axis, room in ((0, 36), (1, 26)):
        counts = np.bincount(holes[:, axis], minlength=room)
        assert len(counts) == room and counts.min() > 0.5 * 3000 / room


def test_erased_areas_and_shapes_are_within_their_ranges() -> None:
    hole = drawn(h.RandomErasing((0.1, 0.3), (0.5, 2)), "hole", (100, 80))
    height, width = (hole[:, 2:] - hole[:, :2]).T
    area, ratio = height * width / 8000, height / width
    assert (height > 0).all() and 0.095 < area.min() < 0.11 and 0.29 < area.max() < 0.31
    assert 0.48 < ratio.min() < 0.53 and 1.9 < ratio.max() < 2.1
    assert abs(np.median(np.log(ratio))) < 0.05, "drawn on a logarithmic scale"


def test_nothing_is_erased_where_nothing_fits() -> None:
    assert not drawn(h.RandomErasing(1, 1), "hole", (1, 1)).any()
    assert np.array_equal(erased(h.RandomErasing(1, 1, p=1))["image"], WHITE)


@pytest.mark.parametrize("transform", [h.CoarseDropout, h.RandomErasing, h.GridDropout])
def test_masks_are_filled_where_asked_in_the_same_places(transform: Any) -> None:
    mask, generator = np.full((40, 30), 7, np.int32), np.random.default_rng(0)
    filling = transform(fill=0, fill_mask=3, p=1)
    row = h.Compose([filling]).plan(["ab" * 16], 0, (40, 30)).steps[0].row(0)
    image, masked = filling.alter(WHITE, row, generator), filling.alter_mask(mask, row, generator)
    assert np.array_equal(masked == 3, (image == 0).all(2)) and (masked == 3).any()
    assert np.array_equal(transform(p=1).alter_mask(mask, row, generator), mask)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_holes_are_filled_at_random(dtype: str) -> None:
    maximum = {"uint8": 255, "uint16": 65535, "float32": 1}[dtype]
    image = np.zeros((200, 200, 2), dtype)
    every = erased(h.CoarseDropout(1, 180, 180, fill="random", p=1), image)["image"]
    filled = every[every > 0]
    assert len(filled) > 60_000 and abs(filled.mean() / maximum - 0.5) < 0.01 and filled.max() > 0.95 * maximum
    one = erased(h.CoarseDropout(1, 180, 180, fill="random_uniform", p=1), image)["image"]
    assert len(np.unique(one[..., 0])) == 2 and one[..., 0].max() != one[..., 1].max()


def test_a_grid_is_regular() -> None:
    found = erased(h.GridDropout(0.5, False, holes_number_xy=(3, 4), shift_xy=(2, 1), p=1))["image"][:, :, 0] == 0
    assert np.array_equal(np.flatnonzero(found.any(1)) % 10, [1, 2, 3, 4, 5] * 4)
    assert np.array_equal(np.flatnonzero(found.any(0)) % 10, [2, 3, 4, 5, 6] * 3)
    assert found.sum() == 5 * 5 * 12


def test_a_grid_begins_anywhere() -> None:
    shifts = drawn(h.GridDropout(unit_size_range=(10, 10)), "shift_hw")
    assert set(shifts.ravel().tolist()) == {0, 1, 2, 3, 4, 5}


def test_a_fill_has_as_many_numbers_as_channels() -> None:
    found = erased(h.GridDropout(fill=(1, 2, 300), p=1))["image"]
    assert {tuple(pixel) for pixel in found.reshape(-1, 3)} == {(255, 255, 255), (1, 2, 255)}
    with pytest.raises(ShapeError, match="expected one number or one for each"):
        erased(h.GridDropout(fill=(1, 2), p=1))


@pytest.mark.parametrize(
    ("transform", "arguments"),
    [
        (h.CoarseDropout, {"num_holes_range": 0}),
        (h.CoarseDropout, {"hole_height_range": 1.5}),
        (h.CoarseDropout, {"hole_width_range": (0.5, 2)}),
        (h.CoarseDropout, {"fill": "inpaint_ns"}),
        (h.CoarseDropout, {"fill": None}),
        (h.CoarseDropout, {"fill_mask": "random"}),
        (h.RandomErasing, {"scale": (0.5, 2)}),
        (h.RandomErasing, {"ratio": 0}),
        (h.GridDropout, {"ratio": 1}),
        (h.GridDropout, {"random_offset": 0}),
        (h.GridDropout, {"unit_size_range": (1, 3)}),
        (h.GridDropout, {"unit_size_range": (3, 4), "holes_number_xy": (1, 2)}),
        (h.GridDropout, {"holes_number_xy": 5}),
        (h.GridDropout, {"shift_xy": (-1, 0)}),
    ],
)
def test_wrong_arguments_are_answered(transform: Any, arguments: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="expected"):
        transform(**arguments)
