import pytest

from hardy.audits.class_sizes import check_class_sizes
from hardy.findings import Finding
from tests.builders import dataset


def found(counts: list[int], unlabelled: int = 0) -> list[Finding]:
    labels = [label for label, count in enumerate(counts) for _ in range(count)] + [None] * unlabelled
    return check_class_sizes(dataset(labels, classes=[chr(ord("a") + number) for number in range(len(counts))]))


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def test_enough_of_each_is_silent() -> None:
    assert found([1_000, 1_000]) == []


def test_fewer_than_1_000_is_said_once() -> None:
    (finding,) = found([999, 1_000, 500])
    assert (finding.code, finding.severity, finding.value, finding.threshold) == ("few-images", "info", 500, 1_000)
    assert "2 of 3 classes" in finding.message and "c: 500" in finding.message


@pytest.mark.parametrize(("count", "is_small"), [(14, True), (15, False)])
def test_below_20_percent_of_the_mean_class(count: int, is_small: bool) -> None:
    """A fifth of the mean of 100, 100 and 14 is 14.27; of 100, 100 and 15 it is 14.33."""
    findings = [f for f in found([100, 100, count]) if f.code == "class-too-small"]
    assert bool(findings) == is_small
    assert all("20% of the mean class (71)" in finding.message for finding in findings)


def test_below_10_percent_of_the_largest() -> None:
    """Many classes of 95 and one of 1,000: the mean is near 100, a fifth of it 20, a tenth of the largest 100."""
    findings = [f for f in found([1_000] + [95] * 30) if f.code == "class-too-small"]
    assert len(findings) == 30
    assert "b has 95 images" in findings[0].message and "of the largest (1,000)" in findings[0].message
    assert findings[0].threshold == 100


def test_the_fix_says_how_many_are_missing_and_that_many_are_enough() -> None:
    findings = [f for f in found([300, 300, 20]) if f.code == "class-too-small"]
    (finding,) = findings
    assert (finding.value, finding.weight) == (20, 22)  # a fifth of the mean, 206.7, is 41.3
    assert "22 more pictures of c" in finding.fix
    assert len(finding.sample_ids) == 20


def test_a_class_without_pictures_is_too_small() -> None:
    findings = found([100, 100, 0])
    assert codes(findings) == ["class-too-small", "few-images"]
    assert findings[0].value == 0 and "c has 0 images" in findings[0].message


@pytest.mark.parametrize(("counts", "classes"), [([5], 1), ([5, 0], 1), ([], 0), ([0, 0], 0)])
def test_nothing_to_tell_apart(counts: list[int], classes: int) -> None:
    (finding,) = found(counts)
    assert (finding.code, finding.severity) == ("one-class", "error")
    assert finding.value == classes
    assert f"pictures of {classes} class" in finding.message


def test_pictures_without_a_label() -> None:
    findings = found([1_000, 1_000], unlabelled=3)
    assert codes(findings) == ["unlabelled"]
    assert (findings[0].severity, findings[0].value, len(findings[0].sample_ids)) == ("warning", 3, 3)
    assert "3 of 2,003" in findings[0].message
    assert found([], unlabelled=2)[0].severity == "error"
