"""k folds: every row is held out once, whole clusters at a time, each class spread as evenly as these allow."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Bool, Float64, Int64

from hardy.dataset.carve import Lot
from hardy.errors import InputError

_FEW = 5_000
"""Of more clusters than this, chance alone makes the folds even, and one order is enough."""


def check_folds(folds: int | None, fold: int | None) -> None:
    """Both are given or neither, and there is such a fold.

    Raises:
        InputError: it is not so.
    """
    if folds is None and fold is None:
        return
    if folds is None or fold is None:
        missing = "folds, how many there are" if folds is None else "fold, which one is held out"
        raise InputError(f"folds and fold go together: name {missing}")
    if folds < 2:
        raise InputError(f"there must be at least 2 folds, got {folds}")
    if not 1 <= fold <= folds:
        raise InputError(f"fold must be from 1 to {folds}, got {fold}")


def number_folds(lot: Lot, folds: int) -> Int64[np.ndarray, "k"]:
    """The fold of each row, 0 to folds − 1.

    Without clusters of several rows, folds differ by at most one row, in each class and in all. Clusters come first,
    each to the fold where its classes are rarest so far; single rows then fill up the lowest. Where clusters are few,
    two orders of them are tried, the heavy and the one-sided first, and the evener result is kept.

    Source: the measure and the second order are those of scikit-learn's StratifiedGroupKFold.
    """
    single = lot.sizes[lot.place] == 1
    clusters = _Clusters.of(lot, ~single)
    orders = [clusters.heavy_first(), clusters.one_sided_first(lot.classes)]
    best = None
    for order in orders[: 2 if len(orders[0]) <= _FEW else 1]:
        load = np.zeros((folds, lot.classes), np.int64)
        numbers = np.full(len(lot.rows), -1, np.int64)
        numbers[clusters.places] = clusters.spread(load, order)
        numbers = numbers[lot.place]
        _fill(lot, single, load, numbers)
        if best is None or _unevenness(load) < best[0]:
            best = _unevenness(load), numbers
    return best[1] if best else np.empty(0, np.int64)


@dataclass(frozen=True, eq=False)
class _Clusters:
    """Clusters of several rows: one entry for each class in each cluster.

    Args:
        places: of each cluster in the lot.
        bounds: where each cluster's entries begin, and where the last ends.
        labels: class of each entry.
        counts: its rows.
        shares: its rows as a share of all rows of the class.
    """

    places: Int64[np.ndarray, "g"]
    bounds: Int64[np.ndarray, "g1"]
    labels: Int64[np.ndarray, "e"]
    counts: Int64[np.ndarray, "e"]
    shares: Float64[np.ndarray, "e"]

    @classmethod
    def of(cls, lot: Lot, which: Bool[np.ndarray, "k"]) -> "_Clusters":
        places, labels, counts = lot.entries(which)
        bounds = np.flatnonzero(np.diff(places, prepend=-1, append=-1))
        shares = counts / np.bincount(lot.labels, minlength=lot.classes)[labels]
        return cls(places[bounds[:-1]], bounds, labels, counts, shares)

    def heavy_first(self) -> Int64[np.ndarray, "g"]:
        return np.argsort(-self._sums(self.shares), kind="stable")

    def one_sided_first(self, classes: int) -> Int64[np.ndarray, "g"]:
        counts = self.counts.astype(np.float64)
        return np.argsort(self._sums(counts) ** 2 / classes - self._sums(counts**2), kind="stable")

    def _sums(self, values: Float64[np.ndarray, "e"]) -> Float64[np.ndarray, "g"]:
        return np.add.reduceat(values, self.bounds[:-1]) if len(values) else np.empty(0)

    def spread(self, load: Int64[np.ndarray, "f c"], order: Int64[np.ndarray, "g"]) -> Int64[np.ndarray, "g"]:
        """The fold of each cluster; `load` is filled with what each fold holds of each class."""
        totals = np.zeros(len(load), np.int64)
        home = np.empty(len(order), np.int64)
        bounds = self.bounds.tolist()
        costs_of = self.shares**2 / self.counts
        for number in order.tolist():
            entries = slice(bounds[number], bounds[number + 1])
            labels, counts = self.labels[entries], self.counts[entries]
            # By which the sum of squares of what folds hold grows with these rows, each class weighed by its size.
            costs = load[:, labels] @ costs_of[entries]
            fold = int(np.lexsort((totals, costs))[0])
            load[fold, labels] += counts
            totals[fold] += counts.sum()
            home[number] = fold
        return home


def _unevenness(load: Int64[np.ndarray, "f c"]) -> tuple[float, int]:
    """The mean deviation of the folds' shares of a class, and the difference between the largest and smallest fold."""
    shares = load / np.maximum(load.sum(axis=0), 1)
    return float(shares.std(axis=0).mean()), int(np.ptp(load.sum(axis=1)))


def _fill(
    lot: Lot, single: Bool[np.ndarray, "k"], load: Int64[np.ndarray, "f c"], numbers: Int64[np.ndarray, "k"]
) -> None:
    """Give the single rows of each class to the folds that hold least of it; changes `load` and `numbers`."""
    by_class = np.flatnonzero(single)[np.argsort(lot.labels[single], kind="stable")]
    bounds = np.searchsorted(lot.labels[by_class], np.arange(lot.classes + 1)).tolist()
    for label, (begin, end) in enumerate(pairwise(bounds)):
        more = _level(load[:, label], load.sum(axis=1), end - begin)
        load[:, label] += more
        numbers[by_class[begin:end]] = np.repeat(np.arange(len(load)), more)


def _level(load: Int64[np.ndarray, "f"], totals: Int64[np.ndarray, "f"], rows: int) -> Int64[np.ndarray, "f"]:
    """How many of so many rows each fold gets, so that the lowest are filled up; the last go to the smallest folds."""
    low, high = int(load.min()), int(load.max()) + rows
    while low < high:  # the highest level to which all folds below it can be filled
        level = (low + high + 1) // 2
        if int(np.maximum(level - load, 0).sum()) <= rows:
            low = level
        else:
            high = level - 1
    more = np.maximum(low - load, 0)
    rest = rows - int(more.sum())
    lowest = np.flatnonzero(load <= low)
    more[lowest[np.argsort((totals + more)[lowest], kind="stable")[:rest]]] += 1
    return more
