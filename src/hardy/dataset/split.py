"""Which side each sample is on: exact, stratified, seeded; groups and equal contents stay together.

What a source says about its own sides is kept. Test rows are carved from everything where the source has none, and
validation rows always from training rows. The side of a row follows from the rows, the seed and what was asked for,
and from nothing else: not from their order, and the test side not from the validation rows.
"""

import numpy as np
from jaxtyping import Bool, Float64, Int64, UInt8

from hardy import scratch
from hardy.dataset.carve import Lot, carve, lot_of, top_up
from hardy.dataset.clusters import find_clusters
from hardy.dataset.dataset import Dataset
from hardy.dataset.folds import check_folds, number_folds
from hardy.dataset.shares import Share, check_share, exact_quotas, rounded_quotas, rows_of, rule_of_thumb
from hardy.dataset.sides import CODES, NO_SIDE, side_column
from hardy.dataset.spill import starts
from hardy.errors import InputError
from hardy.rng import draw, id_words


def assign_sides(
    data: Dataset,
    test: Share | None = None,
    val: Share | None = None,
    seed: int = 0,
    folds: int | None = None,
    fold: int | None = None,
) -> Dataset:
    """Give every row a side.

    Args:
        data: probed, so that equal contents are known.
        test: fraction or number of all rows, where the source has no test rows; `rule_of_thumb` by default.
        val: of the training rows that are left, where the source has no validation rows; likewise.
        seed: another seed, another split; the same rows and seed, the same split, in whatever order the rows come.
        folds: divide the rows into so many; one is held out as test rows, or as validation rows where the source has
            test rows of its own.
        fold: which one, counted from 1.

    Returns:
        The dataset with `split` set to train, val or test in every row. A fraction or number is met exactly, each
        class giving its share to within a row, at least 1 where it has 3 rows and there is room; where groups and
        equal contents are too large for that, the total is exact as long as they allow, and never above. The rule of
        thumb is each class's share, rounded, and less where groups do not fit.

    Raises:
        InputError: a share or fold is out of range, the source has those sides already, or no training rows are left.
    """
    check_folds(folds, fold)
    for side, share in (("test", test), ("val", val)):
        if share is not None:
            check_share(side, share)
    if len(data) == 0:
        raise InputError(f"{data.location} has no rows to split")
    sides = data.sides
    for part in scratch.parts(len(sides)):
        sides[part][sides[part] == NO_SIDE] = CODES["train"]
    labels, clusters = _class_numbers(data), find_clusters(data)
    if folds is not None and fold is not None:
        (order,) = _draws(data, seed, "folds", 1)
        side = side_of_fold(data, test, val)
        held_out = lot_of(labels, clusters, scratch.equals(sides, CODES["train"]), order)
        _put(sides, held_out, _fold(data, held_out, folds, fold), side)
    orders = _draws(data, seed, "split", 2)
    for order, (side, share) in zip(orders, (("test", test), ("val", val)), strict=True):
        if not scratch.equals(sides, CODES[side]).any():
            candidates = scratch.equals(sides, CODES["train"])
            sizes = np.zeros(int(labels.max()) + 1, np.int64)
            for part in scratch.parts(len(labels)):
                sizes += np.bincount(labels[part][candidates[part]], minlength=len(sizes))
            lot = lot_of(labels, clusters, _whole(clusters, candidates), order)
            _put(sides, lot, _carved(data, lot, sizes, side, share), side)
    if not scratch.equals(sides, CODES["train"]).any():
        raise InputError(f"{data.location} leaves no training rows")
    return data.with_columns(split=side_column(sides))


def _class_numbers(data: Dataset) -> Int64[np.ndarray, "n"]:
    """Labels numbered without gaps, in their order; none is the first."""
    labels = data.labels
    known = np.unique(np.concatenate([np.unique(labels[part]) for part in scratch.parts(len(labels))]))
    for part in scratch.parts(len(labels)):
        labels[part] = np.searchsorted(known, labels[part])
    return labels


def _draws(data: Dataset, seed: int, key: str, count: int) -> list[Float64[np.ndarray, "n"]]:
    """So many random numbers for each row, which follow from its id."""
    orders = [scratch.zeros(len(data), np.float64) for _ in range(count)]
    ids = data.table.column("id")
    for rows in starts(len(data)):
        words = id_words(ids.slice(rows.start, len(rows)).to_pylist())
        drawn = draw(seed, 0, words, np.zeros(len(rows), np.int64), key, count)
        for column, order in enumerate(orders):
            order[rows.start : rows.stop] = drawn[:, column]
    return orders


def _put(sides: UInt8[np.ndarray, "n"], lot: Lot, which: Bool[np.ndarray, "k"], side: str) -> None:
    """Give some rows of a lot a side."""
    for part in scratch.parts(len(which)):
        sides[lot.rows[part][which[part]]] = CODES[side]


def side_of_fold(data: Dataset, test: Share | None = None, val: Share | None = None) -> str:
    """What a fold of this dataset is: "test" rows, or "val" rows where the source has test rows of its own.

    Raises:
        InputError: the source has both, or a share is wished for that very side.
    """
    own = data.split_sizes()
    side, share = ("test", test) if "test" not in own else ("val", val)
    if side in own:
        raise InputError(f"{data.location} has test and validation rows of its own: nothing to divide into folds")
    if share is not None:
        raise InputError(f"the {side} rows are what the fold holds: leave out the {side} share")
    return side


def _fold(data: Dataset, lot: Lot, folds: int, fold: int) -> Bool[np.ndarray, "k"]:
    """Which rows of the lot are one fold."""
    apart = sum(
        np.count_nonzero(lot.place[part] == np.arange(part.start, part.stop)) for part in scratch.parts(len(lot.rows))
    )
    if apart < folds:
        what = "rows" if apart == len(lot.rows) else "groups (rows of one group and equal pictures are not parted)"
        raise InputError(f"{data.location} has {apart:,} {what} to divide, too few for {folds:,} folds")
    return scratch.equals(number_folds(lot, folds), fold - 1)


def _whole(clusters: Int64[np.ndarray, "n"], candidates: Bool[np.ndarray, "n"]) -> Bool[np.ndarray, "n"]:
    """Candidates, without those of which others that belong with them are on another side already."""
    if candidates.all():
        return candidates
    torn, whole = scratch.zeros(len(clusters), bool), scratch.zeros(len(clusters), bool)
    for part in scratch.parts(len(clusters)):
        torn[clusters[part][~candidates[part]]] = True
    for part in scratch.parts(len(clusters)):
        whole[part] = candidates[part] & ~torn[clusters[part]]
    return whole


def _carved(
    data: Dataset, lot: Lot, sizes: Int64[np.ndarray, "c"], side: str, share: Share | None
) -> Bool[np.ndarray, "k"]:
    """Which rows of a lot a side takes."""
    rows = int(sizes.sum())
    if share is None:
        return carve(lot, rounded_quotas(sizes, rule_of_thumb(rows)))
    total = rows_of(share, rows)
    if total >= rows and total:
        raise InputError(f"{data.location} leaves no training rows: {total:,} {side} rows of {rows:,} are asked for")
    quotas = exact_quotas(sizes, total)
    return top_up(lot, carve(lot, quotas), quotas)
