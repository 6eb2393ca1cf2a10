import math
from dataclasses import FrozenInstanceError

import pytest

from hardy.findings import Finding, Proportion, most_important


def test_a_share_with_its_interval() -> None:
    share = Proportion(98, 100)
    assert share.value == 0.98
    assert share.low < share.value < share.high
    assert str(share) == "98.0% (93.0–99.4, n=100)"


def test_the_interval_stays_within_0_and_1_and_is_never_empty() -> None:
    for n in (1, 2, 3, 10, 1_000_000):
        for successes in {0, 1, n}:
            low, high = Proportion(successes, n).interval
            assert 0 <= low <= successes / n <= high <= 1
            assert high > low


def test_the_interval_narrows_with_n() -> None:
    widths = [Proportion(n // 2, n).high - Proportion(n // 2, n).low for n in (10, 100, 1_000)]
    assert widths == sorted(widths, reverse=True)


def test_nothing_of_nothing_is_unknown() -> None:
    share = Proportion(0, 0)
    assert math.isnan(share.value)
    assert share.interval == (0.0, 1.0)
    assert str(share) == "– (n=0)"
    assert share.to_dict() == {"successes": 0, "n": 0, "value": None, "low": 0.0, "high": 1.0}


def test_the_worst_come_first_then_the_weightiest_then_the_first_found() -> None:
    def finding(severity: str, weight: int, message: str, fix: str = "mend it") -> Finding:
        return Finding("code", severity, message, fix, weight=weight)

    findings = [
        finding("info", 99, "info"),
        finding("warning", 1, "light"),
        finding("warning", 5, "heavy"),
        finding("error", 0, "first error"),
        finding("error", 0, "second error"),
        finding("error", 1_000, "nothing to do", fix=""),
    ]
    assert [f.message for f in most_important(findings, 4)] == ["first error", "second error", "heavy", "light"]
    assert [f.message for f in most_important(findings)] == ["first error", "second error", "heavy"]
    assert most_important([]) == []


def test_findings_are_values() -> None:
    finding = Finding("few-images", "info", "few", value=3, threshold=1000, sample_ids=("a",))
    assert finding == Finding("few-images", "info", "few", value=3, threshold=1000, sample_ids=("a",))
    assert finding.to_dict()["sample_ids"] == ("a",)
    with pytest.raises(FrozenInstanceError):
        finding.value = 4  # type: ignore[misc]
