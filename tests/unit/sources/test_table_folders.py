"""Folders that are read by the tables in them."""

import json
from pathlib import Path

import numpy as np
import pytest

from hardy.dataset import Dataset
from hardy.dataset.identity import sample_id
from hardy.errors import LayoutError
from hardy.sources import open_source, table
from hardy.sources.options import OpenOptions
from tests import tables
from tests.builders import encoded, folder, npz, parquet, pixels, write

NAMES = [f"pictures/{seed}.png" for seed in range(4)]
LABELS = ["cat", "dog", "cat", "owl"]
GOOD = "file_name,label\npictures/0.png,cat\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for seed, name in enumerate(NAMES):
        write(tmp_path / "set" / name, encoded(pixels(seed=seed)))
    return tmp_path / "set"


def text(root: Path, name: str, content: str) -> Path:
    return write(root / name, content.encode())


def class_names(data: Dataset) -> list[str | None]:
    return [None if label is None else data.classes[label] for label in data.column("label")]


@pytest.mark.parametrize("name", ["metadata.csv", "labels.jsonl", "train.json", "Annotations.tsv", "index.parquet"])
def test_a_folder_with_a_table_that_names_its_pictures(root: Path, name: str) -> None:
    stem, _, kind = name.partition(".")
    taken = tables.table(root, kind, {"file_name": NAMES, "label": LABELS}, stem=stem)
    write(root / ".DS_Store", b"")
    write(root / "beside.png", encoded(pixels()))
    text(root, "README.md", "where these pictures come from")
    data = open_source(root)
    assert class_names(data) == LABELS
    assert data.location == str(taken), "it is said which file was taken"
    assert data.ids == [sample_id(name) for name in NAMES]
    assert data.column("split") == [None] * 4, "one table alone has no side by its name"
    assert open_source(Path(data.location)).fingerprint == data.fingerprint


@pytest.mark.parametrize("kind", ["csv", "tsv", "json", "columns", "jsonl", "parquet"])
@pytest.mark.parametrize(("train", "test"), [("train", "test"), ("Training", "holdout"), ("dev", "TEST")])
def test_a_table_for_each_side(root: Path, kind: str, train: str, test: str) -> None:
    tables.table(root, kind, {"file_name": NAMES[:3], "label": ["2", "10", "2"]}, stem=train)
    tables.table(root, kind, {"file_name": NAMES[3:], "label": ["1"]}, stem=test)
    text(root, "readme.txt", "x")
    data = open_source(root)
    assert data.classes == ("1", "2", "10"), "one list of classes over both"
    assert data.split_sizes() == {"val" if train == "dev" else "train": 3, "test": 1}
    assert class_names(data) == ["2", "10", "2", "1"]
    assert data.ids == [sample_id(name) for name in NAMES] and data.location == str(root)
    assert all(np.array_equal(data.image(row), pixels(seed=row)) for row in range(4))
    moved = root.rename(root.parent / "elsewhere")
    assert open_source(moved).ids == data.ids


def test_tables_of_sides_of_several_kinds_and_a_column_that_says_more(root: Path) -> None:
    text(root, "train.csv", "file_name,label,split\npictures/0.png,cat,val\npictures/1.png,dog,\n")
    text(root, "test.jsonl", json.dumps({"file_name": NAMES[2], "label": "cat"}))
    data = open_source(root)
    assert data.column("split") == ["val", "train", "test"]


def test_a_test_table_without_labels_gets_none_by_guessing(root: Path) -> None:
    """As in a competition: `height` comes again and again and would pass for the label of a table alone."""
    text(root, "train.csv", "image,species,height\npictures/0.png,cat,17\npictures/1.png,dog,17\n")
    text(root, "test.csv", "image,height\npictures/2.png,17\npictures/3.png,17\n")
    data = open_source(root, OpenOptions(label_column="species"))
    assert class_names(data) == ["cat", "dog", None, None]


def test_the_same_picture_on_two_sides_is_two_samples_and_under_two_labels_none(root: Path) -> None:
    text(root, "train.csv", "image,label\npictures/0.png,cat\npictures/1.png,dog\n")
    text(root, "test.csv", "image,label\npictures/0.png,cat\npictures/1.png,owl\n,cat\n")
    data = open_source(root)
    assert data.ids == [sample_id(NAMES[0], 0), sample_id(NAMES[0], 1)]
    assert data.column("split") == ["train", "test"]
    reasons = {entry.uri: entry.reason for entry in data.refused}
    assert list(reasons) == ["train.csv#1", "test.csv#1", "test.csv#2"]
    assert "dog, owl" in reasons["train.csv#1"] and "no location" in reasons["test.csv#2"]


def test_whole_numbers_are_read_alike_in_all_tables(root: Path) -> None:
    text(root, "train.csv", "image,label\npictures/0.png,1.0\npictures/1.png,\n")
    text(root, "test.csv", "image,label\npictures/2.png,1\n")
    assert class_names(open_source(root)) == ["1", None, "1"]


def test_tables_in_folders_of_sides(root: Path) -> None:
    """Hugging Face's imagefolder: `file_name` is relative to the table's own folder."""
    for side, seeds in (("train", (0, 1)), ("test", (2,))):
        for seed in seeds:
            write(root / "hub" / side / "images" / f"{seed}.png", encoded(pixels(seed=seed)))
    text(root, "hub/train/metadata.csv", "file_name,label\nimages/0.png,cat\nimages/1.png,dog\n")
    pixel_row = json.dumps({"file_name": [[7, 8], [9, 0]], "label": "dog"})
    first = json.dumps({"file_name": "images/2.png", "label": "cat"})
    text(root, "hub/test/metadata.jsonl", f"{first}\n{pixel_row}\n{{oops\n")
    data = open_source(root / "hub")
    assert data.column("uri") == [
        "train/images/0.png",
        "train/images/1.png",
        "test/images/2.png",
        "test/metadata.jsonl#1",
    ]
    assert data.ids[:3] == [sample_id(uri) for uri in data.column("uri")[:3]]
    assert data.column("split") == ["train", "train", "test", "test"] and class_names(data)[2:] == ["cat", "dog"]
    assert [entry.uri for entry in data.refused] == ["test/metadata.jsonl#2"]
    assert all(np.array_equal(data.image(row), pixels(seed=row)) for row in range(3))
    assert data.paths()[0] == str(root / "hub/train/images/0.png")
    (root / "hub/test/metadata.jsonl").unlink()
    assert not table.matches(root / "hub"), "rows of a side without a table would be lost"


def test_captions_without_labels_leave_the_class_folders_as_they_are(tmp_path: Path) -> None:
    root = folder(tmp_path / "photos", {"cats/persian": 6, "dogs": 6})
    uris = open_source(root).column("uri")
    captions = [f"a picture of {number} pets" for number in range(12)]
    tables.table(root, "csv", {"file_name": uris, "text": captions}, stem="metadata")
    assert open_source(root).counts() == {"cats/persian": 6, "dogs": 6}
    assert open_source(root, OpenOptions(level=1)).counts() == {"cats": 6, "dogs": 6}
    assert class_names(open_source(root, OpenOptions(label_column="text"))) == captions
    flat = folder(tmp_path / "flat", {".": 12})
    tables.table(flat, "csv", {"file_name": [f"{n:03d}.png" for n in range(12)], "text": captions}, stem="metadata")
    assert class_names(open_source(flat)) == [None] * 12


def test_a_table_of_another_name_counts_where_no_class_folders_lie(root: Path) -> None:
    text(root, "birds.csv", GOOD)
    data = open_source(root)
    assert class_names(data) == ["cat"] and data.location == str(root / "birds.csv")
    write(root / "plates" / "0.png", encoded(pixels()))
    assert open_source(root).classes == ("pictures", "plates")


@pytest.mark.parametrize(
    "case", ["names nothing", "no label column", "hidden", "empty", "broken parquet", "pictures in parquet", "a folder"]
)
def test_a_folder_whose_table_is_about_something_else_is_a_folder(root: Path, case: str) -> None:
    if case == "names nothing":
        text(root, "metadata.csv", "name,size\ncat,3\n../../etc/passwd.png,\0.png\n")
    elif case == "no label column":
        text(root, "predictions.csv", "path,true,predicted\npictures/0.png,cat,dog\n")
    elif case == "hidden":
        text(root, ".labels.csv", GOOD)
    elif case == "empty":
        text(root, "labels.csv", "")
    elif case == "a folder":
        (root / "labels.csv").mkdir()
    elif case == "broken parquet":
        text(root, "labels.parquet", "PAR1")
    else:
        parquet(root / "labels.parquet", [encoded(pixels())], [0], ["a"])
    assert not table.matches(root)
    if case != "pictures in parquet" and case != "broken parquet":
        assert open_source(root).classes == ("pictures",)


@pytest.mark.parametrize(
    ("files", "named"),
    [
        (("labels.csv", "train.csv"), "labels.csv, train.csv"),
        (("metadata.csv", "metadata.jsonl"), "metadata.csv, metadata.jsonl"),
        (("train.csv", "train.json", "test.csv"), "test.csv, train.csv, train.json"),
        (("val.csv", "valid.csv", "test.csv"), "test.csv, val.csv, valid.csv"),
        (("train.csv", "test.csv", "labels.csv"), "labels.csv, test.csv, train.csv"),
        (("birds.csv", "more birds.csv"), "birds.csv, more birds.csv"),
    ],
)
def test_several_tables_that_could_be_meant_are_named(root: Path, files: tuple[str, ...], named: str) -> None:
    for name in files:
        text(root, name, json.dumps([{"file_name": NAMES[0], "label": "cat"}]) if name.endswith("n") else GOOD)
    if "metadata.jsonl" in files:
        text(root, "metadata.jsonl", json.dumps({"file_name": NAMES[0], "label": "cat"}))
    first = root / named.split(",")[0]
    with pytest.raises(LayoutError, match="several tables") as caught:
        open_source(root)
    assert f"({named})" in str(caught.value) and str(first) in str(caught.value)
    assert len(open_source(first)) == 1


def test_several_tables_in_the_folder_of_a_side_are_named(root: Path) -> None:
    for name in ("metadata.csv", "labels.csv"):
        write(root / "hub/train/0.png", encoded(pixels()))
        text(root, f"hub/train/{name}", "file_name,label\n0.png,cat\n")
    with pytest.raises(LayoutError, match=r"hub/train holds several tables .*\(labels\.csv, metadata\.csv\)"):
        open_source(root / "hub")


def test_tables_of_sides_win_over_others_that_say_nothing_of_pictures(root: Path) -> None:
    text(root, "train.csv", GOOD)
    text(root, "test.csv", "file_name,label\npictures/1.png,cat\n")
    text(root, "sample_submission.csv", "file_name,label\npictures/1.png,cat\n")
    text(root, "labels.csv", "number,name\n0,cat\n")
    assert open_source(root).split_sizes() == {"train": 1, "test": 1}


@pytest.mark.parametrize(
    "location", ["http://example.org/1.png", tables.data_uri(encoded(pixels())), "[[1, 2], [3, 4]]", "gone/1.png"]
)
def test_tables_alone_may_have_their_pictures_elsewhere(tmp_path: Path, location: str) -> None:
    for name in ("train", "test"):
        text(tmp_path, f"{name}.csv", f'label,location\na,"{location}"\n')
    assert open_source(tmp_path).split_sizes() == {"train": 1, "test": 1}
    write(tmp_path / "1.png", encoded(pixels()))
    assert not table.matches(tmp_path), "they may be about something else"


def test_other_layouts_are_asked_first(root: Path) -> None:
    npz(root / "only" / "a.npz", images=pixels(2, 5, 3), labels=[0, 1])
    assert len(open_source(root / "only")) == 2


@pytest.mark.parametrize(
    ("level", "classes"),
    [(None, ("cats/manx", "cats/persian", "dogs")), (1, ("cats", "dogs")), (5, ("cats/manx", "cats/persian", "dogs"))],
)
@pytest.mark.parametrize("kind", tables.KINDS)
def test_level_cuts_a_hierarchy_as_in_folders(tmp_path: Path, kind: str, level: int, classes: tuple[str, ...]) -> None:
    root = folder(tmp_path, {"cats/persian": 2, "cats/manx": 1, "dogs": 1})
    options = OpenOptions(level=level)
    listed = open_source(root, options)
    names = [str(Path(uri).parent) for uri in listed.column("uri")]
    data = open_source(tables.table(root, kind, {"path": listed.column("uri"), "label": names}), options)
    assert data.classes == listed.classes == classes
    assert data.column("label") == listed.column("label") and data.ids == listed.ids


def test_level_cuts_before_labels_are_compared(root: Path) -> None:
    text(root, "a.csv", "image,label\npictures/0.png,cats/manx\npictures/0.png, cats / persian\npictures/1.png,/\n")
    assert class_names(open_source(root / "a.csv", OpenOptions(level=1))) == ["cats", "cats", None]
    assert class_names(open_source(root / "a.csv")) == ["/"]
