"""Which side each sample is on: exact, stratified, seeded; groups and equal contents stay together.

What a source says about its own sides is kept. Test rows are carved from everything where the source has none, and
validation rows always from training rows.
"""

from collections import defaultdict

import numpy as np
from jaxtyping import Bool, Float64, Int64

from hardy.dataset.dataset import Dataset
from hardy.errors import InputError
from hardy.rng import draw, id_words


def rule_of_thumb(rows: int) -> float:
    """The share to hold out: 20% below 1,000 images, 10% below 10,000, 5% above.

    Example:
        >>> [rule_of_thumb(n) for n in (999, 1000, 10_000)]
        [0.2, 0.1, 0.05]

    Source: the handbook, part 7.
    """
    if rows < 1_000:
        return 0.2
    return 0.1 if rows < 10_000 else 0.05


def assign_sides(
    data: Dataset, test_fraction: float | None = None, val_fraction: float | None = None, seed: int = 0
) -> Dataset:
    """Give every row a side.

    Args:
        data: probed, so that equal contents are known.
        test_fraction: of all rows, where the source has no test rows; `rule_of_thumb` by default.
        val_fraction: of the training rows, where the source has no validation rows; likewise.
        seed: another seed, another split; the same rows and seed, the same split, in whatever order the rows come.

    Returns:
        The dataset with `split` set to train, val or test in every row. In each class the number of rows carved is
        the fraction of the class, rounded, and at least 1 where it has 3 rows or more; it can be smaller where groups
        are too large to fit.

    Raises:
        InputError: a fraction is not within [0, 1), or no training rows are left.
    """
    sides = np.array([side or "train" for side in data.column("split")], dtype="<U5")
    if len(data) == 0:
        raise InputError(f"{data.location} has no rows to split")
    labels, clusters = data.labels, _clusters(data)
    order = draw(seed, 0, id_words(data.ids), np.zeros(len(data), np.int64), "split", 2)
    for column, (side, fraction) in enumerate((("test", test_fraction), ("val", val_fraction))):
        if (sides == side).any():
            continue
        candidates = sides == "train"
        if fraction is None:
            fraction = rule_of_thumb(int(candidates.sum()))
        if not 0 <= fraction < 1:
            raise InputError(f"the {side} fraction must be at least 0 and below 1, got {fraction}")
        sides[_carve(labels, clusters, candidates, fraction, order[:, column])] = side
    if not (sides == "train").any():
        raise InputError(f"{data.location} leaves no training rows")
    return data.with_columns(split=sides.tolist())


def _clusters(data: Dataset) -> Int64[np.ndarray, "n"]:
    """Rows that may not be parted share a number: equal contents, equal groups, and whatever these chain together."""
    parent = list(range(len(data)))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    for name in ("content", "group"):
        first: dict[str, int] = {}
        for row, value in enumerate(data.column(name)):
            if value is not None:
                parent[root(row)] = root(first.setdefault(value, row))
    return np.array([root(row) for row in range(len(data))], np.int64)


def _carve(
    labels: Int64[np.ndarray, "n"],
    clusters: Int64[np.ndarray, "n"],
    candidates: Bool[np.ndarray, "n"],
    fraction: float,
    order: Float64[np.ndarray, "n"],
) -> Bool[np.ndarray, "n"]:
    """Clusters in random order, each taken if it fits into what its classes still have room for."""
    if fraction == 0:
        return np.zeros(len(labels), bool)
    room: dict[int, int] = {}
    for label in np.unique(labels[candidates]):
        size = int((labels[candidates] == label).sum())
        room[int(label)] = max(int(size * fraction + 0.5), 1 if size >= 3 else 0)
    members: dict[int, list[int]] = defaultdict(list)
    for row in np.flatnonzero(candidates).tolist():
        members[int(clusters[row])].append(row)
    torn = set(clusters[~candidates].tolist())  # part of the cluster is on another side already
    taken = np.zeros(len(labels), bool)
    for rows in sorted(members.values(), key=lambda rows: min(order[row] for row in rows)):
        need: dict[int, int] = defaultdict(int)
        for row in rows:
            need[int(labels[row])] += 1
        if int(clusters[rows[0]]) not in torn and all(room[label] >= count for label, count in need.items()):
            taken[rows] = True
            for label, count in need.items():
                room[label] -= count
    return taken
