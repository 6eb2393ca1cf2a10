"""Sides as `assign_sides` promises them, for a handful of rows: dictionaries, lists and one loop after the other."""

from collections import Counter

import numpy as np

from hardy.dataset import Dataset
from hardy.dataset.shares import exact_quotas, rounded_quotas, rows_of, rule_of_thumb
from hardy.rng import draw, id_words


def plain_sides(data: Dataset, test: float | None, val: float | None, seed: int) -> list[str] | None:
    """The side of each row; None where no training rows are left, or where rows would have to be exchanged."""
    count = len(data)
    sides = [side or "train" for side in data.column("split")]
    labels = np.unique(data.labels, return_inverse=True)[1].tolist()
    cluster = _clusters(data)
    orders = draw(seed, 0, id_words(data.ids), np.zeros(count, np.int64), "split", 2).T
    for order, side, share in zip(orders, ("test", "val"), (test, val), strict=True):
        if side in sides:
            continue
        torn = {cluster[row] for row in range(count) if sides[row] != "train"}
        sizes = np.bincount([labels[row] for row in range(count) if sides[row] == "train"], minlength=max(labels) + 1)
        quotas, total = _quotas(sizes, share)
        if total >= sizes.sum() and total:
            return None
        members: dict[int, list[int]] = {}
        for row in sorted((row for row in range(count) if sides[row] == "train"), key=lambda row: order[row]):
            if cluster[row] not in torn:
                members.setdefault(cluster[row], []).append(row)
        taken = _greedy(list(members.values()), labels, quotas.tolist(), share is not None)
        if taken is None:
            return None
        for row in taken:
            sides[row] = side
    return sides if "train" in sides else None


def _quotas(sizes: np.ndarray, share: float | None) -> tuple[np.ndarray, int]:
    rows = int(sizes.sum())
    if share is None:
        return rounded_quotas(sizes, rule_of_thumb(rows)), 0
    total = rows_of(share, rows)
    return exact_quotas(sizes, min(total, rows)), total


def _greedy(members: list[list[int]], labels: list[int], quotas: list[int], exactly: bool) -> list[int] | None:
    taken, spare, room = [], [], list(quotas)
    for rows in members:
        need = Counter(labels[row] for row in rows)
        if all(room[label] >= number for label, number in need.items()):
            taken += rows
            for label, number in need.items():
                room[label] -= number
        else:
            spare.append((rows, need))
    missing = sum(quotas) - len(taken)
    if not exactly or not missing or not spare:
        return taken
    excess = [sum(max(n - room[label], 0) for label, n in need.items()) / len(rows) for rows, need in spare]
    for number in sorted(range(len(spare)), key=lambda number: excess[number]):
        if len(spare[number][0]) <= missing:
            taken += spare[number][0]
            missing -= len(spare[number][0])
    return None if missing else taken


def _clusters(data: Dataset) -> list[int]:
    cluster = list(range(len(data)))
    for name in ("content", "group"):
        values = data.column(name)
        for value in set(values) - {None}:
            joined = {cluster[row] for row, other in enumerate(values) if other == value}
            cluster = [min(joined) if number in joined else number for number in cluster]
    return cluster
