"""What holds for any table that is split."""

from collections.abc import Callable
from functools import partial

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hardy.dataset import Dataset
from hardy.dataset.split import assign_sides
from hardy.errors import InputError
from tests.builders import dataset

fractions = st.sampled_from([0.0, 0.05, 0.1, 0.2, 0.25, 0.5])


@st.composite
def tables(draw: st.DrawFn, whole: bool = False) -> Callable[[], Dataset]:
    """Makes rows with labels; and, unless whole, with groups, equal contents, sides from the source, missing labels.

    The rows are made outside the strategy, since the type checker draws random numbers of its own.
    """
    count = draw(st.integers(1, 60))

    def column(values: st.SearchStrategy) -> list:
        return draw(st.lists(values, min_size=count, max_size=count))

    labels = column(st.integers(0, 3) if whole else st.integers(0, 3) | st.none())
    if whole:
        return partial(dataset, labels, classes="abcd")
    groups = column(st.none() | st.sampled_from("pqrstuvw"))
    contents = column(st.integers(0, 80).map(str))
    sides = column(st.none() | st.sampled_from(["train", "train", "val", "test"]))
    if draw(st.booleans()):
        sides = [None] * count
    return partial(dataset, labels, classes="abcd", group=groups, content=contents, split=sides)


@given(tables(whole=True), fractions, fractions, st.integers(0, 99))
@settings(max_examples=60)
def test_without_groups_every_class_gives_exactly_its_share(table, test_fraction, val_fraction, seed) -> None:
    data = table()
    try:
        result = assign_sides(data, test_fraction, val_fraction, seed)
    except InputError as error:
        assert "no training rows" in str(error)
        return
    left = data.counts()
    for side, fraction in (("test", test_fraction), ("val", val_fraction)):
        sides, labels = result.column("split"), result.labels
        for number, name in enumerate(data.classes):
            count = sum(s == side and label == number for s, label in zip(sides, labels, strict=True))
            exact = int(left[name] * fraction + 0.5)
            assert count == (max(exact, 1 if left[name] >= 3 else 0) if fraction else 0)
            left[name] -= count


@given(tables(), fractions, fractions, st.integers(0, 99))
@settings(max_examples=150)
def test_every_row_has_a_side_and_what_belongs_together_stays_together(
    table, test_fraction, val_fraction, seed
) -> None:
    data = table()
    try:
        result = assign_sides(data, test_fraction, val_fraction, seed)
    except InputError:
        assert "train" not in data.column("split") or test_fraction or val_fraction
        return
    before, after = data.column("split"), result.column("split")
    assert set(after) <= {"train", "val", "test"}
    for was, now in zip(before, after, strict=True):
        if was in ("val", "test"):
            assert now == was
        else:
            assert now == "train" or now not in before  # carved only where the source has no such side
    for name in ("group", "content"):
        given_sides: dict[str, set] = {}
        found_sides: dict[str, set] = {}
        for value, was, now in zip(data.column(name), before, after, strict=True):
            if value is not None:
                given_sides.setdefault(value, set()).add(was or "train")
                found_sides.setdefault(value, set()).add(now)
        for value, sides in found_sides.items():
            assert len(sides) == 1 or sides == given_sides[value]  # torn only where the source tore it
    assert result.ids == data.ids
    assert result.labels.tolist() == data.labels.tolist()


@given(tables(), st.randoms(use_true_random=False), st.integers(0, 99))
@settings(max_examples=60)
def test_the_order_of_the_rows_does_not_matter(table, random, seed) -> None:
    data = table()
    order = list(range(len(data)))
    random.shuffle(order)
    try:
        plain = assign_sides(data, 0.3, 0.3, seed)
    except InputError:
        return
    shuffled = assign_sides(data.select(np.array(order)), 0.3, 0.3, seed)
    assert dict(zip(shuffled.ids, shuffled.column("split"), strict=True)) == dict(
        zip(plain.ids, plain.column("split"), strict=True)
    )


@given(tables(), st.integers(0, 99))
@settings(max_examples=40)
def test_splitting_again_changes_nothing(table, seed) -> None:
    data = table()
    try:
        once = assign_sides(data, 0.3, 0.3, seed)
    except InputError:
        return
    if set(once.split_sizes()) == {"train", "val", "test"}:
        assert assign_sides(once, 0.5, 0.5, seed + 1).column("split") == once.column("split")
