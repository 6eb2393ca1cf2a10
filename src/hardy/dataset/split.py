"""Which side each sample is on: exact, stratified, seeded; groups and equal contents stay together.

What a source says about its own sides is kept. Test rows are carved from everything where the source has none, and
validation rows always from training rows. The side of a row follows from the rows, the seed and what was asked for,
and from nothing else: not from their order, and the test side not from the validation rows.
"""

import numpy as np
from jaxtyping import Bool, Int64

from hardy.dataset.carve import Lot, carve, lot_of, top_up
from hardy.dataset.clusters import find_clusters
from hardy.dataset.dataset import Dataset
from hardy.dataset.folds import check_folds, number_folds
from hardy.dataset.shares import Share, check_share, exact_quotas, rounded_quotas, rows_of, rule_of_thumb
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
    sides = np.array([side or "train" for side in data.column("split")], dtype="<U5")
    labels = np.unique(data.labels, return_inverse=True)[1].astype(np.int64)
    clusters, words, copies = find_clusters(data), id_words(data.ids), np.zeros(len(data), np.int64)
    if folds is not None and fold is not None:
        order = draw(seed, 0, words, copies, "folds", 1)
        side = side_of_fold(data, test, val)
        held_out = lot_of(labels, clusters, sides == "train", order[:, 0])
        sides[_fold(data, held_out, folds, fold)] = side
    order = draw(seed, 0, words, copies, "split", 2)
    for column, (side, share) in enumerate((("test", test), ("val", val))):
        if not (sides == side).any():
            candidates = sides == "train"
            sizes = np.bincount(labels[candidates], minlength=int(labels.max()) + 1)
            lot = lot_of(labels, clusters, candidates & ~_torn(clusters, candidates), order[:, column])
            sides[_carved(data, lot, sizes, side, share)] = side
    if not (sides == "train").any():
        raise InputError(f"{data.location} leaves no training rows")
    return data.with_columns(split=sides.tolist())


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


def _fold(data: Dataset, lot: Lot, folds: int, fold: int) -> Int64[np.ndarray, "k"]:
    """Positions of the rows of one fold."""
    apart = len(np.unique(lot.place))
    if apart < folds:
        what = "rows" if apart == len(lot.rows) else "groups (rows of one group and equal pictures are not parted)"
        raise InputError(f"{data.location} has {apart:,} {what} to divide, too few for {folds:,} folds")
    return lot.rows[number_folds(lot, folds) == fold - 1]


def _torn(clusters: Int64[np.ndarray, "n"], candidates: Bool[np.ndarray, "n"]) -> Bool[np.ndarray, "n"]:
    """Rows of which others that belong with them are on another side already."""
    elsewhere = np.zeros(int(clusters.max()) + 1, bool)
    elsewhere[clusters[~candidates]] = True
    return elsewhere[clusters]


def _carved(
    data: Dataset, lot: Lot, sizes: Int64[np.ndarray, "c"], side: str, share: Share | None
) -> Int64[np.ndarray, "k"]:
    """Positions of the rows that a side takes from a lot."""
    rows = int(sizes.sum())
    if share is None:
        return lot.rows[carve(lot, rounded_quotas(sizes, rule_of_thumb(rows)))]
    total = rows_of(share, rows)
    if total >= rows and total:
        raise InputError(f"{data.location} leaves no training rows: {total:,} {side} rows of {rows:,} are asked for")
    quotas = exact_quotas(sizes, total)
    return lot.rows[top_up(lot, carve(lot, quotas), quotas)]
