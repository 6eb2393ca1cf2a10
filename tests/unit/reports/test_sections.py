"""The figures shown are the figures given."""

import re

import numpy as np
import pytest

from hardy.audits.audit import Audit
from hardy.challenges.scorecard import Scorecard
from hardy.dataset import Refused
from hardy.errors import DecodeError, InputError
from hardy.findings import Finding
from hardy.reports import (
    show_audit,
    show_challenge,
    show_comparison,
    show_confusion,
    show_curves,
    show_evaluation,
    show_mistakes,
    show_settings,
)
from hardy.training.history import EpochMetrics


def cells(html: str) -> list[list[str]]:
    """The text of every table's cells, row by row."""
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    return [
        [
            " ".join(re.sub(r"<[^>]+>", " ", cell).split())
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        for row in rows
    ]


def test_evaluation_shows_accuracy_with_interval_and_n(evaluate):
    evaluation = evaluate([0] * 600 + [1] * 600, [0] * 570 + [1] * 630)
    html = show_evaluation(evaluation).html
    assert "97.5%" in html
    assert "96.5–98.2, n = 1,200" in html


def test_evaluation_lists_all_classes_worst_recall_first(evaluate):
    evaluation = evaluate([0, 0, 1, 1], [0, 0, 0, 1], ("good", "poor", "absent"))
    rows = cells(show_evaluation(evaluation).html)[1:]
    assert [row[0] for row in rows] == ["poor", "good", "absent"]
    assert [row[2] for row in rows] == ["2", "2", "0"]
    assert [row[1].split()[0] for row in rows] == ["50.0%", "100.0%", "–"]
    assert [row[3].split()[0] for row in rows] == ["100.0%", "66.7%", "–"]


def test_evaluation_folds_many_classes_away_and_keeps_them(evaluate):
    names = tuple(f"class {number:03}" for number in range(100))
    html = show_evaluation(evaluate(list(range(100)), list(range(100)), names)).html
    assert "<details>" in html
    assert all(name in html for name in names)


def test_evaluation_of_nothing(evaluate):
    assert "n = 0" in show_evaluation(evaluate([], [])).html


def test_confusion_shows_every_count(evaluate):
    rng = np.random.default_rng(0)
    evaluation = evaluate(rng.integers(0, 5, 4000).tolist(), rng.integers(0, 5, 4000).tolist(), tuple("abcde"))
    rows = cells(show_confusion(evaluation).html)[1:]
    shown = np.array([[int(text.replace(",", "")) for text in row[1:-1]] for row in rows])
    np.testing.assert_array_equal(shown, evaluation.confusion)
    assert [row[0] for row in rows] == list("abcde")


def test_confusion_of_many_classes_lists_the_most_frequent(evaluate):
    names = tuple(f"class {number:03}" for number in range(100))
    labels = [7] * 30 + [8] * 20 + list(range(100))
    predicted = [9] * 30 + [5] * 20 + list(range(100))
    rows = cells(show_confusion(evaluate(labels, predicted, names)).html)
    assert [row[:3] for row in rows[1:]] == [["class 007", "class 009", "30"], ["class 008", "class 005", "20"]]


def test_confusion_of_many_classes_without_any(evaluate):
    names = tuple(str(number) for number in range(40))
    assert "None of 40" in show_confusion(evaluate(list(range(40)), list(range(40)), names)).html


def test_curves_hold_every_epoch():
    history = [EpochMetrics(e, 2 / e, 1 - 1 / e, 3 / e, 1 - 2 / (e + 1), 0.1 / e, 1.5) for e in range(1, 61)]
    html = show_curves(history).html
    rows = cells(html)[1:]
    assert [int(row[0]) for row in rows] == list(range(1, 61))
    np.testing.assert_allclose([float(row[2]) for row in rows], [h.val_loss for h in history], atol=5e-5)
    assert html.count("<svg") == 2


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_curves_bear_what_is_not_finite(value):
    history = [
        EpochMetrics(1, value, value, value, value, value, value),
        EpochMetrics(2, 1.0, 0.5, value, value, 0.1, 1.0),
    ]
    html = show_curves(history).html
    assert "nan" not in html and "inf" not in html.replace("info", "")
    assert show_curves(history[:1]).html.count("No figures to draw") == 2
    assert "No epoch was finished" in show_curves([]).html


def test_mistakes_show_truth_and_guess_in_words_and_marks(evaluate, read_page):
    evaluation = evaluate([0, 1, 3], [1, 1, 3], ("cat", "dog", "cow", "hen"))
    html = show_mistakes(evaluation, evaluation.worst_mistakes(9), lambda _: np.zeros((17, 11, 3), np.uint8)).html
    page = read_page(html)
    assert page.all("img")[0]["alt"] == "Picture of class cat, predicted dog"
    assert "1 of 1 mistakes on 3 pictures" in page.text
    assert "✓" in page.text and "✗" in page.text
    assert "80.0%" in page.text
    assert "/pictures/cat/0.png" in page.text


def test_mistakes_show_the_true_class_even_when_it_comes_last(evaluate):
    evaluation = evaluate([4], [0], tuple("abcde"))
    html = show_mistakes(evaluation, np.array([0]), lambda _: np.zeros((17, 11, 1), np.uint8)).html
    assert html.count('<li class="right">') == 1
    assert html.count('<li class="wrong">') == 3


def test_no_mistakes_are_said(evaluate):
    evaluation = evaluate([0, 1], [0, 1])
    html = show_mistakes(evaluation, evaluation.worst_mistakes(9), lambda _: np.zeros((1, 1, 1), np.uint8)).html
    assert "No mistakes on 2 pictures" in html


def test_a_mistake_that_cannot_be_read_is_shown_as_such(evaluate):
    def broken(_: int) -> np.ndarray:
        raise DecodeError("a.png: truncated")

    evaluation = evaluate([0], [1])
    html = show_mistakes(evaluation, np.array([0]), broken).html
    assert "cannot be read" in html and "a.png: truncated" in html


def test_challenge_shows_each_set_with_its_drop(score):
    card = Scorecard("m", (score("test", 900, 1000), score("inverted", 450, 1000), score("dark", 905, 1000)))
    rows = cells(show_challenge(card).html)[1:]
    assert [row[0] for row in rows] == [f"{n} what was done: {n}" for n in ("test", "inverted", "dark")]
    assert [row[1] for row in rows] == ["90.0% 88.0–91.7", "45.0% 41.9–48.1", "90.5% 88.5–92.2"]
    assert [row[2] for row in rows] == ["", "−45.0", "+0.5"]
    assert [row[4] for row in rows] == ["1,000"] * 3


def test_challenge_marks_wrong_examples(score, read_page):
    card = Scorecard("m", (score("test", 1, 2, np.zeros((2, 28, 28, 1), np.uint8), "7 → 1"),))
    html = show_challenge(card).html
    assert html.count('<li class="right">') == html.count('<li class="wrong">') == 1
    assert [image["alt"].rsplit(", ")[-1] for image in read_page(html).all("img")] == ["right", "wrong"]
    assert "7 → 1" in html


def test_a_scorecard_of_nothing():
    assert "No challenge set was run" in show_challenge(Scorecard("m", ())).html


def test_comparison_marks_changes(score):
    before = Scorecard("a", (score("test", 90, 100), score("up", 10, 100), score("down", 90, 100), score("gone", 1, 2)))
    after = Scorecard("b", (score("down", 10, 100), score("up", 90, 100), score("test", 91, 100)))
    html = show_comparison(before, after, ("old", "new")).html
    rows = cells(html)
    assert [row[0] for row in rows[1:]] == ["test", "up", "down"]
    assert [row[5] for row in rows[1:]] == ["+1.0", "+80.0", "−80.0"]
    assert [row[6] for row in rows[1:]] == ["= no clear change", "▲ better", "▼ worse"]
    assert rows[0][1] == "old" and rows[0][3] == "new"
    assert "gone" in html


def test_comparison_of_nothing_in_common(score):
    with pytest.raises(InputError, match="in common"):
        show_comparison(Scorecard("a", (score("x", 1, 2),)), Scorecard("b", (score("y", 1, 2),)))


def test_audit_shows_counts_findings_and_refused(read_page):
    findings = (
        Finding("sizes", "info", "Sizes differ."),
        Finding("few", "warning", "Few.", "Collect more.", 9.0, 50.0, None, tuple("abcdefgh"), 9),
        Finding("lost", "error", "Lost.", "Replace them.", weight=2),
    )
    refused = tuple(Refused(f"{number}.txt", "no picture") for number in range(60))
    audit = Audit("photos", 1234, {"cat": 1230, "dog": 4}, {"train": 1000, "test": 234}, refused, findings)
    section = show_audit(audit, {letter: f"{letter}.png" for letter in "abcdefgh"})
    text = " ".join(read_page(section.html).text.split())
    assert text.index("Replace them.") < text.index("Collect more.") < text.index("Pictures per class")
    assert "1,234 readable pictures" in text
    rows = cells(section.html)
    assert ["cat", "", "1,230"] in rows and ["dog", "", "4"] in rows
    assert ["train", "1,000", "81.0%"] in rows
    assert "measured 9, threshold 50, 8 samples" in text
    assert "e.png … and 3 more" in text
    assert "f.png" not in text
    assert "60 found and not usable; the first 50" in text and "… and 10 more" in text
    assert "49.txt" in text and "50.txt" not in text


def test_an_audit_of_nothing():
    html = show_audit(Audit("photos", 0, {}, {}, (), ())).html
    assert "Nothing has to be done" in html and "There are no classes" in html


def test_settings_are_flat_and_whole():
    config = {
        "train": {"epochs": 3, "rate": 1e-3, "on": True},
        "steps": [{"flip": {"p": 0.5}}, {"blur": None}],
        "none": [],
    }
    rows = cells(show_settings(config, {"python": "3.12"}).html)
    assert ["train.epochs", "3"] in rows
    assert ["train.rate", "0.001"] in rows
    assert ["train.on", "true"] in rows
    assert ["steps.0.flip.p", "0.5"] in rows
    assert ["steps.1.blur", "null"] in rows
    assert ["none", "none"] in rows
    assert ["python", "3.12"] in rows
