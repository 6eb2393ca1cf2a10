"""Does it hold up in the wild? The test set, altered in ways that should not matter, and a score for each."""

from hardy.challenges.challenge import challenge
from hardy.challenges.scorecard import Score, Scorecard
from hardy.challenges.sets import SETS

__all__ = ["SETS", "Score", "Scorecard", "challenge"]
