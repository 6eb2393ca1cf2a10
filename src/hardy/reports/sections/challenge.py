"""How it holds up on altered pictures."""

from hardy.challenges.scorecard import Score, Scorecard
from hardy.reports.figures import draw_proportion
from hardy.reports.page import Section
from hardy.reports.pictures import make_thumbnail
from hardy.reports.rendering import render
from hardy.reports.wording import points

MOST_EXAMPLES = 8

_EXAMPLE_SIDE = 112


def _list_examples(score: Score) -> list[dict[str, object]]:
    triples = zip(score.examples, score.example_notes, score.example_right, strict=True)
    return [
        {"thumbnail": make_thumbnail(pixels, _EXAMPLE_SIDE), "note": note, "right": right}
        for pixels, note, right in list(triples)[:MOST_EXAMPLES]
    ]


def show_challenge(scorecard: Scorecard) -> Section:
    """A table of the challenge sets with their accuracies, and below it example pictures of each.

    Args:
        scorecard: the plain set is the one called "test"; drops are told against it.
    """
    plain = next((score for score in scorecard.scores if score.name == "test"), None)
    rows = [
        {
            "name": score.name,
            "description": score.description,
            "accuracy": score.accuracy,
            "bar": draw_proportion(score.accuracy),
            "drop": points(score.accuracy.value - plain.accuracy.value) if plain and score is not plain else "",
            "mean_precision": score.mean_precision,
            "examples": _list_examples(score),
        }
        for score in scorecard.scores
    ]
    html = render("challenge.html", model=scorecard.model, rows=rows, plain=plain is not None)
    return Section("Challenge sets", html, "challenge")
