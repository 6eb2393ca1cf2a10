"""Does it hold up in the wild? The test set, altered in ways that should not matter, and a score for each."""

from hardy.challenges.scorecard import Score, Scorecard

__all__ = ["Score", "Scorecard"]
