import csv
import json
from pathlib import Path

import numpy as np
import pytest

import hardy
from hardy.cli.app import run_command
from hardy.dataset import Dataset
from hardy.dataset.probe import probe
from hardy.errors import InputError, OutputError
from hardy.exports import FORMATS
from hardy.exports.export import MARK, export
from hardy.sources import open_source
from hardy.sources.arrays import from_arrays, open_arrays
from tests.builders import content, encoded, folder, pixels, write

X = pixels(6, 17, 11, 3)
SIDES = ["train", "train", "val", "test", "train", "test"]


def pets() -> Dataset:
    return probe(from_arrays(X, ["cats/persian", "dog", "Dog", "a:b", "dog", "cats/persian"], split=SIDES))


def place(root: Path, format: str) -> Path:
    return root / f"out{FORMATS[format].ending}"


def everything(path: Path) -> dict[str, bytes]:
    return content(path) if path.is_dir() else {"": path.read_bytes()}


@pytest.mark.parametrize("format", FORMATS)
def test_twice_the_same_bytes_and_nothing_of_the_place_or_time(format: str, tmp_path: Path) -> None:
    first, second = place(tmp_path / "a", format), place(tmp_path / "b", format)
    assert export(pets(), first, format) and export(pets(), second, format)
    assert everything(first) == everything(second)
    assert not list(tmp_path.rglob("*.partial"))


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_again_is_done_already_and_another_is_left_alone(format: str, tmp_path: Path) -> None:
    out = place(tmp_path, format)
    assert export(pets(), out, format)
    before = everything(out)
    assert not export(pets(), out, format)
    other = probe(from_arrays(X, [*"ababab"], split=SIDES))
    with pytest.raises(OutputError, match=r"is another export.*--out .*out-2"):
        export(other, out, format)
    assert everything(out) == before


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_is_something_else_is_left_alone(format: str, kind: str, tmp_path: Path) -> None:
    out = place(tmp_path, format)
    mine = write(out if kind == "file" else out / "letter.txt", b"mine")
    with pytest.raises(OutputError, match="no export of hardy"):
        export(pets(), out, format)
    assert mine.read_bytes() == b"mine"


@pytest.mark.parametrize("format", FORMATS)
def test_a_failure_leaves_nothing(format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = open_source(folder(tmp_path / "photos", {"cats": 3, "dogs": 2}))
    probed = probe(data)
    (tmp_path / "photos" / "dogs" / "001.png").unlink()
    with pytest.raises(hardy.DecodeError, match=r"dogs/001\.png"):
        export(probed, place(tmp_path, format), format)
    assert [entry.name for entry in tmp_path.iterdir()] == ["photos"]


def test_a_folder_keeps_files_and_names_and_renames_what_it_must(tmp_path: Path) -> None:
    photos = folder(tmp_path / "photos", {"train/cats": 2, "test/cats": 1})
    write(photos / "test" / "cats" / "ünï cöde.JPG", encoded(X[0], "JPEG"))
    hardy.export_data(photos, tmp_path / "out", "folder")
    written = content(tmp_path / "out")
    del written[MARK]
    assert written == content(photos)
    export(pets(), tmp_path / "pets", "folder")
    names = set(content(tmp_path / "pets"))
    assert {
        "train/cats/persian/000000.png",
        "val/Dog/000002.png",
        "train/dog-2/000001.png",
        "test/a%3Ab/000003.png",
    } <= names
    assert open_source(tmp_path / "pets").classes == ("Dog", "a:b", "cats/persian", "dog")


def test_equal_names_from_two_places_are_kept_apart(tmp_path: Path) -> None:
    parts = [open_source(folder(tmp_path / name, {"cats": 2})) for name in ("a", "b")]
    hardy.export_data(hardy.concat(parts), tmp_path / "out", "folder")
    names = {name for name in content(tmp_path / "out") if name != MARK}
    assert names == {"cats/000.png", "cats/001.png", "cats/000-2.png", "cats/001-2.png"}


def test_classes_that_are_called_like_sides_stay_classes(tmp_path: Path) -> None:
    data = probe(from_arrays(X, ["train", "test"] * 3))
    export(data, tmp_path / "out", "folder")
    assert open_source(tmp_path / "out").counts() == {"test": 3, "train": 3}


def rows_of(root: Path, format: str) -> list[dict]:
    text = (root / f"labels.{format}").read_text()
    if format == "csv":
        return list(csv.DictReader(text.splitlines()))
    return json.loads(text) if format == "json" else [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("format", ["csv", "json", "jsonl"])
def test_tables_name_label_place_and_side(format: str, tmp_path: Path) -> None:
    data = pets().with_columns(group=["g1", None, "g2", None, None, None])
    export(data, tmp_path / "out", format)
    rows = rows_of(tmp_path / "out", format)
    assert [row["label"] for row in rows] == ["cats/persian", "dog", "Dog", "a:b", "dog", "cats/persian"]
    assert [row["split"] for row in rows] == SIDES
    assert rows[0]["group"] == "g1" and not rows[1]["group"]
    for row, image in zip(rows, X, strict=True):
        assert np.array_equal(open_source(tmp_path / "out" / row["location"]).image(0), image)


def test_csv_comes_back_where_its_marks_stand_in_names(tmp_path: Path) -> None:
    names = ["'cat'", 'a "b"', "a, b; c\td", "[1", "data:x,y", "‘owl’"]
    export(probe(from_arrays(X, names)), tmp_path / "out", "csv")
    back = open_source(tmp_path / "out")
    assert [back.classes[label] for label in back.labels] == names
    assert [row["label"] for row in rows_of(tmp_path / "out", "csv")] == names, "other programs read the same"


@pytest.mark.parametrize("format", ["csv", "json", "jsonl"])
@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["a", " b"], "label ' b': it would be read as 'b'"),
        (["", "b"], "label ''"),
        (["['a', 'b']", "b"], "label \"\\['a', 'b'\\]\": it would be read as None"),
        (["1.0", "2"], "label '1.0': it would be read as '1'"),
    ],
)
def test_names_that_a_table_would_change_are_refused(format: str, names: list[str], shown: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"cannot keep the {shown}.*export as parquet"):
        export(probe(from_arrays(X[:2], names)), tmp_path / "out", format)
    assert not list(tmp_path.iterdir())


def test_a_carriage_return_is_kept_by_json_alone_and_groups_are_looked_at_too(tmp_path: Path) -> None:
    data = probe(from_arrays(X[:2], ["a\rb", "c"]))
    with pytest.raises(InputError, match="cannot keep the label"):
        export(data, tmp_path / "csv", "csv")
    export(data, tmp_path / "json", "json")
    assert open_source(tmp_path / "json").classes == ("a\rb", "c")
    with pytest.raises(InputError, match="cannot keep the group 'g '"):
        export(data.with_columns(group=["1.0", "g "]), tmp_path / "out", "jsonl")
    export(data.with_columns(group=["1.0", "g"]), tmp_path / "out", "jsonl")
    assert open_source(tmp_path / "out").column("group") == ["1.0", "g"]


def test_what_other_programs_make_of_it(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    export(pets(), tmp_path / "out", "parquet")
    files = {side: str(next((tmp_path / "out").glob(f"{side}-*.parquet"))) for side in ("train", "validation", "test")}
    loaded = datasets.load_dataset("parquet", data_files=files, cache_dir=str(tmp_path / "cache"))
    assert loaded["train"].features["label"].names == list(pets().classes)
    assert np.array_equal(np.asarray(loaded["validation"][0]["image"]), X[2])


@pytest.mark.parametrize("format", ["folder", "hdf5", "npz"])
def test_some_labels_only(format: str, tmp_path: Path) -> None:
    data = probe(open_arrays([(X[0], "cat"), (X[1], None)]))
    with pytest.raises(InputError, match="1 of 2 pictures have no label.*csv"):
        export(data, place(tmp_path, format), format)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("format", ["folder", "npz"])
def test_some_sides_only_or_sides_without_labels(format: str, tmp_path: Path) -> None:
    some = probe(from_arrays(X[:2], ["a", "b"], split=["train", None]))
    with pytest.raises(InputError, match="1 of 2 pictures are on no side"):
        export(some, place(tmp_path, format), format)
    with pytest.raises(InputError, match="these pictures have none"):
        export(probe(from_arrays(X, split="train")), place(tmp_path, format), format)


def test_an_npz_holds_one_size_only(tmp_path: Path) -> None:
    data = probe(open_arrays([(X[0], "a"), (pixels(5, 3, 3), "b")]))
    with pytest.raises(InputError, match=r"array#1 is \(5, 3, 3\) uint8.*--size H W"):
        export(data, tmp_path / "a.npz", "npz")


def test_unknown_format_and_no_rows(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"format must be one of folder, csv.*'zip'"):
        export(pets(), tmp_path / "out", "zip")
    with pytest.raises(InputError, match="no rows to export"):
        export(pets().select(np.array([], np.int64)), tmp_path / "out", "csv")


def test_the_command_says_what_was_written_and_what_was_not(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    photos = folder(tmp_path / "photos", {"cats": 3, "dogs": 2})
    write(photos / "dogs" / "broken.jpg", b"no picture")
    line = ["export-data", str(photos), "--format", "webdataset", "--out", str(tmp_path / "out"), "--json"]
    assert run_command(line) == 0
    said = json.loads(capfd.readouterr().out)
    assert (said["found"], said["exported"], said["refused"]) == (6, 5, 1)
    assert said["reasons"][0]["uri"] == "dogs/broken.jpg"
    assert run_command([*line[:-1], "-q"]) == 0
    assert run_command([*line[:3], "csv", *line[4:-1]]) == 2
    assert "out-2" in capfd.readouterr().err
    assert run_command(["export-data", str(photos), "--format", "zip", "--out", "x"]) == 2
