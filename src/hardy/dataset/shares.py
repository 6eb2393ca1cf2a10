"""How many rows to hold out, and how many of each class: what a share of 0.2, or of 500 rows, comes to."""

from numbers import Integral, Real
from typing import TypeAlias

import numpy as np
from jaxtyping import Int64

from hardy.errors import InputError

Share: TypeAlias = int | float
"""A fraction (0.2) as a float, a number of rows (500) as an int. 0 holds out nothing."""

SPARED_BELOW = 3
"""A class of fewer rows gives none before the others do: one to learn from and one to check by are too few."""


def rule_of_thumb(rows: int) -> float:
    """The share to hold out: 20% below 1,000 images, 10% below 10,000, 5% above.

    Example:
        >>> [rule_of_thumb(n) for n in (999, 1000, 10_000)]
        [0.2, 0.1, 0.05]

    Source: the handbook, part 7.
    """
    if rows < 1_000:
        return 0.2
    return 0.1 if rows < 10_000 else 0.05


def check_share(side: str, share: Share) -> None:
    """A share that can be meant.

    Raises:
        InputError: a fraction is not within [0, 1), or a number of rows is negative.
    """
    if isinstance(share, bool) or not isinstance(share, Real):
        raise InputError(
            f"the {side} share must be a fraction such as 0.2 or a number of rows such as 500, got {share!r}"
        )
    if isinstance(share, Integral):
        if share < 0:
            raise InputError(f"the {side} rows must be at least 0, got {share}")
    elif not 0 <= share < 1:
        raise InputError(
            f"the {side} fraction must be at least 0 and below 1, got {share}; "
            "a number of rows is written without a point, such as 500"
        )


def rows_of(share: Share, rows: int) -> int:
    """The number of rows that a share of so many comes to, halves rounded up; a fraction above 0 is 1 row of 3.

    Example:
        >>> rows_of(0.2, 60), rows_of(0.1, 48), rows_of(0.01, 48), rows_of(17, 60)
        (12, 5, 1, 17)
    """
    if isinstance(share, Integral):
        return int(share)
    return max(int(rows * share + 0.5), int(share > 0 and rows >= SPARED_BELOW))


def rounded_quotas(sizes: Int64[np.ndarray, "c"], fraction: float) -> Int64[np.ndarray, "c"]:
    """Each class's share on its own, rounded, at least 1 row of 3: the sum is what it becomes.

    Example:
        >>> rounded_quotas(np.array([178, 178, 4, 2]), 0.1).tolist()
        [18, 18, 1, 0]
    """
    if fraction == 0:
        return np.zeros_like(sizes)
    return np.maximum((sizes * fraction + 0.5).astype(np.int64), sizes >= SPARED_BELOW)


def exact_quotas(sizes: Int64[np.ndarray, "c"], total: int) -> Int64[np.ndarray, "c"]:
    """Rows of each class that sum to the total, by the largest remainder; at least 1 row of 3 where there is room.

    Args:
        sizes: rows of each class.
        total: at most their sum.

    Example:
        >>> exact_quotas(np.array([178, 178, 4, 2]), 36).tolist()
        [17, 18, 1, 0]

    Source: Hamilton's method of apportionment; equal remainders go to the larger class, then to the first.
    """
    ideal = sizes * (total / max(int(sizes.sum()), 1))
    quotas = np.floor(ideal).astype(np.int64)
    # A product that floats put just below a whole number has a remainder of nearly 1, and so gets its row back.
    missing = total - int(quotas.sum())
    quotas[np.lexsort((-sizes, quotas - ideal))[:missing]] += 1
    poor = np.flatnonzero((quotas == 0) & (sizes >= SPARED_BELOW))
    for label in poor[np.argsort(-sizes[poor], kind="stable")] if total else ():
        givers = np.where(quotas > 1, quotas - ideal, -np.inf)
        giver = int(np.argmax(givers))
        if quotas[giver] < 2:
            break
        quotas[giver] -= 1
        quotas[label] += 1
    return quotas
