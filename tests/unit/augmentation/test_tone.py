import numpy as np

from hardy.augmentation import Compose, Invert
from hardy.augmentation.tone import Finish, change_tone, distinct, line

IDS = [f"{number * 0x9E3779B97F4A7C15:032x}" for number in range(20)]


def test_equal_chains_are_worked_out_once() -> None:
    steps = Compose([Invert(), Invert()]).plan(IDS, 0, (1, 1)).steps
    chain, first = distinct(steps, 20)
    assert len(first) <= 4
    for step in steps:
        assert np.array_equal(step.applied[first][chain], step.applied)
    assert distinct((), 3)[0].tolist() == [0, 0, 0]
    assert distinct((), 0)[1].tolist() == []


def test_a_line_is_the_chain() -> None:
    steps = Compose([Invert(), Invert()]).plan(IDS, 0, (1, 1)).steps
    values = np.random.default_rng(0).integers(0, 65536, (20, 1, 5)).astype(float)
    scale, offset = line(steps, 20, 65535.0).T[:, :, None, None]
    assert np.array_equal(values * scale + offset, change_tone(steps, values, 65535.0))


def test_rounding_is_half_up_once_and_saturates() -> None:
    values = np.array([[[-3.0, 0.49, 0.5, 1.5, 254.5, 300.0, np.nan, np.inf]]])
    finish = Finish("uint8", 255.0, np.zeros(1), np.ones(1))
    assert finish(values).ravel().tolist() == [0, 0, 1, 2, 255, 255, 0, 255]
