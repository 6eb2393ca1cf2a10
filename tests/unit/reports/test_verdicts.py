"""One test per rule."""

import pytest

from hardy.audits.audit import Audit
from hardy.challenges.scorecard import Scorecard
from hardy.dataset import Refused
from hardy.errors import InputError
from hardy.findings import Finding
from hardy.reports import judge, judge_audit, judge_comparison, judge_scorecard


@pytest.fixture
def sure(evaluate):
    """990 of 1,000 right."""
    return evaluate([0] * 500 + [1] * 500, [0] * 500 + [1] * 490 + [0] * 10)


def test_good_when_no_rule_warns(sure, score):
    verdict = judge(sure, Scorecard("m", (score("test", 990, 1000), score("dark", 980, 1000))))
    assert verdict.tone == "good"
    assert verdict.headline == "99.0% right on 1,000 test pictures; at least 98.0% on 1 challenge set"
    assert verdict.points[0] == "1,000 test pictures: the 95% interval is 98.2–99.5, ±0.6 points"


def test_what_was_not_challenged_is_said(sure):
    verdict = judge(sure)
    assert verdict.tone == "good"
    assert "not known" in verdict.points[-1]


def test_bad_when_no_better_than_the_most_frequent_class(evaluate):
    verdict = judge(evaluate([0] * 90 + [1] * 10, [0] * 100))
    assert verdict.tone == "bad"
    assert verdict.headline.startswith("No better than guessing: 90.0% right on 100 test pictures")
    assert verdict.points[0] == "Always answering “a” would be right on 90.0% of them"


def test_bad_when_a_set_falls_below_half(sure, score):
    verdict = judge(sure, Scorecard("m", (score("test", 990, 1000), score("inverted", 124, 1000))))
    assert verdict.tone == "bad"
    assert verdict.headline == "99.0% right on 1,000 test pictures; falls to 12.4% on the challenge set “inverted”"
    assert any("less than half as often" in point for point in verdict.points)


def test_warning_when_a_set_falls_clearly(sure, score):
    card = Scorecard("m", (score("test", 990, 1000), score("noise", 880, 1000), score("dark", 980, 1000)))
    verdict = judge(sure, card)
    assert verdict.tone == "warning"
    assert "1 of 2 challenge sets falls clearly, by more than 5 points" in verdict.points


def test_a_fall_within_the_interval_is_no_warning(sure, score):
    assert judge(sure, Scorecard("m", (score("test", 990, 1000), score("noise", 93, 100)))).tone == "good"


def test_warning_when_there_are_few_pictures(evaluate):
    verdict = judge(evaluate([0, 1] * 30, [0, 1] * 30))
    assert verdict.tone == "warning"
    assert "Fewer than 100 test pictures: the interval is wide" in verdict.points


def test_bad_when_nothing_was_measured(evaluate):
    assert judge(evaluate([], [])).tone == "bad"


def test_sets_without_pictures_are_left_out(sure, score):
    assert judge(sure, Scorecard("m", (score("test", 0, 0), score("dark", 0, 0)))).tone == "good"


def test_the_scorecard_alone(score):
    verdict = judge_scorecard(Scorecard("m", (score("test", 990, 1000), score("inverted", 124, 1000))))
    assert verdict.tone == "bad"
    assert (
        verdict.headline == "99.0% right on 1,000 pictures as they are; falls to 12.4% on the challenge set “inverted”"
    )
    assert judge_scorecard(Scorecard("m", (score("test", 990, 1000),))).tone == "good"
    with pytest.raises(InputError, match="test"):
        judge_scorecard(Scorecard("m", (score("dark", 1, 2),)))


@pytest.mark.parametrize(("severity", "tone"), [("info", "good"), ("warning", "warning"), ("error", "bad")])
def test_an_audit_is_as_bad_as_its_worst_finding(severity, tone):
    finding = Finding("code", severity, "Found it.", "Mend it.")
    verdict = judge_audit(Audit("photos", 1234, {"a": 1000, "b": 234}, {}, (Refused("x", "y"),), (finding,)))
    assert verdict.tone == tone
    assert verdict.headline.startswith("1,234 pictures in 2 classes; found: ")
    assert verdict.points[0] == "First: Found it. Mend it."
    assert "Pictures per class: 234 to 1,000" in verdict.points
    assert verdict.points[-1] == "1 file refused, each with its reason below"


def test_an_audit_without_pictures_is_bad():
    assert judge_audit(Audit("photos", 0, {}, {}, (), ())).tone == "bad"


def test_an_audit_without_findings_is_good():
    verdict = judge_audit(Audit("photos", 2, {"a": 2}, {}, (), ()))
    assert verdict.tone == "good"
    assert verdict.headline == "2 pictures in 1 class; found: nothing that needs mending"


@pytest.mark.parametrize(
    ("after", "tone", "headline"),
    [
        ({"test": 90, "dark": 95}, "good", "1 of 2 sets better, none worse; “dark” from 10.0% to 95.0%"),
        ({"test": 91, "dark": 12}, "warning", "None of 2 sets better, none worse"),
        ({"test": 91, "dark": 1}, "bad", "None of 2 sets better, 1 worse; “dark” from 10.0% to 1.0%"),
        ({"test": 50, "dark": 95}, "bad", "1 of 2 sets better, 1 worse; “dark” from 10.0% to 95.0%"),
    ],
)
def test_comparison(score, after, tone, headline):
    before = Scorecard("m", (score("test", 90, 100), score("dark", 10, 100)))
    verdict = judge_comparison(before, Scorecard("m", tuple(score(name, right, 100) for name, right in after.items())))
    assert (verdict.tone, verdict.headline) == (tone, headline)


def test_comparison_warns_when_another_set_is_worse(score):
    before = Scorecard("m", (score("test", 90, 100), score("dark", 10, 100), score("noise", 90, 100)))
    after = Scorecard("m", (score("test", 90, 100), score("dark", 90, 100), score("noise", 10, 100)))
    verdict = judge_comparison(before, after)
    assert verdict.tone == "warning"
    assert "Worse: “noise” from 90.0% to 10.0%" in verdict.points
