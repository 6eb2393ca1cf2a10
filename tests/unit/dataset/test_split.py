from collections import Counter

import numpy as np
import pytest

from hardy.dataset.split import assign_sides, rule_of_thumb
from hardy.errors import InputError
from tests.builders import dataset


def sides_of(data: object) -> dict[str, str]:
    return dict(zip(data.ids, data.column("split"), strict=True))


@pytest.mark.parametrize(("rows", "share"), [(1, 0.2), (999, 0.2), (1_000, 0.1), (9_999, 0.1), (10_000, 0.05)])
def test_the_rule_of_thumb(rows: int, share: float) -> None:
    assert rule_of_thumb(rows) == share


def test_each_class_gives_exactly_its_share() -> None:
    labels = [0] * 100 + [1] * 50 + [2] * 10
    data = assign_sides(dataset(labels), 0.2, 0.25)
    assert data.counts("test") == {"a": 20, "b": 10, "c": 2}
    assert data.counts("val") == {"a": 20, "b": 10, "c": 2}
    assert data.counts("train") == {"a": 60, "b": 30, "c": 6}


@pytest.mark.parametrize(("rows", "taken"), [(1, 0), (2, 0), (3, 1), (4, 1), (25, 3)])
def test_small_classes_give_one_row_from_three_rows_on(rows: int, taken: int) -> None:
    data = assign_sides(dataset([0] * rows + [1] * 20), 0.1, 0)
    assert data.counts("test")["a"] == taken


def test_the_rule_of_thumb_is_used_where_no_fraction_is_given() -> None:
    data = assign_sides(dataset([0, 1] * 500))
    assert data.split_sizes() == {"train": 720, "val": 180, "test": 100}  # 10% of 1,000, then 20% of 900


def test_validation_is_drawn_at_random_and_not_from_the_front_of_the_alphabet() -> None:
    data = assign_sides(dataset([0] * 200 + [1] * 200), 0.2, 0.2)
    for side in ("val", "test"):
        for label in (0, 1):
            rows = [row for row in range(400) if data.column("split")[row] == side and data.labels[row] == label]
            places = (np.array(rows) % 200) / 200
            assert 0.3 < places.mean() < 0.7
            assert places.min() < 0.25 and places.max() > 0.75


def test_rows_of_one_group_and_of_one_content_stay_together() -> None:
    rows = 120
    group = [f"person {row // 4}" if row < 80 else None for row in range(rows)]
    content = [f"{row // 2 if row >= 80 else row}" for row in range(rows)]
    data = assign_sides(dataset([row % 2 for row in range(rows)], group=group, content=content), 0.2, 0.2)
    for name in ("group", "content"):
        together: dict[str, set[str]] = {}
        for value, side in zip(data.column(name), data.column("split"), strict=True):
            if value is not None:
                together.setdefault(value, set()).add(side)
        assert all(len(sides) == 1 for sides in together.values())
    assert set(data.split_sizes()) == {"train", "val", "test"}


def test_groups_that_contents_chain_together_stay_on_one_side() -> None:
    group = ["x", "x", "y", "y"] + [None] * 40
    content = ["1", "2", "2", "3"] + [f"own {row}" for row in range(40)]
    for seed in range(20):
        data = assign_sides(dataset([0, 1] * 22, group=group, content=content), 0.3, 0.3, seed)
        assert len(set(data.column("split")[:4])) == 1


def test_a_group_too_large_for_the_share_stays_in_training() -> None:
    data = assign_sides(dataset([0] * 30 + [1] * 30, group=["one"] * 30 + [None] * 30), 0.2, 0)
    assert data.counts("test") == {"a": 0, "b": 6}


def test_what_the_source_says_is_kept() -> None:
    given = ["test"] * 5 + ["train"] * 45
    data = assign_sides(dataset([0, 1] * 25, split=given), 0.5, 0.2)
    assert data.column("split")[:5] == ["test"] * 5
    assert data.split_sizes()["test"] == 5
    assert "test" not in data.column("split")[5:]
    whole = ["test", "val"] + ["train"] * 8
    assert assign_sides(dataset([0, 1] * 5, split=whole), 0.5, 0.5).column("split") == whole


def test_validation_never_takes_test_rows_or_their_copies() -> None:
    content = [str(row % 20) for row in range(40)]  # each of the first half has a copy in the second
    data = assign_sides(dataset([0, 1] * 20, content=content, split=["test"] * 20 + [None] * 20), None, 0.3)
    assert data.column("split")[:20] == ["test"] * 20
    assert "val" not in data.column("split")


def test_row_order_changes_no_side_and_another_seed_does() -> None:
    data = dataset([row % 3 for row in range(90)], group=[f"{row // 3}" for row in range(90)])
    order = np.random.default_rng(0).permutation(90)
    assert sides_of(assign_sides(data.select(order))) == sides_of(assign_sides(data))
    assert sides_of(assign_sides(data, seed=1)) != sides_of(assign_sides(data))


def test_a_fraction_of_0_takes_nothing() -> None:
    assert Counter(assign_sides(dataset([0, 1] * 10), 0, 0).column("split")) == {"train": 20}


@pytest.mark.parametrize("fraction", [-0.1, 1.0, 1.5, float("nan")])
@pytest.mark.parametrize("side", ["test", "val"])
def test_fractions_out_of_range_are_named(side: str, fraction: float) -> None:
    fractions = {"test_fraction": 0.2, "val_fraction": 0.2} | {f"{side}_fraction": fraction}
    with pytest.raises(InputError, match=f"the {side} fraction"):
        assign_sides(dataset([0, 1] * 10), **fractions)


def test_nothing_to_split_and_nothing_left_to_train_on() -> None:
    with pytest.raises(InputError, match="no rows"):
        assign_sides(dataset([]))
    with pytest.raises(InputError, match="no training rows"):
        assign_sides(dataset([0, 1], split=["test", "val"]))
