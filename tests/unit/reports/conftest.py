"""Results to show: with names that mean harm, and as large as they get."""

from collections.abc import Callable
from html.parser import HTMLParser

import numpy as np
import pytest

from hardy.audits.audit import Audit
from hardy.challenges.scorecard import Score, Scorecard
from hardy.dataset import Refused
from hardy.findings import Finding, Proportion
from hardy.reports import (
    Section,
    show_audit,
    show_challenge,
    show_comparison,
    show_confusion,
    show_curves,
    show_evaluation,
    show_mistakes,
    show_settings,
)
from hardy.training.evaluation import Evaluation
from hardy.training.history import EpochMetrics

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "a" * 300,
    "שלום עולם",
    "\u202egnp.exe",
    "🐈 猫",
    "two\nlines\t\x00",
    "caf\udce9",
    "$\\frac{a$ {{ 7 * 7 }} {% raw %} &amp; </style></title><!--",
)

Evaluate = Callable[..., Evaluation]
Score_ = Callable[..., Score]


class Page(HTMLParser):
    """All elements of a page with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._hidden = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._hidden = tag in ("style", "script")

    def handle_endtag(self, _tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self._hidden else data + " "

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="session")
def read_page() -> Callable[[str], Page]:
    return Page


@pytest.fixture(scope="session")
def hostile() -> tuple[str, ...]:
    return HOSTILE


@pytest.fixture(scope="session")
def evaluate() -> Evaluate:
    """An evaluation whose prediction of each row is given."""

    def make(
        labels: list[int], predicted: list[int], classes: tuple[str, ...] = ("a", "b"), name: str = "test"
    ) -> Evaluation:
        rest = max(1, len(classes) - 1)
        probabilities = np.full((len(labels), len(classes)), 0.2 / rest, np.float32)
        probabilities[np.arange(len(labels)), predicted] = 0.8
        rows = range(len(labels))
        paths = tuple(f"/pictures/{classes[label]}/{row}.png" for row, label in zip(rows, labels, strict=True))
        ids = tuple(f"{row:032x}" for row in rows)
        return Evaluation(name, classes, ids, paths, np.array(labels, np.int64), probabilities)

    return make


@pytest.fixture(scope="session")
def score() -> Score_:
    def make(name: str, right: int, n: int, examples: np.ndarray | None = None, note: str = "a → b") -> Score:
        pictures = np.zeros((0, 17, 11, 1), np.uint8) if examples is None else examples
        count = len(pictures)
        sides = tuple(row % 2 == 0 for row in range(count))
        return Score(name, f"what was done: {name}", Proportion(right, n), 0.5, pictures, (note,) * count, sides)

    return make


@pytest.fixture(scope="session")
def hostile_sections(evaluate: Evaluate, score: Score_) -> list[Section]:
    """Every section there is, and a hostile name wherever one can stand."""
    size = len(HOSTILE)
    evaluation = evaluate(list(range(size)) * 3, [0] * 3 * size, HOSTILE, HOSTILE[0])
    wide = (*HOSTILE, *(f"{name} {number}" for name in HOSTILE for number in range(3)))
    many = evaluate(list(range(len(wide))), [1] * len(wide), wide, HOSTILE[1])
    pictures = np.full((2, 17, 11, 1), 99, np.uint8)
    card = Scorecard(HOSTILE[0], tuple(score(name, 5, 10, pictures, HOSTILE[1]) for name in ("test", *HOSTILE)))
    finding = Finding("code", "warning", HOSTILE[0], HOSTILE[1], 1.0, 2.0, (0.5, 1.5), HOSTILE, 3)
    audit = Audit(
        HOSTILE[0],
        30,
        dict.fromkeys(HOSTILE, 3),
        dict.fromkeys(HOSTILE, 3),
        tuple(Refused(name, name) for name in HOSTILE),
        (finding,),
    )
    return [
        show_evaluation(evaluation),
        show_confusion(evaluation),
        show_confusion(many),
        show_mistakes(evaluation, evaluation.worst_mistakes(24), lambda _: pictures[0]),
        show_curves([EpochMetrics(1, 1.0, 0.5, 1.0, 0.5, 0.1, 1.0)]),
        show_challenge(card),
        show_comparison(card, Scorecard("b", card.scores[:-1]), HOSTILE[:2]),
        show_audit(audit, {name: name for name in HOSTILE}),
        show_settings({name: list(HOSTILE) for name in HOSTILE}, {"nested": dict.fromkeys(HOSTILE, HOSTILE[0])}),
    ]
