"""Which rows will be for validation or test: foreseen before anything is read, so that they are decoded once.

Sides follow from ids and labels, and from which pictures turn out equal or unreadable. The first two are known at the
start, and settle nearly all of them; the few that come otherwise are decoded again, see `decode_exactly`.
"""

import numpy as np
from jaxtyping import Bool

from hardy import scratch
from hardy.dataset import Dataset
from hardy.dataset.reader import BatchReader
from hardy.dataset.ready import Wishes
from hardy.dataset.sides import CODES
from hardy.dataset.split import assign_sides
from hardy.errors import InputError
from hardy.store.recipe import Recipe


def held_out_rows(data: Dataset, recipe: Recipe, wishes: Wishes | None) -> Bool[np.ndarray, "n"] | None:
    """Rows to decode exactly from the first.

    Args:
        data: not yet read.
        recipe: of a store; only some decode at a smaller scale.
        wishes: for sides; None where every row has one.

    Returns:
        None where there is nothing to foresee.
    """
    nothing_is_scaled = recipe.enough is None or isinstance(data.reader, BatchReader)
    if nothing_is_scaled or wishes is None or data.sides_are_final:
        return None
    labels = data.labels
    labelled = scratch.positions(labels >= 0) if labels.min() < 0 else None
    try:
        rows = data if labelled is None else data.select(labelled)
        sided = assign_sides(rows, wishes.test, wishes.val, wishes.seed or 0, wishes.folds, wishes.fold)
    except InputError:  # it is told when all is read, if it is still so then
        return None
    held_out, sides = scratch.zeros(len(data), bool), sided.sides
    for part in scratch.parts(len(sided)):
        held_out[part if labelled is None else labelled[part]] = sides[part] != CODES["train"]
    return held_out
