from pathlib import Path

import numpy as np
import pytest

from hardy.dataset.dataset import SCHEMA
from hardy.errors import DecodeError, InputError
from hardy.sources import open_source
from tests.builders import dataset, encoded, folder, pixels, write


def test_one_sample_is_one_record_and_cannot_come_apart() -> None:
    data = dataset([0, 1, 0, 1], pixels(4, 17, 11, 3))
    chosen = data.select(np.array([3, 0]))
    assert chosen.ids == [data.ids[3], data.ids[0]]
    assert chosen.labels.tolist() == [1, 0]
    assert np.array_equal(chosen.image(0), data.image(3))
    assert np.array_equal(chosen.select(np.array([False, True])).image(0), data.image(0))


def test_selecting_nothing_leaves_an_empty_dataset() -> None:
    empty = dataset([0, 1]).select(np.zeros(2, bool))
    assert len(empty) == 0
    assert empty.labels.tolist() == []
    assert empty.classes == ("a", "b")
    assert not empty.is_labelled and not empty.has_splits


def test_changing_a_column_leaves_the_old_dataset() -> None:
    data = dataset([0, 1])
    changed = data.with_columns(label=[1, None])
    assert changed.labels.tolist() == [1, -1]
    assert data.labels.tolist() == [0, 1]
    assert changed.table.schema.equals(SCHEMA)
    assert not changed.is_labelled and data.is_labelled


def test_labels_are_a_copy() -> None:
    data = dataset([0, 1])
    data.labels[:] = 7
    assert data.labels.tolist() == [0, 1]


def test_counts_of_a_side_include_empty_classes() -> None:
    data = dataset([0, 0, 2, None], classes=["cat", "dog", "owl"], split=["train", "test", "train", "train"])
    assert data.counts() == {"cat": 2, "dog": 0, "owl": 1}
    assert data.counts("test") == {"cat": 1, "dog": 0, "owl": 0}
    assert data.split_sizes() == {"train": 3, "test": 1}


def test_a_side_that_is_missing_is_answered_with_those_there_are() -> None:
    with pytest.raises(InputError, match="memory has no val rows; it has train, test"):
        dataset([0, 1], split=["train", "test"]).split("val")
    with pytest.raises(InputError, match="no splits at all"):
        dataset([0, 1]).split("train")


def test_a_missing_picture_is_named_with_its_path(tmp_path: Path) -> None:
    data = open_source(folder(tmp_path / "photos", {"cats": 2, "dogs": 1}))
    gone = tmp_path / "photos" / "cats" / "001.png"
    gone.unlink()
    with pytest.raises(DecodeError, match=f"{gone}: No such file"):
        data.image(1)
    assert data.image(2).shape == (17, 11, 3)


def test_a_damaged_picture_is_named_once(tmp_path: Path) -> None:
    path = write(tmp_path / "photos" / "cats" / "bad one.jpg", encoded(pixels(67, 43, 3), "JPEG")[:500])
    write(tmp_path / "photos" / "dogs" / "1.png", encoded(pixels()))
    with pytest.raises(DecodeError) as caught:
        open_source(tmp_path / "photos").image(0)
    assert str(caught.value).count(str(path)) == 1
    assert "truncated" in str(caught.value)


def test_pictures_come_one_after_the_other() -> None:
    images = pixels(3, 17, 11, 1)
    assert np.array_equal(np.stack(list(dataset([0, 1, 0], images).images())), images)


@pytest.mark.parametrize(
    "changes",
    [
        {"id": ["0" * 32, "1" * 32]},
        {"content": ["x", "y"]},
        {"label": [1, 0]},
        {"label": [0, None]},
        {"split": ["train", "test"]},
    ],
)
def test_the_fingerprint_follows_ids_contents_labels_and_sides(changes: dict) -> None:
    data = dataset([0, 1])
    assert data.with_columns(**changes).fingerprint != data.fingerprint
    assert data.with_columns(**changes).fingerprint == data.with_columns(**changes).fingerprint


def test_the_fingerprint_follows_the_order_and_the_class_names() -> None:
    data = dataset([0, 1])
    assert data.select(np.array([1, 0])).fingerprint != data.fingerprint
    assert dataset([0, 1], classes=["a", "c"]).fingerprint != data.fingerprint
    assert dataset([0, 1], classes=["a", "b"]).fingerprint == data.fingerprint


def test_the_fingerprint_tells_class_names_with_line_breaks_apart() -> None:
    one, other = dataset([0, 1], classes=["a\nb", "c"]), dataset([0, 1], classes=["a", "b\nc"])
    assert one.fingerprint != other.fingerprint


def test_the_fingerprint_does_not_follow_where_the_files_lie(tmp_path: Path) -> None:
    here, there = (open_source(folder(tmp_path / name, {"cats": 2, "dogs": 2})) for name in ("here", "there"))
    assert here.fingerprint == there.fingerprint
    assert here.paths() != there.paths()
