"""Sides for rows that come later: with their group or their equals, else where rows are wanting; never a bridge."""

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pyarrow as pa
from jaxtyping import Bool, Int64, UInt8

from hardy import scratch
from hardy.dataset.carve import lot_of
from hardy.dataset.clusters import first_equals, hash_values
from hardy.dataset.dataset import Dataset
from hardy.dataset.sides import CODES, NO_SIDE
from hardy.dataset.spill import starts
from hardy.rng import draw, id_words


def join_sides(old: Dataset, new: Dataset, quotas: Mapping[str, float]) -> UInt8[np.ndarray, "n"]:
    """The side of each new row, see `hardy.dataset.sides`.

    Args:
        old: with sides; they stay as they are.
        new: probed. Classes are numbered as in `old`. A side that the source gave is kept.
        quotas: the shares that val and test rows are to have of each class, old and new together.

    Returns:
        train, val or test; none for a row that would connect two sides: its group, its content or its source's word
        say one, and another of them says the other. Rows that only each other hold together fill the quotas, in an
        order drawn from their ids, as far as they fit; the rest is for training. Contents and groups are compared as
        `hardy.dataset.clusters` does.

    Example:
        >>> from hardy.sources.arrays import from_arrays
        >>> from hardy.dataset.probe import probe
        >>> first = probe(from_arrays(np.zeros((1, 2, 2), np.uint8), [0])).with_columns(split=["test"])
        >>> join_sides(first, probe(from_arrays(np.zeros((1, 2, 2), np.uint8), [0])), {}) == CODES["test"]
        array([ True])
    """
    if not len(new):
        return scratch.zeros(0, np.uint8)
    links = _Links(old, new)
    sides = links.chain(new.sides)
    open_rows, roots = scratch.zeros(len(new), bool), scratch.zeros(len(new), np.int64)
    for part in scratch.parts(len(new)):
        for row in range(part.start, part.stop):
            roots[row] = root = links.root(row)
            if sides[row] != NO_SIDE:
                bits = links.sides[root]
                sides[row] = bits.bit_length() - 1 if bits else NO_SIDE
                open_rows[row] = not bits
    accepted = scratch.zeros(len(new), bool)
    for part in scratch.parts(len(new)):
        accepted[part] = (sides[part] != NO_SIDE) | open_rows[part]
    _fill(new, roots, open_rows, _room(old, new.labels, accepted, sides, quotas), sides)
    return sides


class _Links:
    """What holds rows together: contents and groups, chained by the rows that have both, each chain on one side.

    A content is numbered as the first row that has it; a group likewise, counted on from the last row.
    """

    def __init__(self, old: Dataset, new: Dataset) -> None:
        rows = len(new)
        # Views, whose items are Python's own numbers.
        self._above = scratch.count_up(2 * rows).data
        self.sides = scratch.zeros(2 * rows, np.uint8).data
        self._groups = scratch.zeros(rows, np.int64)
        for name, first in (("content", 0), ("group", rows)):
            column = new.table.column(name)
            if column.null_count < rows:
                leaders = first_equals(column)
                if name == "content":
                    for part in scratch.parts(rows):
                        np.asarray(self._above)[part] = leaders[part]
                self._take_sides(old, name, column, leaders, first)
                if name == "group":
                    _mark(self._groups, leaders, column, first)

    def _take_sides(
        self, old: Dataset, name: str, column: pa.ChunkedArray, leaders: Int64[np.ndarray, "n"], first: int
    ) -> None:
        """The sides of what the old rows have too, a bit for each."""
        keys = hash_values(column)
        order = scratch.stable_order(keys)
        keys, known, sides = scratch.take(keys, order), old.table.column(name), old.sides
        bits = np.frombuffer(self.sides, np.uint8)
        for rows in starts(len(old) if known.null_count < len(old) else 0):
            part = known.slice(rows.start, len(rows))
            hashes = hash_values(part)
            places = np.minimum(np.searchsorted(keys, hashes), len(keys) - 1)
            equal = (keys[places] == hashes) & part.is_valid().to_numpy()
            nodes = leaders[order[places[equal]]] + first
            np.bitwise_or.at(bits, nodes, np.uint8(1) << sides[rows.start : rows.stop][equal])

    def root(self, key: int) -> int:
        """What stands for the chain of a content or group."""
        above = self._above
        while above[key] != key:
            above[key] = above[above[key]]
            key = above[key]
        return key

    def chain(self, own: UInt8[np.ndarray, "n"]) -> UInt8[np.ndarray, "n"]:
        """Chain what each row has, one after the other, unless that would hold two sides together.

        Returns:
            For a row that would: no side. For the others any.
        """
        accepted = scratch.zeros(len(own), np.uint8)
        for part in scratch.parts(len(own)):
            rows = zip(range(part.start, part.stop), self._groups[part].tolist(), own[part].tolist(), strict=True)
            for row, group, side in rows:
                root = self.root(row)
                other = self.root(group) if group else root
                bits = self.sides[root] | self.sides[other] | (0 if side == NO_SIDE else 1 << side)
                if bits.bit_count() > 1:
                    accepted[row] = NO_SIDE
                else:
                    self._above[other] = root
                    self.sides[root] = bits
        return accepted


def _mark(groups: Int64[np.ndarray, "n"], leaders: Int64[np.ndarray, "n"], column: pa.ChunkedArray, first: int) -> None:
    """The number of each row's group, 0 where it has none."""
    for rows in starts(len(groups)):
        here = slice(rows.start, rows.stop)
        groups[here] = np.where(column.slice(rows.start, len(rows)).is_valid().to_numpy(), leaders[here] + first, 0)


def _fill(
    new: Dataset,
    roots: Int64[np.ndarray, "n"],
    open_rows: Bool[np.ndarray, "n"],
    room: Mapping[str, Int64[np.ndarray, "c"]],
    sides: UInt8[np.ndarray, "n"],
) -> None:
    """Give rows that nothing binds the side that wants them most: test, val, else train; changes `room` and `sides`."""
    order, ids = scratch.zeros(len(new), np.float64), new.table.column("id")
    for rows in starts(len(new)):
        words = id_words(ids.slice(rows.start, len(rows)).to_pylist())
        order[rows.start : rows.stop] = draw(0, 0, words, np.zeros(len(rows), np.int64), "append", 1)[:, 0]
    for _, block in lot_of(new.labels, roots, open_rows, order).blocks():
        bounds = np.flatnonzero(np.diff(block.place, prepend=-1, append=-1)).tolist()
        for begin, end in pairwise(bounds):
            need = Counter(block.labels[begin:end].tolist())
            fits = (name for name in room if all(room[name][label] >= count for label, count in need.items()))
            name = next(fits, "train")
            sides[block.rows[begin:end]] = CODES[name]
            if name in room:
                for label, count in need.items():
                    room[name][label] -= count


def _room(
    old: Dataset,
    labels: Int64[np.ndarray, "n"],
    accepted: Bool[np.ndarray, "n"],
    sides: UInt8[np.ndarray, "n"],
    quotas: Mapping[str, float],
) -> dict[str, Int64[np.ndarray, "c"]]:
    """How many rows of each class a side still wants; of "test" first."""
    old_labels, old_sides = old.labels, old.sides
    classes = max(int(labels.max(initial=0)), int(old_labels.max(initial=0))) + 1
    there = np.zeros((NO_SIDE + 1, classes), np.int64)

    def count(sides: UInt8[np.ndarray, "k"], labels: Int64[np.ndarray, "k"]) -> None:
        numbers = np.bincount(sides.astype(np.int64) * classes + labels, minlength=there.size)
        np.add(there, numbers.reshape(there.shape), out=there)

    for part in scratch.parts(len(old)):
        count(old_sides[part], old_labels[part])
    total = there.sum(axis=0)
    for part in scratch.parts(len(labels)):
        mine = accepted[part]
        count(sides[part][mine], labels[part][mine])
        total += np.bincount(labels[part][mine], minlength=classes)
    room = {}
    for side in ("test", "val"):
        quota = quotas.get(side, 0.0)
        wanted = (total * quota + 0.5).astype(np.int64)
        room[side] = np.maximum(wanted, (total >= 3) & (quota > 0)) - there[CODES[side]]
    return room
