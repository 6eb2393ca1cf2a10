"""Taking rows for a side: in random order, by class, whole clusters at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Bool, Float64, Int64

from hardy import scratch

_POOL = 200
"""Clusters on either side that are exchanged to meet a number of rows exactly."""


@dataclass(frozen=True, eq=False)
class Lot:
    """Candidates of a draw, in random order, rows of a cluster side by side.

    Args:
        rows: their positions in the table.
        place: of each row: where in the lot its cluster begins.
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

    def blocks(self) -> Iterator[tuple[slice, "Lot"]]:
        """Some clusters at a time, in order: where they lie, and a lot of them alone."""
        begin = 0
        while begin < len(self.rows):
            end = begin + scratch.PART_ROWS
            if end < len(self.rows):  # not inside a cluster
                start = int(self.place[end])
                end = start if start > begin else int(np.searchsorted(self.place, start, "right"))
            block = slice(begin, min(end, len(self.rows)))
            yield block, Lot(self.rows[block], self.place[block] - begin, self.labels[block], self.classes)
            begin = block.stop


def lot_of(
    labels: Int64[np.ndarray, "n"],
    clusters: Int64[np.ndarray, "n"],
    candidates: Bool[np.ndarray, "n"],
    order: Float64[np.ndarray, "n"],
) -> Lot:
    """Put the candidates in order: a cluster comes where the first of its rows does.

    Args:
        labels: class of each row, counted from 0.
        clusters: a number below the number of rows; rows with the same one stay together.
        candidates: which rows the lot is of.
        order: a random number for each row.
    """
    rows = scratch.positions(candidates)
    rows = scratch.take(rows, scratch.stable_order(scratch.take(order, rows)))
    begins = scratch.zeros(len(labels), np.int64)  # of each cluster, from the end, so that 0 is after all
    for part in scratch.parts(len(rows)):
        np.maximum.at(begins, clusters[rows[part]], np.arange(len(rows) - part.start, len(rows) - part.stop, -1))
    place, is_apart = scratch.zeros(len(rows), np.int64), True
    for part in scratch.parts(len(rows)):
        place[part] = len(rows) - begins[clusters[rows[part]]]
        is_apart = is_apart and bool((place[part] == np.arange(part.start, part.stop)).all())
    if not is_apart:
        together = scratch.stable_order(place)
        rows, place = scratch.take(rows, together), scratch.take(place, together)
        last, begin = -1, 0
        for part in scratch.parts(len(rows)):
            here = place[part]
            starts = np.flatnonzero(np.concatenate(([here[0] != last], here[1:] != here[:-1])))
            lengths = np.diff(starts, prepend=0, append=len(here))
            last = int(here[-1])
            place[part] = np.repeat(np.concatenate(([begin], starts + part.start)), lengths)
            begin = int(place[part.stop - 1])
    return Lot(rows, place, scratch.take(labels, rows), int(labels.max()) + 1)


def carve(lot: Lot, quotas: Int64[np.ndarray, "c"]) -> Bool[np.ndarray, "k"]:
    """Clusters in random order, each taken if it fits into what its classes still have room for.

    Returns:
        Which of the lot's rows are taken: of no class more than its quota.
    """
    taken, room = scratch.zeros(len(lot.rows), bool), quotas.copy()
    for where, block in lot.blocks():
        if block.place[-1] == 0 and len(block.rows) > room.sum():
            continue  # one cluster, larger than all that fits
        taken[where] = _carve_block(block, room)
        room -= np.bincount(block.labels[taken[where]], minlength=lot.classes)
        if not room.any():
            break
    return taken


def _carve_block(lot: Lot, quotas: Int64[np.ndarray, "c"]) -> Bool[np.ndarray, "k"]:
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
    missing = int(quotas.sum()) - int(np.count_nonzero(taken))
    if missing == 0 or np.count_nonzero(taken) == len(taken):
        return taken
    room = quotas.copy()
    for part in scratch.parts(len(taken)):
        room -= np.bincount(lot.labels[part][taken[part]], minlength=lot.classes)
    places, sizes, excess = _spare(lot, taken, room)
    begins = scratch.zeros(len(taken), bool)
    left: list[int] = []
    order = scratch.stable_order(excess)
    for part in scratch.parts(len(order)):
        for place, size in zip(places[order[part]].tolist(), sizes[order[part]].tolist(), strict=True):
            if size <= missing:
                begins[place] = True
                missing -= size
                if not missing:
                    break
            elif len(left) < _POOL:
                left.append(place)
        if not missing:
            break
    full = scratch.zeros(len(taken), bool)
    for part in scratch.parts(len(taken)):
        full[part] = taken[part] | begins[lot.place[part]]
    return _exchange(lot, full, left, missing) if missing else full


def _spare(
    lot: Lot, taken: Bool[np.ndarray, "k"], room: Int64[np.ndarray, "c"]
) -> tuple[Int64[np.ndarray, "s"], Int64[np.ndarray, "s"], Float64[np.ndarray, "s"]]:
    """Clusters that are not taken: their places, sizes, and which part of them exceeds the room of its class."""
    count = 0
    for part in scratch.parts(len(taken)):
        count += int(np.count_nonzero(~taken[part] & (lot.place[part] == np.arange(part.start, part.stop))))
    places, sizes, excess = (scratch.zeros(count, kind) for kind in (np.int64, np.int64, np.float64))
    end = 0
    for where, block in lot.blocks():
        at, labels, counts = block.entries(~taken[where])
        begins = np.flatnonzero(np.diff(at, prepend=-1))
        if len(begins):
            here = slice(end, end + len(begins))
            places[here] = at[begins] + where.start
            sizes[here] = np.add.reduceat(counts, begins)
            excess[here] = np.add.reduceat(np.maximum(counts - room[labels], 0), begins) / sizes[here]
            end = here.stop
    return places, sizes, excess


def _exchange(lot: Lot, taken: Bool[np.ndarray, "k"], spare: list[int], missing: int) -> Bool[np.ndarray, "k"]:
    """Give some clusters back for others, so that as many more rows as are missing are taken, or nearly."""
    mine = _last_clusters(lot, taken)
    pool = [*mine, *spare]
    sizes = np.searchsorted(lot.place, pool, "right") - pool
    goal = int(sizes[: len(mine)].sum()) + missing
    # Bit s of reachable[i]: some of the first i clusters have s rows together.
    reachable = [1]
    for size in sizes.tolist():
        reachable.append((reachable[-1] | reachable[-1] << size) & ((1 << goal + 1) - 1))
    rest = reachable[-1].bit_length() - 1
    kept = set()
    for number in range(len(pool) - 1, -1, -1):  # from the spare ones, which are left where they are not needed
        if not reachable[number] >> rest & 1:
            kept.add(pool[number])
            rest -= int(sizes[number])
    for places, value in ((set(mine) - kept, False), (kept - set(mine), True)):
        for place in places:
            taken[place : place + int(sizes[pool.index(place)])] = value
    return taken


def _last_clusters(lot: Lot, taken: Bool[np.ndarray, "k"]) -> list[int]:
    """Places of the last clusters that are taken, in order."""
    found: list[int] = []
    end = len(taken)
    while end and len(found) < _POOL:
        begin = max(0, end - scratch.PART_ROWS)
        here = np.unique(lot.place[begin:end][taken[begin:end]]).tolist()
        found = sorted({*here, *found})
        end = begin
    return found[-_POOL:]
