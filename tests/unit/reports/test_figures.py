import math
import re
from itertools import pairwise

import pytest

from hardy.findings import Proportion
from hardy.reports.figures import Line, choose_ticks, draw_lines, draw_proportion, draw_share


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (0.9731, 0.9812), (0, 0.00013), (3, 3), (0, 0), (-2, 7), (1, 200000), (1e-9, 2.3)]
)
def test_ticks_enclose_the_range_in_even_round_steps(low, high):
    ticks = choose_ticks(low, high)
    steps = [b - a for a, b in pairwise(ticks)]
    assert ticks[0] <= low and ticks[-1] >= high
    assert 2 <= len(ticks) <= 8
    assert max(steps) == pytest.approx(min(steps), rel=1e-6)
    mantissa = steps[0] / 10 ** math.floor(math.log10(steps[0]) + 1e-9)
    assert any(mantissa == pytest.approx(nice, rel=1e-6) for nice in (1, 2, 2.5, 5, 10))


@pytest.mark.parametrize(("first", "last"), [(1, 1), (1, 2), (1, 3), (1, 20), (1, 937)])
def test_epochs_are_whole(first, last):
    assert all(tick == round(tick) for tick in choose_ticks(first, last, 7, whole=True))


def test_a_curve_breaks_where_values_are_missing():
    svg = draw_lines("t", [1, 2, 3, 4, 5], [Line("train", [1.0, 2.0, math.nan, 2.0, 1.0], "train")])
    (path,) = re.findall(r' d="([^"]*)"', svg)
    assert path.count("M") == 2 and path.count("L") == 2
    assert "nan" not in svg


def test_one_epoch_is_a_dot():
    svg = draw_lines("t", [1], [Line("train", [0.5], "train"), Line("validation", [0.6], "val")], as_percent=True)
    assert svg.count("<circle") == 2
    assert "aria-label" in svg


def test_labels_of_equal_curves_stand_apart():
    svg = draw_lines("t", [1, 2], [Line("train", [1.0, 1.0], "train"), Line("validation", [1.0, 1.0], "val")])
    heights = [float(y) for y in re.findall(r'class="curve-label \w+" x="[^"]*" y="([^"]*)"', svg)]
    assert abs(heights[0] - heights[1]) >= 12


def test_percentages_stay_within_0_and_100():
    svg = draw_lines("t", [1, 2], [Line("train", [0.001, 0.999], "train")], as_percent=True)
    assert "100%" in svg and "0%" in svg
    assert "120%" not in svg and "−" not in svg


def test_a_bar_is_as_long_as_the_share_and_its_whiskers_are_the_interval():
    proportion = Proportion(90, 100)
    svg = draw_proportion(proportion)
    assert 'class="fill" width="90.00%"' in svg
    assert f'x1="{100 * proportion.low:.2f}%" x2="{100 * proportion.high:.2f}%"' in svg


def test_a_bar_of_nothing_is_empty():
    assert "fill" not in draw_proportion(Proportion(0, 0))
    assert 'width="0%"' in draw_share(math.nan)
