import pytest

from hardy.challenges.scorecard import Scorecard
from hardy.errors import InputError
from hardy.findings import Proportion
from hardy.reports import Change, compare


@pytest.mark.parametrize(
    ("before", "after", "mark"),
    [(50, 90, "better"), (90, 50, "worse"), (50, 51, "no clear change"), (50, 50, "no clear change")],
)
def test_a_change_is_clear_where_the_intervals_do_not_overlap(before, after, mark):
    assert Change("x", Proportion(before, 100), Proportion(after, 100)).mark == mark


def test_what_was_not_measured_is_not_clear():
    assert Change("x", Proportion(0, 0), Proportion(100, 100)).mark == "no clear change"


def test_sets_are_matched_by_name(score):
    before = Scorecard("a", (score("x", 1, 10), score("y", 2, 10), score("only", 1, 2)))
    after = Scorecard("b", (score("y", 3, 10), score("x", 4, 10)))
    assert [(c.name, round(c.gain, 6)) for c in compare(before, after)] == [("x", 0.3), ("y", 0.1)]


def test_nothing_in_common(score):
    with pytest.raises(InputError, match="x before, y after"):
        compare(Scorecard("a", (score("x", 1, 2),)), Scorecard("b", (score("y", 1, 2),)))
