"""Appended rows join their group and their equals, fill the quotas, and never connect two sides."""

from collections import Counter

import numpy as np
import pytest

from hardy.dataset import joining
from hardy.dataset.sides import side_words
from tests.builders import dataset
from tests.reference import plain_join

QUOTAS = {"test": 0.2, "val": 0.1}


def join_sides(old: object, new: object, quotas: dict[str, float]) -> list[str | None]:
    return side_words(joining.join_sides(old, new, quotas)).to_pylist()


def old() -> object:
    """Ten rows of two classes: eight to train, one to validate, one to test; groups g0 … g9, contents c0 … c9."""
    return dataset(
        [0, 1] * 5,
        split=["train"] * 8 + ["val", "test"],
        group=[f"g{row}" for row in range(10)],
        content=[f"c{row}" for row in range(10)],
    )


def new(labels: list[int], **columns: list[str | None]) -> object:
    names = [f"new-{row:04d}.png" for row in range(len(labels))]
    columns.setdefault("content", [f"n{row}" for row in range(len(labels))])
    return dataset(labels, classes=["a", "b"], names=names, **columns)


@pytest.mark.parametrize(("name", "row", "side"), [("group", 8, "val"), ("group", 9, "test"), ("group", 0, "train")])
def test_a_row_joins_its_group(name: str, row: int, side: str) -> None:
    assert join_sides(old(), new([0], group=[f"g{row}"]), QUOTAS) == [side]


def test_a_row_joins_its_equals() -> None:
    assert join_sides(old(), new([0, 0], content=["c9", "c1"]), QUOTAS) == ["test", "train"]


def test_a_row_between_two_sides_is_set_aside() -> None:
    assert join_sides(old(), new([0], group=["g9"], content=["c0"]), QUOTAS) == [None]


def test_a_row_whose_source_says_another_side_is_set_aside() -> None:
    assert join_sides(old(), new([0, 0], group=["g9", "g9"], split=["train", "test"]), QUOTAS) == [None, "test"]


def test_new_rows_hold_each_other_together_and_a_chain_never_bridges() -> None:
    # The first ties the new group h to test; the second h to content x; the third, a training row's equal, is in h.
    rows = new([0, 0, 0], group=["g9", "h", "h"], content=["x", "x", "c0"])
    assert join_sides(old(), rows, QUOTAS) == ["test", "test", None]


def test_a_content_that_lies_on_both_sides_already_is_set_aside() -> None:
    both = old().with_columns(content=["c0"] * 10)
    assert join_sides(both, new([0], content=["c0"]), QUOTAS) == [None]


def test_free_rows_fill_the_quotas_of_each_class() -> None:
    rows = new([0] * 50 + [1] * 50)
    sides = join_sides(old(), rows, QUOTAS)
    for label in (0, 1):
        mine = Counter(side for side, own in zip(sides, rows.labels.tolist(), strict=True) if own == label)
        before = Counter(old().column("split")[label::2])
        assert mine["test"] + before["test"] == 11
        assert mine["val"] + before["val"] == 6  # 5.5, rounded up


def test_a_new_class_gets_its_share() -> None:
    assert (
        Counter(join_sides(old(), new([1] * 20), {"test": 0.5, "val": 0.0}))["test"] == 12
    )  # of 25 with the old, half


def test_groups_fill_quotas_whole() -> None:
    rows = new([0] * 40, group=[f"h{row // 10}" for row in range(40)])
    sides = join_sides(old(), rows, QUOTAS)
    for start in range(0, 40, 10):
        assert len(set(sides[start : start + 10])) == 1


def test_without_quotas_all_is_trained_on() -> None:
    assert set(join_sides(old(), new([0, 1] * 5), {})) == {"train"}


def test_the_order_of_free_rows_does_not_matter() -> None:
    rows = new([0, 1] * 20)
    sides = join_sides(old(), rows, QUOTAS)
    order = np.random.default_rng(0).permutation(40)
    assert join_sides(old(), rows.select(order), QUOTAS) == [sides[row] for row in order]


def test_no_rows() -> None:
    assert join_sides(old(), new([0]).select(np.zeros(1, bool)), QUOTAS) == []


@pytest.mark.parametrize("part", [1, 3, 1 << 18])
@pytest.mark.parametrize("seed", range(20))
def test_it_is_what_a_plain_loop_gives(seed: int, part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(seed)

    def words(kind: str, count: int, rows: int, gaps: float) -> list[str | None]:
        numbers = generator.integers(0, count, rows).tolist()
        return [None if generator.random() < gaps else f"{kind}{number}" for number in numbers]

    few, many = (int(generator.integers(1, 40)) for _ in range(2))
    sides = np.array(["train", "val", "test"])
    there = dataset(
        generator.integers(0, 3, few).tolist(),
        split=sides[generator.integers(0, 3, few)].tolist(),
        group=words("g", 50, few, 0.5),
        content=words("c", 60, few, 0.0),
    )
    rows = dataset(
        generator.integers(0, 3, many).tolist(),
        classes=["a", "b", "c"],
        names=[f"new-{row}.png" for row in range(many)],
        split=[None if generator.random() < 0.7 else str(generator.choice(sides)) for _ in range(many)],
        group=words("g", 40, many, 0.4),
        content=words("c", 80, many, 0.0),
    )
    expected = plain_join.join_sides(there, rows, {"test": 0.3, "val": 0.2})
    monkeypatch.setattr("hardy.scratch.PART_ROWS", part)
    monkeypatch.setattr("hardy.dataset.spill.CHUNK_ROWS", part)
    assert join_sides(there, rows, {"test": 0.3, "val": 0.2}) == expected
