from dataclasses import dataclass

import numpy as np

from hardy.augmentation import Compose, Invert
from hardy.augmentation.kinds import Colour, Curve, Pictures
from hardy.augmentation.values import Finish, chain_of, distinct, outside

IDS = [f"{number * 0x9E3779B97F4A7C15:032x}" for number in range(20)]


@dataclass(frozen=True)
class Mix(Colour):
    p: float = 0.5
    key: str | None = None

    def matrix(self, parameters, pictures):
        return np.tile([[0.5, 0.25, 0.1], [0, 2, 0]], (len(pictures.means), 1, 1))


@dataclass(frozen=True)
class Square(Curve):
    p: float = 0.5
    key: str | None = None

    def curve(self, parameters, levels, maximum):
        return levels**2 / maximum


def chain(*transforms, dtype: str = "uint8"):
    steps = Compose(list(transforms)).plan(IDS, 0, (1, 1)).steps
    return chain_of(steps, Pictures(2, np.zeros((20, 2))), dtype), steps


def test_equal_chains_are_worked_out_once() -> None:
    _, steps = chain(Invert(), Invert())
    index, first = distinct(steps, 20)
    assert len(first) <= 4
    for step in steps:
        assert np.array_equal(step.applied[first][index], step.applied)
    assert distinct((), 3)[0].tolist() == [0, 0, 0]
    assert distinct((), 0)[1].tolist() == []


def test_matrices_in_a_row_are_one_link_and_equal_step_by_step() -> None:
    links, steps = chain(Invert(), Mix(), Square(), Mix(), Invert())
    assert [kind for kind, _ in links.links] == ["matrix", "table", "matrix"]
    values = np.random.default_rng(0).uniform(0, 255, (20, 2, 7))
    expected = values
    for step in steps:
        alone = chain_of((step,), Pictures(2, np.zeros((20, 2))), "uint8")
        expected = alone(expected)
    np.testing.assert_allclose(links(values), expected, atol=1e-9)


def test_a_table_is_a_straight_line_between_levels_and_ends_where_the_range_does() -> None:
    links, _ = chain(Square(p=1))
    values = np.tile([[-5.0, 0, 10, 10.25, 255, 300, np.nan]], (20, 2, 1))
    square = np.array([0, 0, 100, 100 + 0.25 * 21, 255**2, 255**2, 0]) / 255
    np.testing.assert_allclose(links(values)[0, 0], square, atol=1e-12)


def test_what_a_channel_has_no_part_in_cannot_spoil_it() -> None:
    links, _ = chain(Invert(p=1))
    found = links(np.tile([[[np.nan], [5.0]]], (20, 1, 1)))[0, :, 0]
    assert np.isnan(found[0]) and found[1] == 250


def test_the_outside_goes_through_the_chain() -> None:
    links, _ = chain(Invert(p=1), dtype="uint16")
    assert outside((5.0, 7.0), links, 20)[0].tolist() == [65530, 65528]


def test_rounding_is_half_up_once_and_saturates() -> None:
    values = np.array([[[-3.0, 0.49, 0.5, 1.5, 254.5, 300.0, np.nan, np.inf]]])
    finish = Finish("uint8", 255.0, np.zeros(1), np.ones(1))
    assert finish(values).ravel().tolist() == [0, 0, 1, 2, 255, 255, 0, 255]
