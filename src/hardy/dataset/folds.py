"""k folds: every row is held out once, whole clusters at a time, each class spread as evenly as these allow."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64, Int64

from hardy import scratch
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
    single = _singles(lot)
    clusters = _Clusters.of(lot, single)
    orders = [clusters.heavy_first(), clusters.one_sided_first(lot.classes)]
    best = None
    for order in orders[: 2 if len(orders[0]) <= _FEW else 1]:
        load = np.zeros((folds, lot.classes), np.int64)
        numbers, homes = scratch.zeros(len(lot.rows), np.int64), scratch.zeros(len(lot.rows), np.int64)
        clusters.spread(load, order, homes)
        for part in scratch.parts(len(numbers)):
            numbers[part] = homes[lot.place[part]]
        _fill(lot, single, load, numbers)
        if best is None or _unevenness(load) < best[0]:
            best = _unevenness(load), numbers
    return best[1] if best else np.empty(0, np.int64)


def _singles(lot: Lot) -> Bool[np.ndarray, "k"]:
    """The rows that are clusters of their own."""
    single = scratch.zeros(len(lot.rows), bool)
    for where, block in lot.blocks():
        single[where] = block.sizes[block.place] == 1
    return single


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
    def of(cls, lot: Lot, single: Bool[np.ndarray, "k"]) -> "_Clusters":
        sizes = np.zeros(lot.classes, np.int64)
        for part in scratch.parts(len(lot.rows)):
            sizes += np.bincount(lot.labels[part], minlength=lot.classes)
        # No more entries than rows; what is left over is not used.
        rows = len(lot.rows) - int(np.count_nonzero(single))
        entries = [scratch.zeros(rows, np.int64) for _ in range(3)]
        places, bounds = scratch.zeros(rows, np.int64), scratch.zeros(rows + 1, np.int64)
        end = begun = 0
        for where, block in lot.blocks():
            at, labels, counts = block.entries(~single[where])
            begins = np.flatnonzero(np.diff(at, prepend=-1))
            for column, values in zip(entries, (at, labels, counts), strict=True):
                column[end : end + len(at)] = values
            places[begun : begun + len(begins)] = at[begins] + where.start
            bounds[begun : begun + len(begins)] = begins + end
            end, begun = end + len(at), begun + len(begins)
        bounds[begun] = end
        _, labels, counts = (column[:end] for column in entries)
        shares = scratch.zeros(end, np.float64)
        for part in scratch.parts(end):
            shares[part] = counts[part] / sizes[labels[part]]
        return cls(places[:begun], bounds[: begun + 1], labels, counts, shares)

    def heavy_first(self) -> Int64[np.ndarray, "g"]:
        keys = scratch.zeros(len(self.places), np.float64)
        for part, inside, begins in self._parts():
            keys[part] = -np.add.reduceat(self.shares[inside], begins)
        return scratch.stable_order(keys)

    def one_sided_first(self, classes: int) -> Int64[np.ndarray, "g"]:
        keys = scratch.zeros(len(self.places), np.float64)
        for part, inside, begins in self._parts():
            counts = self.counts[inside].astype(np.float64)
            keys[part] = np.add.reduceat(counts, begins) ** 2 / classes - np.add.reduceat(counts**2, begins)
        return scratch.stable_order(keys)

    def _parts(self) -> Iterator[tuple[slice, slice, Int64[np.ndarray, "p"]]]:
        """Some clusters at a time: which, their entries, and where among these each begins."""
        for part in scratch.parts(len(self.places)):
            inside = slice(int(self.bounds[part.start]), int(self.bounds[part.stop]))
            yield part, inside, self.bounds[part] - inside.start

    def spread(
        self, load: Int64[np.ndarray, "f c"], order: Int64[np.ndarray, "g"], homes: Int64[np.ndarray, "k"]
    ) -> None:
        """Give each cluster its fold, in `homes` at its place; `load` gets what each fold holds of each class."""
        totals = np.zeros(len(load), np.int64)
        for part in scratch.parts(len(order)):
            for number in order[part].tolist():
                entries = slice(int(self.bounds[number]), int(self.bounds[number + 1]))
                labels, counts = self.labels[entries], self.counts[entries]
                # By which the sum of squares of what folds hold grows with these rows, each class weighed by its size.
                costs = load[:, labels] @ (self.shares[entries] ** 2 / counts)
                fold = int(np.lexsort((totals, costs))[0])
                load[fold, labels] += counts
                totals[fold] += counts.sum()
                homes[self.places[number]] = fold


def _unevenness(load: Int64[np.ndarray, "f c"]) -> tuple[float, int]:
    """The mean deviation of the folds' shares of a class, and the difference between the largest and smallest fold."""
    shares = load / np.maximum(load.sum(axis=0), 1)
    return float(shares.std(axis=0).mean()), int(np.ptp(load.sum(axis=1)))


def _fill(
    lot: Lot, single: Bool[np.ndarray, "k"], load: Int64[np.ndarray, "f c"], numbers: Int64[np.ndarray, "k"]
) -> None:
    """Give the single rows of each class to the folds that hold least of it; changes `load` and `numbers`."""
    rows = scratch.positions(single)
    rows = scratch.take(rows, scratch.stable_order(scratch.take(lot.labels, rows)))
    sizes = np.zeros(lot.classes, np.int64)
    for part in scratch.parts(len(rows)):
        sizes += np.bincount(lot.labels[rows[part]], minlength=lot.classes)
    begin = 0
    for label, size in enumerate(sizes.tolist()):
        more = _level(load[:, label], load.sum(axis=1), size)
        load[:, label] += more
        for fold, count in enumerate(more.tolist()):
            for part in scratch.parts(count):
                numbers[rows[begin + part.start : begin + part.stop]] = fold
            begin += count


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
