"""What holds for any table that is split."""

from collections import Counter
from collections.abc import Callable
from functools import partial

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hardy.dataset import Dataset
from hardy.dataset.split import assign_sides, side_of_fold
from hardy.errors import InputError
from tests.builders import dataset

fractions = st.sampled_from([0.0, 0.05, 0.1, 0.2, 0.25, 0.5])
shares = fractions | st.integers(0, 30)


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


def wished(share: float, rows: int) -> int:
    if isinstance(share, int):
        return share
    return max(int(rows * share + 0.5), 1 if share and rows >= 3 else 0)


@given(tables(whole=True), shares, shares, st.integers(0, 99))
@settings(max_examples=150)
def test_without_groups_the_total_is_exact_and_every_class_within_a_row_of_its_share(table, test, val, seed) -> None:
    data = table()
    try:
        result = assign_sides(data, test, val, seed)
    except InputError as error:
        assert "no training rows" in str(error)
        assert wished(test, len(data)) + wished(val, len(data)) + 1 >= len(data)
        return
    left = data.counts()
    for side, share in (("test", test), ("val", val)):
        rows = sum(left.values())
        total = wished(share, rows)
        found = Counter(result.labels[np.array(result.column("split")) == side].tolist())
        assert found.total() == total
        lifted = sum(size >= 3 and size * total / rows < 1 for size in left.values())
        for number, (name, size) in enumerate(left.items()):
            assert -1 - lifted < found[number] - size * total / rows <= 1
            if size >= 3 and total >= sum(count > 0 for count in left.values()):
                assert found[number] >= 1
            left[name] -= found[number]


@given(tables(whole=True), st.integers(0, 99))
@settings(max_examples=60)
def test_by_the_rule_of_thumb_every_class_gives_its_share_rounded(table, seed) -> None:
    data = table()
    try:
        result = assign_sides(data, seed=seed)
    except InputError:
        return
    left = data.counts()
    for side in ("test", "val"):
        found = Counter(result.labels[np.array(result.column("split")) == side].tolist())
        for number, (name, size) in enumerate(left.items()):
            assert found[number] == max(int(size * 0.2 + 0.5), 1 if size >= 3 else 0)
            left[name] -= found[number]


@given(st.data(), st.lists(st.integers(1, 9), min_size=2, max_size=12), st.integers(0, 99))
@settings(max_examples=150)
def test_with_groups_the_total_is_as_near_as_any_choice_of_them_comes(choose, sizes, seed) -> None:
    group = [f"group {number}" for number, size in enumerate(sizes) for _ in range(size)]
    labels = choose.draw(st.lists(st.integers(0, 2), min_size=len(group), max_size=len(group)))
    count = choose.draw(st.integers(1, len(group) - 1))
    result = assign_sides(dataset(labels, classes="abc", group=group), count, 0, seed)
    sums = {0}
    for size in sizes:
        sums |= {known + size for known in sums}
    assert result.split_sizes().get("test", 0) == max(known for known in sums if known <= count)


@given(tables(), shares, shares, shares, st.integers(0, 99))
@settings(max_examples=60)
def test_the_test_rows_do_not_depend_on_the_validation_rows(table, test, val, other, seed) -> None:
    data = table()
    found = []
    for share in (val, other):
        try:
            sides = assign_sides(data, test, share, seed).column("split")
        except InputError:
            return
        found.append([side == "test" for side in sides])
    assert found[0] == found[1]


@given(tables(), st.integers(2, 7), st.integers(0, 99))
@settings(max_examples=150)
def test_over_all_folds_every_row_is_held_out_once_and_no_group_is_parted(table, folds, seed) -> None:
    data = table()
    before = data.column("split")
    held_out = Counter()
    for fold in range(1, folds + 1):
        try:
            side = side_of_fold(data)
            after = assign_sides(data, 0 if side == "val" else None, None, seed, folds, fold).column("split")
        except InputError as error:
            assert any(reason in str(error) for reason in ("nothing to divide", "too few for", "no training rows"))
            return
        held_out.update(row for row in range(len(data)) if after[row] == side != before[row])
        assert all(now == was for was, now in zip(before, after, strict=True) if was in ("val", "test"))
        for name in ("group", "content"):
            together: dict[str, set] = {}
            for value, was, now in zip(data.column(name), before, after, strict=True):
                if value is not None and was in (None, "train"):
                    together.setdefault(value, set()).add(now == side)
            assert all(len(sides) == 1 for sides in together.values())
    assert held_out == Counter(row for row in range(len(data)) if before[row] in (None, "train"))


@given(tables(whole=True), st.integers(2, 7), st.integers(0, 99))
@settings(max_examples=100)
def test_without_groups_folds_differ_by_a_row_at_most_in_each_class_and_in_all(table, folds, seed) -> None:
    data = table()
    if len(data) < folds:
        return
    parts = [assign_sides(data, None, 0, seed, folds, fold) for fold in range(1, folds + 1)]
    assert np.ptp([part.split_sizes()["test"] for part in parts]) <= 1
    for name in data.classes:
        assert np.ptp([part.counts("test")[name] for part in parts]) <= 1


@given(tables(), st.randoms(use_true_random=False), st.integers(0, 99))
@settings(max_examples=40)
def test_the_order_of_the_rows_does_not_matter_to_counts_and_folds(table, random, seed) -> None:
    data = table()
    order = list(range(len(data)))
    random.shuffle(order)
    for wish in ({"test": 5, "val": 0.2}, {"folds": 3, "fold": 2}):
        try:
            plain = assign_sides(data, seed=seed, **wish)
        except InputError:
            continue
        shuffled = assign_sides(data.select(np.array(order)), seed=seed, **wish)
        assert dict(zip(shuffled.ids, shuffled.column("split"), strict=True)) == dict(
            zip(plain.ids, plain.column("split"), strict=True)
        )


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
