"""What changed between two scorecards, and whether the change is clear."""

from dataclasses import dataclass
from typing import Literal

from hardy.challenges.scorecard import Scorecard
from hardy.errors import InputError
from hardy.findings import Proportion

Mark = Literal["better", "worse", "no clear change"]


@dataclass(frozen=True)
class Change:
    """One challenge set before and after.

    Args:
        name: of the set.
        before: accuracy before.
        after: accuracy after.
    """

    name: str
    before: Proportion
    after: Proportion

    @property
    def gain(self) -> float:
        """After less before, as a share; NaN where one of them was not measured."""
        return self.after.value - self.before.value

    @property
    def mark(self) -> Mark:
        """ "better" or "worse" where the two 95% intervals do not overlap: a cautious rule.

        Example:
            >>> Change("inverted", Proportion(12, 100), Proportion(80, 100)).mark
            'better'
        """
        if self.after.low > self.before.high:
            return "better"
        if self.after.high < self.before.low:
            return "worse"
        return "no clear change"


def compare(before: Scorecard, after: Scorecard) -> list[Change]:
    """The sets that both scorecards hold, in the order of the first.

    Raises:
        InputError: they have no set in common.
    """
    later = {score.name: score for score in after.scores}
    changes = [Change(s.name, s.accuracy, later[s.name].accuracy) for s in before.scores if s.name in later]
    if not changes:
        names = ", ".join(score.name for score in before.scores) or "none"
        others = ", ".join(later) or "none"
        raise InputError(f"the scorecards have no challenge set in common: {names} before, {others} after")
    return changes
