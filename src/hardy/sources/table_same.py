"""Which rows of a table name the same picture, and what they say of it."""

import unicodedata
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import xxhash
from jaxtyping import Int64

from hardy import scratch
from hardy.dataset.spill import starts
from hardy.sources.table_rows import is_embedded


class Same:
    """Which rows are of the same location.

    Locations are compared by 64 bits of a hash: of ten million that all differ two seem to be equal once in 300,000
    such tables.

    Args:
        times: of how many rows above a row has the location.
        several: −1, or for rows of one file or URL that have several labels the number of what to say of them.
        labels: what to say: the labels.
    """

    def __init__(self, rows: int) -> None:
        self.times = scratch.zeros(rows, np.int64)
        self.several = scratch.zeros(rows, np.int64)
        for part in scratch.parts(rows):
            self.several[part] = -1
        self.labels: list[tuple[int, ...]] = []

    @classmethod
    def of(cls, table: pa.Table, labels: Int64[np.ndarray, "n"]) -> "Same":
        """Look through all rows that can be used."""
        same, known = cls(len(table)), dict[tuple[int, ...], int]()
        keys = scratch.zeros(len(table), np.uint64)
        lost, inside = scratch.zeros(len(table), bool), scratch.zeros(len(table), bool)
        for rows in starts(len(table)):
            part, here = table.slice(rows.start, len(rows)), slice(rows.start, rows.stop)
            lost[here] = part.column("reason").is_valid().to_numpy()
            inside[here] = is_embedded(part.column("kind").to_numpy())
            places = part.column("location").to_pylist()
            hashes = (xxhash.xxh3_64_intdigest(location_key(place or "").encode()) for place in places)
            keys[here] = np.fromiter(hashes, np.uint64, len(rows))
            keys[here][lost[here]] = np.flatnonzero(lost[here]) + rows.start  # each by itself
        for every in _runs(keys, scratch.stable_order(keys)):
            group = every[~lost[every]]
            same.times[group] = np.arange(len(group))
            files = group[~inside[group]]
            found = np.unique(labels[files])
            if len(found := found[found >= 0]) > 1:
                said = tuple(found.tolist())
                number = known.setdefault(said, len(known))
                same.several[files] = number
        same.labels = list(known)
        return same


def _runs(keys: np.ndarray, order: Int64[np.ndarray, "n"]) -> Iterator[Int64[np.ndarray, "k"]]:
    """The rows of each key that several have, in their order."""
    carried = order[:0]
    for part in scratch.parts(len(order)):
        rows = np.concatenate((carried, order[part]))
        here = keys[rows]
        begins = np.flatnonzero(np.concatenate(([True], here[1:] != here[:-1])))
        ends = np.append(begins[1:], len(rows))
        carried = rows[begins[-1] :]
        long = ends - begins > 1
        for begin, end in zip(begins[:-1][long[:-1]].tolist(), ends[:-1][long[:-1]].tolist(), strict=True):
            yield rows[begin:end]
    if len(carried) > 1:
        yield carried


def location_key(location: str) -> str:
    """What its identity rests on: names that only differ in Unicode form are one."""
    return location if location.isascii() else unicodedata.normalize("NFC", location)
