"""Taking rows for a side: in random order, by class, whole clusters at a time."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Bool, Float64, Int64

_POOL = 200
"""Clusters on either side that are exchanged to meet a number of rows exactly."""


@dataclass(frozen=True, eq=False)
class Lot:
    """Candidates of a draw, in random order.

    Args:
        rows: their positions in the table.
        place: of each row: where in the random order its cluster comes, equal within a cluster.
        labels: class of each row, counted from 0.
        classes: how many there are.
    """

    rows: Int64[np.ndarray, "k"]
    place: Int64[np.ndarray, "k"]
    labels: Int64[np.ndarray, "k"]
    classes: int

    @property
    def sizes(self) -> Int64[np.ndarray, "k"]:
        """Rows of the cluster at each place, 0 where none begins."""
        return np.bincount(self.place, minlength=len(self.rows))

    def entries(self, which: Bool[np.ndarray, "k"]) -> tuple[Int64[np.ndarray, "e"], ...]:
        """Place, class and number of rows for every class in every cluster, over some of the rows, by place."""
        keys, counts = np.unique(self.place[which] * self.classes + self.labels[which], return_counts=True)
        return keys // self.classes, keys % self.classes, counts.astype(np.int64)


def lot_of(
    labels: Int64[np.ndarray, "n"],
    clusters: Int64[np.ndarray, "n"],
    candidates: Bool[np.ndarray, "n"],
    order: Float64[np.ndarray, "n"],
) -> Lot:
    """Put the candidates in order: a cluster comes where the first of its rows does."""
    rows = np.flatnonzero(candidates)
    rows = rows[np.argsort(order[rows], kind="stable")]
    _, first, inverse = np.unique(clusters[rows], return_index=True, return_inverse=True)
    return Lot(rows, first[inverse], labels[rows], int(labels.max()) + 1)


def carve(lot: Lot, quotas: Int64[np.ndarray, "c"]) -> Bool[np.ndarray, "k"]:
    """Clusters in random order, each taken if it fits into what its classes still have room for.

    Returns:
        Which of the lot's rows are taken: of no class more than its quota.
    """
    single = lot.sizes[lot.place] == 1
    places, labels, counts = lot.entries(~single)
    # Single rows by class, then by place: those of a class that are taken are its first ones, for once a class has no
    # room it never has again. So they are counted and not looped over.
    by_class = np.flatnonzero(single)[np.argsort(lot.labels[single], kind="stable")]
    starts = np.searchsorted(lot.labels[by_class], np.arange(lot.classes + 1))
    keys = lot.labels[by_class] * len(lot.rows) + by_class
    before = (np.searchsorted(keys, labels * len(lot.rows) + places) - starts[labels]).tolist()
    room, seen, whole = quotas.tolist(), [0] * lot.classes, []
    bounds = np.flatnonzero(np.diff(places, prepend=-1, append=-1)).tolist()
    label_list, count_list = labels.tolist(), counts.tolist()
    for begin, end in pairwise(bounds):
        fits = True
        for entry in range(begin, end):
            label = label_list[entry]
            room[label] -= min(before[entry] - seen[label], room[label])
            seen[label] = before[entry]
            fits = fits and room[label] >= count_list[entry]
        if fits:
            whole.append(int(places[begin]))
            for entry in range(begin, end):
                room[label_list[entry]] -= count_list[entry]
    in_clusters = np.isin(lot.place, np.array(whole, np.int64)) & ~single
    singles = quotas - np.bincount(lot.labels[in_clusters], minlength=lot.classes)
    rank = np.arange(len(by_class)) - starts[lot.labels[by_class]]
    in_clusters[by_class[rank < singles[lot.labels[by_class]]]] = True
    return in_clusters


def top_up(lot: Lot, taken: Bool[np.ndarray, "k"], quotas: Int64[np.ndarray, "c"]) -> Bool[np.ndarray, "k"]:
    """Take more until as many rows as the quotas sum to are taken, or as near below as clusters allow.

    Where clusters are too large for what their classes have room for, others stand in, those first that exceed the
    quotas least; and where no more fit, some are exchanged.
    """
    missing = int(quotas.sum()) - int(taken.sum())
    if missing == 0 or taken.all():
        return taken
    room = quotas - np.bincount(lot.labels[taken], minlength=lot.classes)
    places, labels, counts = lot.entries(~taken)
    excess = np.bincount(places, np.maximum(counts - room[labels], 0), minlength=len(lot.rows))
    sizes = lot.sizes
    spare = np.unique(places)
    spare = spare[np.lexsort((spare, excess[spare] / sizes[spare]))]
    chosen, left = [], []
    for place, size in zip(spare.tolist(), sizes[spare].tolist(), strict=True):
        if size <= missing:
            chosen.append(place)
            missing -= size
        elif missing:
            left.append(place)
        else:
            break
    full = taken | np.isin(lot.place, np.array(chosen, np.int64))
    return _exchange(lot, full, left, missing) if missing else full


def _exchange(lot: Lot, taken: Bool[np.ndarray, "k"], spare: list[int], missing: int) -> Bool[np.ndarray, "k"]:
    """Give some clusters back for others, so that as many more rows as are missing are taken, or nearly."""
    sizes = lot.sizes
    mine = np.unique(lot.place[taken])[-_POOL:].tolist()
    pool = [*mine, *spare[:_POOL]]
    goal = int(sizes[mine].sum()) + missing
    # Bit s of reachable[i]: some of the first i clusters have s rows together.
    reachable = [1]
    for place in pool:
        reachable.append((reachable[-1] | reachable[-1] << int(sizes[place])) & ((1 << goal + 1) - 1))
    rest = reachable[-1].bit_length() - 1
    kept = set()
    for number in range(len(pool) - 1, -1, -1):  # from the spare ones, which are left where they are not needed
        if not reachable[number] >> rest & 1:
            kept.add(pool[number])
            rest -= int(sizes[pool[number]])
    given_back = np.isin(lot.place, np.array(sorted(set(mine) - kept), np.int64))
    gained = np.isin(lot.place, np.array(sorted(kept - set(mine)), np.int64))
    return (taken & ~given_back) | gained
