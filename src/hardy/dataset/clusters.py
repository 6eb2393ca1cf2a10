"""Which rows may not be parted: equal contents, equal groups, and whatever these chain together."""

import numpy as np
import pyarrow as pa
import xxhash
from jaxtyping import Int64, UInt64

from hardy import scratch
from hardy.dataset.dataset import Dataset
from hardy.dataset.spill import starts


def find_clusters(data: Dataset) -> Int64[np.ndarray, "n"]:
    """For each row the first of those that it may not be parted from, itself where it comes first.

    Contents and groups are compared by 64 bits of a hash: two of a hundred million that only seem equal would stay
    together, which harms nobody, once in three thousand such datasets.

    Args:
        data: at least one row.
    """
    first = first_equals(data.table.column("content"))
    groups = data.table.column("group")
    if groups.null_count < len(groups):
        _join(first, first_equals(groups))
    return first


def first_equals(column: pa.ChunkedArray) -> Int64[np.ndarray, "n"]:
    """For each row the first that has the same value; a null is equal to none."""
    first = scratch.count_up(len(column))
    if column.null_count == len(column):
        return first
    keys = hash_values(column)
    order = scratch.stable_order(keys)
    key, row = None, 0
    for part in scratch.parts(len(order)):
        rows = order[part]
        here = keys[rows]
        begins = np.flatnonzero(np.concatenate(([key is None or here[0] != key], here[1:] != here[:-1])))
        lengths = np.diff(begins, prepend=0, append=len(rows))  # what comes before the first belongs to the last part
        leaders = np.concatenate(([row], rows[begins]))
        first[rows] = np.repeat(leaders, lengths)
        key, row = here[-1], int(leaders[-1])
    return first


def hash_values(column: pa.ChunkedArray) -> UInt64[np.ndarray, "n"]:
    """64 bits for each value; nulls get bits of their own."""
    keys = scratch.zeros(len(column), np.uint64)
    for rows in starts(len(column)):
        values = column.slice(rows.start, len(rows)).cast(pa.binary()).to_pylist()
        hashes = map(xxhash.xxh3_64_intdigest, (value or b"" for value in values))
        keys[rows.start : rows.stop] = np.fromiter(hashes, np.uint64, len(rows))
        nulls = [row for row, value in zip(rows, values, strict=True) if value is None]
        keys[nulls] = [xxhash.xxh3_64_intdigest(row.to_bytes(8, "little"), 1) for row in nulls]
    return keys


def _join(first: Int64[np.ndarray, "n"], others: Int64[np.ndarray, "n"]) -> None:
    """Chain rows to the others that they are named with; changes `first`, which leads to the least of each chain.

    Source: Shiloach and Vishkin, "An O(log n) parallel connectivity algorithm", J. Algorithms 3, 1982: roots are hooked
        and paths halved all at once.
    """
    for part in scratch.parts(len(first)):
        rows = np.arange(part.start, part.stop)
        chained = others[part] != rows
        left, right = _roots(first, rows[chained]), _roots(first, others[part][chained])
        while len(left):
            apart = left != right
            left, right = left[apart], right[apart]
            np.minimum.at(first, np.maximum(left, right), np.minimum(left, right))
            touched = np.concatenate((left, right))
            while not np.array_equal(above := first[first[touched]], first[touched]):
                first[touched] = above
            left, right = first[left], first[right]
    for part in scratch.parts(len(first)):
        first[part] = _roots(first, first[part])


def _roots(first: Int64[np.ndarray, "n"], rows: Int64[np.ndarray, "k"]) -> Int64[np.ndarray, "k"]:
    """Where chains end."""
    rows = first[rows]
    while not np.array_equal(above := first[rows], rows):
        rows = above
    return rows
