"""How often the model is right: in all, and class by class."""

import math

import numpy as np

from hardy.findings import Proportion
from hardy.reports.figures import draw_proportion
from hardy.reports.page import Section
from hardy.reports.rendering import render
from hardy.reports.wording import NOTHING, count, interval, percent, shorten
from hardy.training.evaluation import ClassFigures, Evaluation

MANY_CLASSES = 50
"""From more classes on the table is folded away."""

_LONG_NAME = 8  # letters; longer names get a wider column, which on a phone costs the others room


def _rank(figures: ClassFigures) -> tuple[float, float, int]:
    """Worst recall first, then worst precision, then the larger class; what was not measured last."""
    recall, precision = (p.value if p.n else math.inf for p in (figures.recall, figures.precision))
    return recall, precision, -figures.recall.n


def _describe_precision(evaluation: Evaluation) -> str:
    occurring = [
        f.precision.value if f.precision.n else 0.0 for f in evaluation.per_class if f.precision.n or f.recall.n
    ]
    if not occurring:
        return "no class occurs"
    classes = count(len(occurring), "class", "classes")
    return f"mean over {classes}; {percent(min(occurring))} to {percent(max(occurring))}"


def _describe_loss(evaluation: Evaluation) -> str:
    """The mean's 95% interval from the spread of the rows."""
    rows = len(evaluation.labels)
    if rows < 2:
        return f"nats, cross-entropy, n = {rows}"
    own = evaluation.probabilities[np.arange(rows), evaluation.labels].astype(np.float64)
    half = 1.96 * float(np.log(np.maximum(own, 1e-12)).std(ddof=1)) / math.sqrt(rows)
    return f"± {half:.3f} nats, cross-entropy, n = {count(rows)}"


def show_evaluation(evaluation: Evaluation) -> Section:
    """Accuracy, mean precision and loss, and a table of all classes with the worst recall first.

    Args:
        evaluation: of any labelled pictures.
    """

    def write(proportion: Proportion) -> dict[str, object]:
        return {"proportion": proportion, "bar": draw_proportion(proportion)}

    loss = evaluation.loss
    rows = [
        {"name": figures.name, "recall": write(figures.recall), "precision": write(figures.precision)}
        for figures in sorted(evaluation.per_class, key=_rank)
    ]
    accuracy = evaluation.accuracy
    tiles = [
        ("Accuracy", percent(accuracy.value), f"{interval(accuracy)}, n = {count(accuracy.n)}"),
        ("Mean precision", percent(evaluation.mean_precision), _describe_precision(evaluation)),
        ("Loss", NOTHING if math.isnan(loss) else f"{loss:.3f}", _describe_loss(evaluation)),
    ]
    long = any(len(name) > _LONG_NAME for name in evaluation.classes)
    html = render("evaluation.html", tiles=tiles, rows=rows, folded=len(rows) > MANY_CLASSES, long=long)
    return Section(f"Accuracy on {shorten(evaluation.name, 40)} pictures", html, "evaluation")
