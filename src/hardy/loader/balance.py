"""Rows more or less often than once an epoch: rare classes shown more, the number of samples kept.

When a row comes again in the same epoch it is a copy with a number of its own, under which the augmentation draws anew.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol, TypeAlias, runtime_checkable

import numpy as np
from jaxtyping import Float64, Int64

from hardy.errors import InputError
from hardy.loader.permutation import permute
from hardy.rng import derive_seed, generator

Balance: TypeAlias = Literal["classes"] | Mapping[str, float] | Sequence[float] | np.ndarray
"""`"classes"`: every class alike. Names and weights: classes by these shares, 1 where one is not named. A sequence with
a number for each row: rows by these."""


@runtime_checkable
class Balancing(Protocol):
    """Says which row is in which slot of an epoch; slots are then shuffled like rows."""

    def at(self, slots: Int64[np.ndarray, "n"], epoch: int) -> tuple[Int64[np.ndarray, "n"], Int64[np.ndarray, "n"]]:
        """Row and copy number at each slot, of as many slots as there are rows."""


class ByClass:
    """A fixed number of slots for each class; its rows take turns in them, in another order each time round.

    Args:
        labels: of each row.
        quotas: slots of each class.
        seed: of the order.

    Example:
        >>> rows, copies = ByClass(np.array([0, 0, 0, 1]), np.array([2, 2]), seed=0).at(np.arange(4), epoch=0)
        >>> rows[2:].tolist(), copies.tolist()
        ([3, 3], [0, 0, 0, 1])
    """

    def __init__(self, labels: Int64[np.ndarray, "n"], quotas: Int64[np.ndarray, "c"], seed: int) -> None:
        self._rows = np.argsort(labels, kind="stable")
        self._sizes = np.bincount(labels, minlength=len(quotas))
        self._starts = np.concatenate([[0], np.cumsum(self._sizes)])
        self._ends = np.cumsum(quotas)
        self._seed = derive_seed(seed, "balance")

    def at(self, slots: Int64[np.ndarray, "n"], epoch: int) -> tuple[Int64[np.ndarray, "n"], Int64[np.ndarray, "n"]]:
        labels = np.searchsorted(self._ends, slots, side="right")
        within = slots - np.where(labels > 0, self._ends[labels - 1], 0)
        copies = within // self._sizes[labels]
        places = within % self._sizes[labels]
        rows = np.empty(len(slots), np.int64)
        for turn in np.unique(np.stack([labels, copies]), axis=1).T.tolist():
            label, number = turn
            here = (labels == label) & (copies == number)
            size = int(self._sizes[label])
            order = permute(places[here], size, self._seed, epoch, f"class {label} turn {number}")
            rows[here] = self._rows[self._starts[label] + order]
        return rows, copies


class ByWeight:
    """Rows by their weights: how often each comes differs from its due by less than one.

    Args:
        weights: one for each row, 0 or more; their sum is above 0.
        seed: of the choice which rows come once more.

    Example:
        >>> rows, copies = ByWeight(np.array([1.0, 1.0, 2.0, 0.0]), seed=0).at(np.arange(4), epoch=0)
        >>> rows.tolist(), copies.tolist()
        ([0, 1, 2, 2], [0, 0, 0, 1])

    Source: systematic sampling (Madow, "On the theory of systematic sampling II", 1949).
    """

    def __init__(self, weights: Float64[np.ndarray, "n"], seed: int) -> None:
        self._last = int(np.flatnonzero(weights)[-1])
        self._ends = np.cumsum(weights) * (len(weights) / weights.sum())  # in slots
        self._seed = seed

    def at(self, slots: Int64[np.ndarray, "n"], epoch: int) -> tuple[Int64[np.ndarray, "n"], Int64[np.ndarray, "n"]]:
        offset = generator(self._seed, epoch, np.zeros(2, np.uint64), 0, "balance").random()
        rows = np.minimum(np.searchsorted(self._ends, slots + offset, side="right"), self._last)
        starts = np.where(rows > 0, self._ends[rows - 1], 0.0)
        return rows, slots - np.maximum(np.ceil(starts - offset), 0).astype(np.int64)


def balancing(balance: Balance, labels: Int64[np.ndarray, "n"], classes: Sequence[str], seed: int) -> Balancing:
    """What a wish comes to.

    Args:
        balance: see `Balance`.
        labels: class numbers; −1 where a row has none.
        classes: their names.
        seed: of the choices.

    Raises:
        InputError: it is not as described, or leaves nothing.
    """
    if isinstance(balance, str):
        if balance != "classes":
            raise InputError(
                f"balance: expected 'classes', shares of classes or a weight for each row, got {balance!r}"
            )
        balance = {}
    if not isinstance(balance, Mapping):
        weights = _checked(np.asarray(balance, np.float64))
        if weights.shape != labels.shape:
            raise InputError(f"balance: expected a weight for each of {len(labels)} rows, got {weights.shape}")
        return ByWeight(weights, seed)
    if unknown := [name for name in balance if name not in classes]:
        raise InputError(f"balance: no class {unknown[0]!r}; the classes are {', '.join(classes)}")
    if (labels < 0).any():
        raise InputError("balance: some rows have no label; select those that have one")
    present = np.bincount(labels, minlength=len(classes)) > 0
    shares = _checked(np.array([float(balance.get(name, 1.0)) for name in classes]) * present)
    return ByClass(labels, _quotas(shares, len(labels)), seed)


def _checked(weights: Float64[np.ndarray, "n"]) -> Float64[np.ndarray, "n"]:
    if not np.isfinite(weights).all() or (weights < 0).any() or weights.sum() <= 0:
        raise InputError("balance: weights must be finite, 0 or more, and not all 0")
    return weights


def _quotas(shares: Float64[np.ndarray, "c"], total: int) -> Int64[np.ndarray, "c"]:
    """Whole numbers in these proportions that sum to the total: the largest remainders are rounded up."""
    ideal = shares / shares.sum() * total
    quotas = np.floor(ideal).astype(np.int64)
    quotas[np.argsort(quotas - ideal, kind="stable")[: total - int(quotas.sum())]] += 1
    return quotas
