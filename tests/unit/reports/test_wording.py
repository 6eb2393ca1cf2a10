import doctest
import importlib

import pytest

from hardy.findings import Proportion
from hardy.reports.wording import NOTHING, count, half_width, interval, make_writable, number, percent, points, shorten

MODULES = ["wording", "figures", "pictures", "changes", "sections.settings"]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    module = importlib.import_module(f"hardy.reports.{name}")
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0 and outcome.failed == 0


@pytest.mark.parametrize("value", [0.0, 0.00001, 0.0004, 0.12345, 0.5, 0.9995, 0.99999, 1.0])
def test_percentages_say_all_and_none_only_where_it_is_so(value):
    text = percent(value)
    assert (text == "100.0%") == (value == 1)
    assert (text == "0.0%") == (value == 0)


def test_nothing_measured_is_a_dash():
    empty = Proportion(0, 0)
    assert percent(empty.value) == interval(empty) == points(empty.value) == number(float("inf")) == NOTHING


def test_signs_and_separators():
    assert points(-0.125) == "−12.5"
    assert count(-1234567) == "−1,234,567"
    assert count(1, "class", "classes") == "1 class"
    assert half_width(Proportion(9999, 10_000)) == "0.027"


@pytest.mark.parametrize("length", [8, 9, 48])
def test_shortened_names_keep_both_ends(length):
    name = "start" + "x" * 300 + ".png"
    short = shorten(name, length)
    assert len(short) == length
    assert name.startswith(short.split("…")[0]) and name.endswith(short.split("…")[1])
    assert shorten("y" * length, length) == "y" * length


def test_everything_becomes_writable():
    text = make_writable("".join(map(chr, range(0xD7F0, 0xE010))) + "\x00\x0c\uffff")
    text.encode("utf-8")
    assert "\x00" not in text
