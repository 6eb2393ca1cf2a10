from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hardy.dataset import Dataset, Preprocessing
from hardy.dataset.ready import Wishes, preprocessing_for, with_sides
from hardy.errors import InputError
from hardy.progress import Silent
from hardy.sources import open_source
from hardy.store import open_store, pack
from tests.builders import dataset, digits, encoded, folder, measured, pixels, write


def test_every_row_gets_a_side_and_unlabelled_rows_are_set_aside() -> None:
    data = with_sides(dataset([0, 1, None] * 10), Wishes())
    assert data.has_splits and data.is_labelled
    assert len(data) == 20
    assert [entry.reason for entry in data.refused] == ["it has no label"] * 10


def test_sides_that_are_complete_are_kept() -> None:
    data = dataset([0, 1] * 3, split=["train", "train", "val", "val", "test", "test"])
    assert with_sides(data, Wishes()).column("split") == data.column("split")
    for wishes in (Wishes(test=0.5), Wishes(val=0.1)):
        with pytest.raises(InputError, match="sides of its own"):
            with_sides(data, wishes)


def test_the_sides_of_a_store_are_final(tmp_path: Path) -> None:
    """Nothing is carved from them any more: its statistics are of the training rows it says it has."""
    pack(with_sides(dataset([0, 1] * 9), Wishes(test=0, val=0)), tmp_path / "a.hardy")
    store = open_store(tmp_path / "a.hardy")
    assert with_sides(store, Wishes()).split_sizes() == {"train": len(store)}
    for wishes in (Wishes(test=0.5), Wishes(val=0.1), Wishes(seed=3), Wishes(folds=3, fold=1)):
        with pytest.raises(InputError, match="sides of its own"):
            with_sides(store, wishes)


def test_wishes_for_the_split_are_heard() -> None:
    sizes = with_sides(dataset([0, 1] * 50), Wishes(test=0.5, val=0.2)).split_sizes()
    assert sizes == {"train": 40, "val": 10, "test": 50}
    assert (
        with_sides(dataset([0, 1] * 50), Wishes(seed=1)).fingerprint
        != with_sides(dataset([0, 1] * 50), Wishes()).fingerprint
    )


def said_of(data: Dataset, wishes: Wishes) -> list[str]:
    """What a person is told while the sides are given."""
    said: list[str] = []

    class Listener(Silent):
        def say(self, line: str) -> None:
            said.append(line)

    with_sides(data, wishes, Listener())
    return said


def test_what_groups_did_not_let_come_true_is_said() -> None:
    grouped = dataset([0, 1] * 30, group=[str(row // 6) for row in range(60)])
    assert said_of(grouped, Wishes(test=12, val=6)) == []
    assert said_of(grouped, Wishes(test=14, val=6)) == [
        "12 test rows and not 14: groups and equal pictures are not parted"
    ]
    assert said_of(grouped, Wishes(test=12, val=0.25)) == []  # 12 of the 48 that are left
    assert said_of(grouped, Wishes(test=12, val=0.2)) == [
        "6 val rows and not 10: groups and equal pictures are not parted"
    ]


def test_classes_with_fewer_rows_than_folds_are_named() -> None:
    data = dataset([0] * 20 + [1] * 3 + [2] * 5)
    assert said_of(data, Wishes(folds=5, fold=1)) == [
        "fewer rows than folds, so that some have no test rows of these: b (3)"
    ]


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"test": 1.0}, "the test fraction must be"),
        ({"val": -2}, "the val rows must be"),
        ({"folds": 5}, "name fold, which one"),
        ({"fold": 1}, "name folds, how many"),
        ({"folds": 5, "fold": 6}, "fold must be from 1 to 5, got 6"),
        ({"folds": 5, "fold": 0}, "fold must be from 1 to 5, got 0"),
        ({"folds": 1, "fold": 1}, "at least 2 folds"),
    ],
)
def test_wishes_that_cannot_be_meant_are_refused_before_anything_is_read(wishes: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        Wishes(**wishes)


@pytest.mark.parametrize(
    ("labels", "message"),
    [([None, None], "no labels"), ([1, 1, 1], r"one class only \(b\)"), ([0, 0, None], "one class")],
)
def test_nothing_to_tell_apart(labels: list, message: str) -> None:
    with pytest.raises(InputError, match=message):
        with_sides(dataset(labels), Wishes())


def test_statistics_come_with_the_preprocessing() -> None:
    data = digits()
    found = preprocessing_for(data, Wishes())
    assert found == measured(data)
    assert found.mean is not None and found.shape == (17, 11, 1)


def test_many_sizes_are_said(tmp_path: Path) -> None:
    root = folder(tmp_path, {"a": 5, "b": 5})
    write(root / "a" / "wide.png", encoded(pixels(11, 17, 3)))
    said: list[str] = []

    class Listener:
        def say(self, line: str) -> None:
            said.append(line)

        def advance(self, stage: str, done: int, total: int, note: str = "") -> None:
            assert stage == "measuring"
            assert 0 < done <= total, note

    found = preprocessing_for(with_sides(open_source(root), Wishes()), Wishes(), Listener())
    assert found.size_hw == (64, 64)
    assert any("64×64" in line and "--size" in line for line in said)


def raw_store(tmp_path: Path) -> tuple:
    """Grey 8×6 pixels of colour pictures of many sizes."""
    root = folder(tmp_path / "photos", {"a": 6, "b": 6})
    write(root / "a" / "wide.png", encoded(pixels(11, 17, 3)))
    data = with_sides(open_source(root), Wishes())
    recipe = preprocessing_for(data, Wishes(channels=1, size_hw=(8, 6), fit="crop"))
    pack(data, tmp_path / "a.hardy", "raw", recipe)
    return open_store(tmp_path / "a.hardy"), recipe


def test_a_raw_store_keeps_its_own_preprocessing(tmp_path: Path) -> None:
    store, recipe = raw_store(tmp_path)
    assert preprocessing_for(store, Wishes()) == recipe
    assert preprocessing_for(store, Wishes(size_hw=(8, 6), channels=1, fit="crop")) == recipe


def test_other_channels_of_a_raw_store_keep_its_size(tmp_path: Path) -> None:
    store, recipe = raw_store(tmp_path)
    found = preprocessing_for(store, Wishes(channels=3))
    assert found.same_pixels(replace(recipe, channels=3, mean=None, std=None))


def test_another_size_of_a_raw_store_keeps_its_channels_and_fit(tmp_path: Path) -> None:
    store, recipe = raw_store(tmp_path)
    found = preprocessing_for(store, Wishes(size_hw=(5, 5)))
    assert found.same_pixels(replace(recipe, size_hw=(5, 5)))


def test_the_preprocessing_of_an_original_store_follows_the_wishes(tmp_path: Path) -> None:
    pack(digits(), tmp_path / "a.hardy")
    store = open_store(tmp_path / "a.hardy")
    found = preprocessing_for(store, Wishes(channels=3, size_hw=(9, 5), fit="stretch"))
    assert found.same_pixels(Preprocessing(3, (9, 5), "stretch"))
    assert np.isfinite(found.mean).all()
