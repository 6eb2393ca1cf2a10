"""What is taken for what."""

import math

import numpy as np
from markupsafe import Markup

from hardy.findings import Proportion
from hardy.reports.figures import draw_proportion
from hardy.reports.page import Section
from hardy.reports.rendering import render
from hardy.reports.wording import shorten
from hardy.training.evaluation import Evaluation

MOST_CELLS = 30
"""Up to so many classes the matrix is shown; from more on, the most frequent confusions."""

MOST_CONFUSIONS = 20

_LABEL_LENGTH = 18


def show_confusion(evaluation: Evaluation) -> Section:
    """The confusion matrix; for more than 30 classes a list of the 20 most frequent confusions.

    Args:
        evaluation: of any labelled pictures.
    """
    title = f"Confusions on {shorten(evaluation.name, 40)} pictures"
    html = _show_matrix(evaluation) if len(evaluation.classes) <= MOST_CELLS else _show_list(evaluation)
    return Section(title, html, "confusion")


def _shade(share: float) -> float:
    """Strength of colour, 0 to 1: by the square root and from 0.15 on, so that one confusion in a thousand is seen."""
    return 0.15 + 0.85 * math.sqrt(share)


def _show_matrix(evaluation: Evaluation) -> Markup:
    confusion = evaluation.confusion
    sums = confusion.sum(axis=1)
    rows = []
    for true, name in enumerate(evaluation.classes):
        cells = []
        for called in range(len(evaluation.classes)):
            number = int(confusion[true, called])
            share = number / int(sums[true]) if sums[true] else 0.0
            kind = "zero" if not number else "right" if true == called else "wrong"
            cells.append({"number": number, "kind": kind, "shade": f"{_shade(share):.2f}"})
        rows.append({"name": name, "cells": cells, "sum": int(sums[true])})
    longest = max((len(name) for name in evaluation.classes), default=0)
    return render(
        "confusion_matrix.html",
        classes=evaluation.classes,
        rows=rows,
        total=int(sums.sum()),
        upright=longest > 3 and len(evaluation.classes) > 4,
        label_length=_LABEL_LENGTH,
    )


def _show_list(evaluation: Evaluation) -> Markup:
    wrong = evaluation.confusion.copy()
    sums = wrong.sum(axis=1)
    np.fill_diagonal(wrong, 0)
    order = np.argsort(-wrong, axis=None, kind="stable")[:MOST_CONFUSIONS]
    pairs = [divmod(int(place), len(evaluation.classes)) for place in order]
    rows = [
        {
            "true": evaluation.classes[true],
            "called": evaluation.classes[called],
            "share": share,
            "bar": draw_proportion(share, "red"),
        }
        for true, called in pairs
        if wrong[true, called]
        for share in [Proportion(int(wrong[true, called]), int(sums[true]))]
    ]
    return render(
        "confusion_list.html", rows=rows, classes=len(evaluation.classes), wrong=int(wrong.sum()), total=int(sums.sum())
    )
