"""The pictures it got wrong, with what it took them for."""

from collections.abc import Callable
from typing import Any

import numpy as np
from jaxtyping import Int64

from hardy.errors import HardyError
from hardy.pixels import Image
from hardy.reports.figures import draw_share
from hardy.reports.page import Section
from hardy.reports.pictures import make_thumbnail
from hardy.reports.rendering import render
from hardy.reports.wording import shorten
from hardy.training.evaluation import Evaluation

_GUESSES = 3
_LEAST_HEIGHT = 96  # CSS pixels: room for what stands where a picture cannot be read


def _list_guesses(evaluation: Evaluation, index: int) -> list[dict[str, Any]]:
    """The most probable classes, and the true one where it is not among them."""
    row = evaluation.probabilities[index]
    true = int(evaluation.labels[index])
    best = np.argsort(-row, kind="stable")[:_GUESSES].tolist()
    return [
        {
            "name": evaluation.classes[number],
            "right": number == true,
            "value": float(row[number]),
            "bar": draw_share(float(row[number]), "blue" if number == true else "red"),
        }
        for number in [*best, *([] if true in best else [true])]
    ]


def show_mistakes(evaluation: Evaluation, indexes: Int64[np.ndarray, "m"], image: Callable[[int], Image]) -> Section:
    """Pictures that were called something else, with the probabilities of the first three classes.

    Args:
        evaluation: that the rows belong to.
        indexes: rows of `evaluation`, such as `evaluation.worst_mistakes(24)`.
        image: gives the pixels of a row, (H, W, C); a picture that cannot be read is shown as such.
    """
    cards = []
    for index in indexes.tolist():
        true = evaluation.classes[int(evaluation.labels[index])]
        called = evaluation.classes[int(evaluation.predicted[index])]
        card: dict[str, Any] = {
            "path": evaluation.paths[index],
            "id": evaluation.ids[index],
            "alt": f"Picture of class {shorten(true, 40)}, predicted {shorten(called, 40)}",
            "guesses": _list_guesses(evaluation, index),
        }
        try:
            card |= {"thumbnail": make_thumbnail(image(index)), "problem": ""}
        except HardyError as error:
            card |= {"thumbnail": None, "problem": str(error)}
        cards.append(card)
    accuracy = evaluation.accuracy
    tallest = max((card["thumbnail"].height for card in cards if card["thumbnail"]), default=0)
    html = render(
        "mistakes.html",
        cards=cards,
        wrong=accuracy.n - accuracy.successes,
        total=accuracy.n,
        tallest=max(tallest, _LEAST_HEIGHT),
    )
    return Section("Surest mistakes", html, "mistakes")
