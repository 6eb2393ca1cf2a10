from typing import Any

import numpy as np
import pytest

from hardy.augmentation import Compose, Translate
from hardy.errors import InputError

WORDS = np.random.default_rng(0).integers(0, 2**63, (3000, 2)).astype(np.uint64)


def shifts(transform: Translate, size_hw: tuple[int, int] = (17, 11)) -> tuple[np.ndarray, np.ndarray]:
    parameters = Compose([transform]).plan(WORDS, 0, size_hw).steps[0].parameters
    return parameters["shift_x"], parameters["shift_y"]


def test_fractions_are_of_width_and_height() -> None:
    x, y = shifts(Translate(fraction=0.5), (100, 10))
    assert (x.min(), x.max(), y.min(), y.max()) == (-5, 5, -50, 50)


@pytest.mark.parametrize(
    ("given", "x_range", "y_range"),
    [
        (3, (-3, 3), (-3, 3)),
        ((1, 2), (1, 2), (1, 2)),
        ({"x": 2}, (-2, 2), (0, 0)),
        ({"x": (-4, -2), "y": 1}, (-4, -2), (-1, 1)),
    ],
)
def test_every_way_to_say_it(given: Any, x_range: tuple[int, int], y_range: tuple[int, int]) -> None:
    x, y = shifts(Translate(pixels=given))
    assert (x.min(), x.max()) == x_range and (y.min(), y.max()) == y_range


def test_positive_is_right_and_down() -> None:
    image = np.zeros((17, 11, 1), np.uint8)
    image[3, 4] = 200
    moved = Compose([Translate(pixels={"x": (2, 2), "y": (5, 5)})])(image=image)["image"]
    assert np.argwhere(moved[..., 0]).tolist() == [[8, 6]]


def test_halves_round_up() -> None:
    x, y = shifts(Translate(fraction={"x": (0.5, 0.5), "y": (-0.5, -0.5)}), (5, 3))
    assert set(x) == {2} and set(y) == {-2}


def test_a_fill_per_channel() -> None:
    image = np.zeros((17, 11, 3), np.uint8)
    moved = Compose([Translate(pixels=(20, 20), fill=(1, 2, 300))])(image=image)["image"]
    assert (moved == np.array([1, 2, 255], np.uint8)).all()


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"fraction": 0.1, "pixels": 2},
        {"fraction": -0.1},
        {"fraction": (0.2, 0.1)},
        {"fraction": (0.1, 0.2, 0.3)},
        {"pixels": {"z": 1}},
        {"pixels": {}},
        {"pixels": "3"},
        {"pixels": float("inf")},
        {"pixels": {"x": None}},
        {"pixels": 1, "border_mode": "rim"},
        {"pixels": 1, "fill": ()},
        {"pixels": 1, "fill": "black"},
        {"pixels": 1, "p": 2},
    ],
)
def test_wrong_arguments_are_answered(arguments: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="expected"):
        Translate(**arguments)
