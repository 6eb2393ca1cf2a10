"""The learning rate of each step, as a function of the step alone."""

import math

WARM_UP = 0.25
"""The share of the steps in which the rate rises."""

START = 0.04
"""The first step's share of the highest rate."""


def learning_rate(step: int, steps: int, highest: float) -> float:
    """A line up, then half a cosine down to zero.

    Args:
        step: counted from 0.
        steps: of the whole training.
        highest: the rate at the end of the rise.

    Example:
        >>> [round(learning_rate(step, 100, 1.0), 3) for step in (0, 25, 62, 99)]
        [0.04, 1.0, 0.51, 0.0]

    Source: one-cycle after Smith and Topin, "Super-convergence", 2018, with a cosine for the fall, and without the
    cycle of momentum.
    """
    rise = steps * WARM_UP
    if step < rise:
        return highest * (START + (1 - START) * step / rise)
    return highest * (1 + math.cos(math.pi * (step - rise) / max(1.0, steps - rise))) / 2
