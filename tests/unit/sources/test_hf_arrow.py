import json
from pathlib import Path

import numpy as np
import pytest

from hardy.dataset.identity import sample_id
from hardy.errors import DecodeError, LayoutError
from hardy.sources import open_source
from tests.builders import encoded, pixels, write
from tests.layouts import arrow

PICTURES = [encoded(pixels(seed=seed)) for seed in range(8)]
LABELS = [0, 2, 1, 0, 2, 1, 0, 2]
NAMES = ["cat", "dog", "owl"]


def saved(folder: Path, split: str | None, rows: slice) -> None:
    name = "data-00000-of-00001.arrow"
    arrow(folder / name, PICTURES[rows], LABELS[rows], NAMES)
    write(folder / "state.json", json.dumps({"_data_files": [{"filename": name}], "_split": split}).encode())
    write(folder / "dataset_info.json", b"{}")


def test_sides_of_a_saved_dictionary(tmp_path: Path) -> None:
    saved(tmp_path / "train", "train", slice(0, 5))
    saved(tmp_path / "validation", None, slice(5, 8))
    write(tmp_path / "dataset_dict.json", b'{"splits": ["train", "validation"]}')
    data = open_source(tmp_path)
    assert data.classes == ("cat", "dog", "owl")
    assert data.split_sizes() == {"train": 5, "val": 3}
    assert data.labels.tolist() == LABELS
    assert data.ids[6] == sample_id("validation/data-00000-of-00001.arrow", 1)
    for row in range(8):
        assert np.array_equal(data.image(row), pixels(seed=row))


def test_what_datasets_itself_saves(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    features = datasets.Features({"image": datasets.Image(), "label": datasets.ClassLabel(names=NAMES)})
    rows = {"image": [{"bytes": picture, "path": None} for picture in PICTURES], "label": LABELS}
    made = datasets.Dataset.from_dict(rows, features=features)
    made.save_to_disk(str(tmp_path / "one"), num_shards=2)
    datasets.DatasetDict({"train": made, "test": made.select(range(3))}).save_to_disk(str(tmp_path / "two"))
    one, two = open_source(tmp_path / "one"), open_source(tmp_path / "two")
    assert (one.classes, one.labels.tolist()) == (tuple(NAMES), LABELS)
    assert np.array_equal(one.image(7), pixels(seed=7))
    assert two.split_sizes() == {"train": 8, "test": 3}


@pytest.mark.parametrize("stream", [True, False])
def test_one_file_in_either_format(tmp_path: Path, stream: bool) -> None:
    data = open_source(arrow(tmp_path / "a.arrow", PICTURES, ["owl", None, "cat", *["owl"] * 5], stream=stream))
    assert data.classes == ("cat", "owl")
    assert data.labels.tolist()[:3] == [1, -1, 0]
    assert data.column("split") == [None] * 8


def test_a_row_without_bytes(tmp_path: Path) -> None:
    data = open_source(arrow(tmp_path / "a.arrow", [PICTURES[0], None], [0, -1], NAMES))
    assert data.column("label") == [0, None]
    with pytest.raises(DecodeError, match=r"a\.arrow#1: .*no bytes"):
        data.image(1)


@pytest.mark.parametrize("stream", [True, False])
def test_every_truncation_is_noticed(tmp_path: Path, stream: bool) -> None:
    whole = arrow(tmp_path / "x" / "a.arrow", PICTURES, LABELS, NAMES, stream).read_bytes()
    for length in range(0, len(whole), 101):
        path = write(tmp_path / f"cut-{length}.arrow", whole[:length])
        with pytest.raises(LayoutError, match=rf"cut-{length}\.arrow"):
            open_source(path)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("state.json", b"{", "state.json is not JSON"),
        ("state.json", b"[]", "holds no JSON object"),
        ("state.json", b"{}", "names no data files"),
        ("state.json", b'{"_data_files": [{"filename": "../a.arrow"}]}', "names no data files in its own folder"),
        ("state.json", b'{"_data_files": [{"filename": "gone.arrow"}]}', "gone.arrow is missing"),
        ("dataset_dict.json", b'{"splits": ["../other"]}', "names no splits"),
        ("dataset_dict.json", b'{"splits": ["other"]}', "state.json is missing"),
    ],
)
def test_folders_that_do_not_fit(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    arrow(tmp_path / "a.arrow", PICTURES, LABELS, NAMES)
    saved(tmp_path / "set", None, slice(0, 8))
    write(tmp_path / "set" / name, content)
    with pytest.raises(LayoutError, match=message) as caught:
        open_source(tmp_path / "set")
    assert str(tmp_path) in str(caught.value)


def test_a_label_beyond_the_names(tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match="label 3, but there are 3 class names"):
        open_source(arrow(tmp_path / "a.arrow", PICTURES[:2], [0, 3], NAMES))


def test_a_column_whose_name_is_no_utf8(tmp_path: Path) -> None:
    """Found by tests/fuzz/arrow.py."""
    path = arrow(tmp_path / "a.arrow", PICTURES, LABELS, NAMES)
    path.write_bytes(path.read_bytes().replace(b"image\0\0\0", b"im\xffge\0\0\0", 1))
    with pytest.raises(LayoutError, match=r"a\.arrow"):
        open_source(path)
