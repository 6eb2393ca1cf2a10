from collections import Counter
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from hardy.dataset.probe import probe
from hardy.dataset.shares import rule_of_thumb
from hardy.dataset.split import assign_sides
from hardy.errors import InputError
from hardy.sources import open_source
from tests.builders import dataset, pixels


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
    data = dataset([0] * 30 + [1] * 30, group=["one"] * 30 + [None] * 30)
    assert assign_sides(data).counts("test") == {"a": 0, "b": 6}
    assert assign_sides(data, 0.2, 0).counts("test") == {"a": 0, "b": 12}  # others stand in: what is asked for is met


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
    fractions = {"test": 0.2, "val": 0.2} | {side: fraction}
    with pytest.raises(InputError, match=f"the {side} fraction"):
        assign_sides(dataset([0, 1] * 10), **fractions)


def test_nothing_to_split_and_nothing_left_to_train_on() -> None:
    with pytest.raises(InputError, match="no rows"):
        assign_sides(dataset([]))
    with pytest.raises(InputError, match="no training rows"):
        assign_sides(dataset([0, 1], split=["test", "val"]))


def test_counts_and_fractions_are_met_to_the_row() -> None:
    data = dataset([0] * 17 + [1] * 11 + [2] * 32)
    assert assign_sides(data, 0.2, 0.1).split_sizes() == {"train": 43, "val": 5, "test": 12}  # 10% of 48 is 4.8
    assert assign_sides(data, 13, 7).split_sizes() == {"train": 40, "val": 7, "test": 13}
    assert assign_sides(data, 1, 1).split_sizes() == {"train": 58, "val": 1, "test": 1}
    with pytest.raises(InputError, match="no training rows: 60 test rows of 60"):
        assign_sides(data, 60)
    with pytest.raises(InputError, match="no training rows: 48 val rows of 48"):
        assign_sides(data, 12, 48)


def test_groups_are_exchanged_until_the_number_is_met() -> None:
    sizes = [4, 4, 4, 4, 4, 4, 4, 4, 3, 3]
    group = [f"{number}" for number, size in enumerate(sizes) for _ in range(size)]
    for seed in range(20):
        data = assign_sides(dataset([0] * len(group), group=group), 14, 0, seed)
        assert data.split_sizes()["test"] == 14  # 4 + 4 + 3 + 3, and no other way


def test_mixed_groups_that_fill_one_class_do_not_stop_the_others() -> None:
    labels = [0, 0, 1, 1, 1] * 40
    data = assign_sides(dataset(labels, group=[str(row // 5) for row in range(200)]), 0.2, 0)
    assert data.counts("test") == {"a": 16, "b": 24}


def test_a_fold_is_the_test_rows_or_validation_where_the_source_has_test_rows() -> None:
    plain = assign_sides(dataset([0, 1] * 25), folds=5, fold=2)
    assert plain.split_sizes() == {"train": 32, "val": 8, "test": 10}
    own = dataset([0, 1] * 25, split=["test"] * 10 + ["train"] * 40)
    assert assign_sides(own, folds=5, fold=2).split_sizes() == {"train": 32, "val": 8, "test": 10}
    with_val = dataset([0, 1] * 25, split=["val"] * 10 + ["train"] * 40)
    assert assign_sides(with_val, folds=4, fold=4).split_sizes() == {"train": 30, "val": 10, "test": 10}


@pytest.mark.parametrize(
    ("split", "wishes", "said"),
    [
        ("test val train train", {}, "nothing to divide into folds"),
        ("train train train train", {"test": 0.5}, "leave out the test share"),
        ("test train train train", {"val": 0.5}, "leave out the val share"),
        ("test train train train", {"folds": 4}, "has 3 rows to divide, too few for 4 folds"),
    ],
)
def test_folds_that_cannot_be_had(split: str, wishes: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        assign_sides(dataset([0, 1] * 2, split=split.split()), **({"folds": 2, "fold": 1} | wishes))


def test_more_folds_than_groups_are_refused() -> None:
    data = dataset([0, 1] * 10, group=[str(row // 5) for row in range(20)])
    with pytest.raises(InputError, match=r"4 groups \(.*not parted\) to divide, too few for 5"):
        assign_sides(data, folds=5, fold=1)


def test_another_seed_gives_other_folds() -> None:
    data = dataset([0, 1] * 25)
    assert sides_of(assign_sides(data, folds=5, fold=1)) != sides_of(assign_sides(data, seed=1, folds=5, fold=1))


def test_frames_of_one_file_stay_on_one_side(tmp_path: Path) -> None:
    """They are one row, the first; and a file of which there is a copy under another name goes where the copy goes."""
    for number in range(6):
        pages = [PIL.Image.fromarray(pixels(17, 11, 3, seed=10 * number + page)) for page in range(3)]
        for folder, name in (("cats", "a"), ("cats", "b"), ("dogs", "a")):
            kind = "tiff" if name == "a" else "gif"
            path = tmp_path / folder / f"{number}{name}.{kind}"
            path.parent.mkdir(exist_ok=True)
            pages[0].save(path, save_all=True, append_images=pages[1:])
    data = assign_sides(probe(open_source(tmp_path), threads=1), 6, 4)
    assert len(data) == 18
    assert len(set(data.column("uri"))) == 18
    sides: dict[str, set[str]] = {}
    for content, side in zip(data.column("content"), data.column("split"), strict=True):
        sides.setdefault(content, set()).add(side)
    assert len(sides) == 12
    assert all(len(found) == 1 for found in sides.values())
