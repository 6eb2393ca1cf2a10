from pathlib import Path

import numpy as np
import pytest

from hardy.dataset import Preprocessing, Refused
from hardy.dataset.concat import ConcatBatchReader, concat
from hardy.dataset.identity import sample_id
from hardy.dataset.prepared import prepared_batch
from hardy.dataset.probe import probe
from hardy.errors import InputError
from hardy.sources import open_source
from hardy.sources.arrays import from_arrays
from tests.builders import dataset, folder, npz, pixels

X = pixels(6, 17, 11, 3)


def test_classes_are_matched_by_name_and_grow_at_the_end() -> None:
    first = from_arrays(X[:3], ["dog", "owl", "dog"], split="train")
    second = from_arrays(X[3:], ["cat", "owl", "dog"], split="test")
    both = concat([first, second], ["a", "b"])
    assert both.classes == ("dog", "owl", "cat")
    assert both.labels.tolist() == [0, 1, 0, 2, 1, 0]
    assert both.split_sizes() == {"train": 3, "test": 3}
    assert np.array_equal(np.stack(list(both.images())), X)


def test_ids_follow_from_the_sources_name_so_that_none_collide(tmp_path: Path) -> None:
    data = open_source(npz(tmp_path / "a.npz", images=X, labels=[0, 1] * 3))
    both = concat([data, data], ["mine", "yours"])
    assert len(set(both.ids)) == 12
    assert both.ids[7] == sample_id("a.npz/images", 1, "yours")
    twice = concat([both, data], ["old", "new"])
    assert len(set(twice.ids)) == 18
    assert twice.ids == concat([both, data], ["old", "new"]).ids
    named = open_source(folder(tmp_path / "photos", {"cats": 1}))
    assert concat([named], ["x"]).ids == [sample_id("cats/000.png", 0, "x")]


def test_names_by_default_come_from_the_locations(tmp_path: Path) -> None:
    for place in ("here", "there"):
        folder(tmp_path / place / "photos", {"cats": 1})
    parts = [open_source(tmp_path / place / "photos") for place in ("here", "there")]
    both = concat(parts)
    assert both.column("source") == ["photos", "photos-2"]
    assert both.paths() == [str(tmp_path / place / "photos" / "cats" / "000.png") for place in ("here", "there")]
    assert both.image(1).shape == (17, 11, 3)


def test_what_was_refused_is_joined(tmp_path: Path) -> None:
    photos = folder(tmp_path / "photos", {"cats": 2})
    (photos / "cats" / "000.png").write_bytes(b"")
    (photos / "cats" / "notes.txt").write_bytes(b"")
    both = concat([probe(open_source(photos)), from_arrays(X, ["cat"] * 6)], ["a", "b"])
    assert len(both) == 7
    assert [entry.uri for entry in both.refused] == [str(photos / "cats" / name) for name in ("notes.txt", "000.png")]
    assert both.refused[1].id == sample_id("cats/000.png", 0, "a")
    assert both.refused[0] == Refused(str(photos / "cats" / "notes.txt"), both.refused[0].reason)


def test_selected_rows_and_batches() -> None:
    first = from_arrays(X[:4], [0, 1, 0, 1]).select(np.array([3, 1]))
    both = concat([first, from_arrays(X[4:], [0, 1])], ["a", "b"])
    assert isinstance(both.reader, ConcatBatchReader)
    assert np.array_equal(prepared_batch(both, np.array([3, 0, 2, 1]), Preprocessing(3, (17, 11))), X[[5, 3, 4, 1]])


def test_depths_are_never_mixed_in_a_batch() -> None:
    deep = from_arrays(X.astype(np.uint16) * 257, ["a"] * 6)
    both = concat([from_arrays(X, ["a"] * 6), deep], ["a", "b"])
    assert not isinstance(both.reader, ConcatBatchReader)
    assert np.array_equal(prepared_batch(both, np.array([0, 6]), Preprocessing(3, (17, 11))), X[[0, 0]])


def test_preprocessing_stays_where_it_is_the_same() -> None:
    from dataclasses import replace

    small, large = Preprocessing(1, (2, 2)), Preprocessing(1, (3, 3))
    one = replace(dataset([0, 1]), preprocessing=small)
    assert concat([one, replace(dataset([0]), preprocessing=small)], ["a", "b"]).preprocessing == small
    assert concat([one, replace(dataset([0]), preprocessing=large)], ["a", "b"]).preprocessing is None
    assert concat([one, dataset([0])], ["a", "b"]).preprocessing is None


def test_unlabelled_rows_stay_unlabelled() -> None:
    assert concat([from_arrays(X), from_arrays(X, ["a"] * 6)], ["a", "b"]).labels.tolist() == [-1] * 6 + [0] * 6


@pytest.mark.parametrize(
    ("count", "names", "message"),
    [(0, None, "no datasets"), (2, ["a"], "need 2 names, got 1"), (2, ["a", "a"], "must differ"), (1, [""], "empty")],
)
def test_wrong_use(count: int, names: list[str] | None, message: str) -> None:
    with pytest.raises(InputError, match=message):
        concat([from_arrays(X)] * count, names)
