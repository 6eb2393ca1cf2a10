"""Sides of appended rows in plain loops: the truth for `hardy.dataset.joining`."""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import pyarrow.compute as pc

from hardy import scratch
from hardy.dataset.dataset import SPLITS, Dataset
from hardy.dataset.sides import CODES
from hardy.rng import draw, id_words

Key = tuple[str, str]


def join_sides(old: Dataset, new: Dataset, quotas: Mapping[str, float]) -> list[str | None]:
    """The side of each new row.

    Args:
        old: with sides; they stay as they are.
        new: probed. Classes are numbered as in `old`. A side that the source gave is kept.
        quotas: the shares that val and test rows are to have of each class, old and new together.

    Returns:
        train, val or test; None for a row that would connect two sides: its group, its content or its source's word
        say one, and another of them says the other. Rows that only each other hold together fill the quotas, in an
        order drawn from their ids, as far as they fit; the rest is for training.
    """
    links = _Links(old, new)
    own = new.column("split")
    keys = [
        [(name, value) for name, value in zip(("content", "group"), pair, strict=True) if value is not None]
        for pair in zip(new.column("content"), new.column("group"), strict=True)
    ]
    accepted = np.array([links.add(row_keys, side) for row_keys, side in zip(keys, own, strict=True)], bool)
    clusters: dict[Key, list[int]] = defaultdict(list)
    sides: list[str | None] = [None] * len(new)
    for row in np.flatnonzero(accepted).tolist():
        root = links.root(keys[row][0])
        side = links.side(root)
        if side is None:
            clusters[root].append(row)
        sides[row] = side
    _fill(old, new, accepted, list(clusters.values()), quotas, sides)
    return sides


class _Links:
    """What holds rows together: contents and groups, chained by the rows that have both, each chain on one side."""

    def __init__(self, old: Dataset, new: Dataset) -> None:
        self._parent: dict[Key, Key] = {}
        self._sides: dict[Key, set[str]] = defaultdict(set)
        for name in ("content", "group"):
            wanted = pc.unique(new.table.column(name).combine_chunks()).drop_null()
            here = old.table.select([name, "split"]).filter(pc.is_in(old.table.column(name), wanted))
            for value, side in zip(here.column(name).to_pylist(), here.column("split").to_pylist(), strict=True):
                self._sides[name, value].add(side)

    def root(self, key: Key) -> Key:
        while (above := self._parent.get(key, key)) != key:
            self._parent[key] = self._parent.get(above, above)
            key = above
        return key

    def side(self, root: Key) -> str | None:
        return next(iter(self._sides[root]), None)

    def add(self, keys: list[Key], own: str | None) -> bool:
        """Chain what a row has, unless that would hold two sides together."""
        roots = {self.root(key) for key in keys}
        sides = set().union(*(self._sides[root] for root in roots)) | ({own} if own else set())
        if len(sides) > 1:
            return False
        first = self.root(keys[0])
        for root in roots:
            self._parent[root] = first
        self._sides[first] = sides
        return True


def _fill(
    old: Dataset,
    new: Dataset,
    accepted: np.ndarray,
    clusters: list[list[int]],
    quotas: Mapping[str, float],
    sides: list[str | None],
) -> None:
    """Give rows that nothing binds the side that wants them most: test, val, else train."""
    labels = new.labels
    taken = np.array([side or "" for side in sides])
    room = {
        side: _room(old, labels, accepted, taken, side, quotas.get(side, 0.0)) for side in SPLITS if side != "train"
    }
    order = draw(0, 0, id_words(new.ids), np.zeros(len(new), np.int64), "append", 1)[:, 0] if len(new) else np.empty(0)
    for rows in sorted(clusters, key=lambda rows: min(order[row] for row in rows)):
        need: dict[int, int] = defaultdict(int)
        for row in rows:
            need[int(labels[row])] += 1
        fits = (side for side in ("test", "val") if all(room[side][label] >= count for label, count in need.items()))
        side = next(fits, "train")
        for row in rows:
            sides[row] = side
        if side != "train":
            for label, count in need.items():
                room[side][label] -= count


def _room(
    old: Dataset, labels: np.ndarray, accepted: np.ndarray, taken: np.ndarray, side: str, quota: float
) -> dict[int, int]:
    """How many rows of each class a side still wants."""
    old_labels, sides = old.labels, old.sides
    total = np.zeros(max(int(labels.max(initial=0)), int(old_labels.max(initial=0))) + 1, np.int64)
    there = np.zeros_like(total)
    for part in scratch.parts(len(old)):
        total += np.bincount(old_labels[part], minlength=len(total))
        there += np.bincount(old_labels[part][sides[part] == CODES[side]], minlength=len(total))
    room = {}
    for label in np.unique(labels[accepted]).tolist():
        mine = labels == label
        size = int(total[label]) + int((mine & accepted).sum())
        wanted = max(int(size * quota + 0.5), 1 if size >= 3 and quota > 0 else 0)
        room[label] = wanted - int(there[label]) - int((mine & (taken == side)).sum())
    return room
