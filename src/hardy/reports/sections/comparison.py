"""Before and after: did it help, and is that certain?"""

from hardy.challenges.scorecard import Scorecard
from hardy.reports.changes import Change, compare
from hardy.reports.figures import draw_proportion
from hardy.reports.page import Section
from hardy.reports.rendering import render
from hardy.reports.wording import points

_SIGNS = {"better": "▲", "worse": "▼", "no clear change": "="}
_STYLES = {"better": "good-text", "worse": "bad-text", "no clear change": "soft"}


def show_comparison(before: Scorecard, after: Scorecard, names: tuple[str, str] = ("before", "after")) -> Section:
    """Both accuracies of every set, the change in points, and whether the change is clear.

    Args:
        before: the first scorecard.
        after: the second, of the same sets.
        names: of the two, for the table's head.

    Raises:
        InputError: they have no set in common.
    """

    def write(change: Change) -> dict[str, object]:
        return {
            "name": change.name,
            "sides": [(accuracy, draw_proportion(accuracy)) for accuracy in (change.before, change.after)],
            "gain": points(change.gain),
            "mark": change.mark,
            "sign": _SIGNS[change.mark],
            "style": _STYLES[change.mark],
        }

    changes = compare(before, after)
    shared = {change.name for change in changes}
    alone = [score.name for card in (before, after) for score in card.scores if score.name not in shared]
    html = render("comparison.html", rows=[write(change) for change in changes], names=names, alone=alone)
    return Section("Before and after", html, "comparison")
