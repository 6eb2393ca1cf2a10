"""Which rows may not be parted: equal contents, equal groups, and whatever these chain together."""

import numpy as np
from jaxtyping import Int64

from hardy.dataset.dataset import Dataset


def find_clusters(data: Dataset) -> Int64[np.ndarray, "n"]:
    """Rows that may not be parted share a number, counted from 0.

    Args:
        data: at least one row.
    """
    contents, groups = _codes(data, "content"), _codes(data, "group")
    start = int(contents.max()) + 1  # groups are numbered after the contents
    groups += start
    copied = np.bincount(contents)[contents] > 1
    grouped = np.bincount(groups)[groups] > 1
    # Only a copied picture of a group of several can chain others together: all else is looked up.
    chains = copied & grouped
    parent = _joined(contents[chains], groups[chains], int(groups.max()) + 1)
    return np.unique(parent[np.where(copied, contents, groups)], return_inverse=True)[1].astype(np.int64)


def _codes(data: Dataset, name: str) -> Int64[np.ndarray, "n"]:
    """A column's values as numbers from 0; every null has a number of its own."""
    chunks = data.table.column(name).dictionary_encode().unify_dictionaries().chunks
    codes = np.concatenate([chunk.indices.fill_null(-1).to_numpy(zero_copy_only=False) for chunk in chunks])
    codes = codes.astype(np.int64)
    nulls = np.flatnonzero(codes < 0)
    codes[nulls] = codes.max(initial=-1) + 1 + np.arange(len(nulls))
    return codes


def _joined(left: Int64[np.ndarray, "l"], right: Int64[np.ndarray, "l"], count: int) -> Int64[np.ndarray, "m"]:
    """For each of so many numbers the least that links lead to, directly or over others."""
    parent = np.arange(count)
    while len(left):
        left, right = parent[left], parent[right]
        apart = left != right
        left, right = left[apart], right[apart]
        np.minimum.at(parent, np.maximum(left, right), np.minimum(left, right))
        while not np.array_equal(above := parent[parent], parent):
            parent = above
    return parent
