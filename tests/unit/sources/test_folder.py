import os
import sys
from pathlib import Path

import numpy as np
import pytest

from hardy.dataset.identity import sample_id
from hardy.errors import HardyError, InputError, LayoutError
from hardy.sources import OpenOptions, open_source
from tests.builders import content, encoded, folder, pixels, write


def test_a_folder_per_class(tmp_path: Path) -> None:
    data = open_source(folder(tmp_path / "photos", {"dogs": 2, "cats": 3}))
    assert data.classes == ("cats", "dogs")
    assert data.counts() == {"cats": 3, "dogs": 2}
    assert data.column("uri")[0] == "cats/000.png"
    assert data.ids[0] == sample_id("cats/000.png")
    assert data.paths()[0] == str(tmp_path / "photos" / "cats" / "000.png")
    assert data.column("split") == [None] * 5
    assert data.column("content") == [None] * 5  # opening reads no picture


@pytest.mark.parametrize(
    ("train", "val", "test"), [("train", "val", "test"), ("Training", "valid", "testing"), ("TRAIN", "dev", "holdout")]
)
def test_splits_above_the_classes(tmp_path: Path, train: str, val: str, test: str) -> None:
    data = open_source(folder(tmp_path, {f"{train}/cats": 3, f"{train}/dogs": 2, f"{val}/cats": 1, f"{test}/dogs": 1}))
    assert data.classes == ("cats", "dogs")
    assert data.split_sizes() == {"train": 5, "val": 1, "test": 1}
    assert data.counts("test") == {"cats": 0, "dogs": 1}


def test_a_class_that_is_named_like_a_split_is_a_class_where_others_are_not(tmp_path: Path) -> None:
    data = open_source(folder(tmp_path, {"test": 1, "bench": 1}))
    assert data.classes == ("bench", "test")
    assert data.column("split") == [None, None]


def test_classes_in_classes(tmp_path: Path) -> None:
    data = open_source(folder(tmp_path, {"cats/persian": 1, "cats/siamese": 2, "dogs": 1}))
    assert data.classes == ("cats/persian", "cats/siamese", "dogs")
    assert data.labels.tolist() == [0, 1, 1, 2]


def test_a_flat_folder_has_no_labels(tmp_path: Path) -> None:
    write(tmp_path / "1.png", encoded(pixels()))
    write(tmp_path / "2.jpg", encoded(pixels(), "JPEG"))
    data = open_source(tmp_path)
    assert (len(data), data.classes, data.labels.tolist()) == (2, (), [-1, -1])


def test_one_picture(tmp_path: Path) -> None:
    path = write(tmp_path / "a b (1).JPEG", encoded(pixels(), "JPEG"))
    data = open_source(path)
    assert data.paths() == [str(path)]
    assert data.ids == [sample_id("a b (1).JPEG")]
    assert data.image(0).shape == (17, 11, 3)


def test_what_is_not_named_like_a_picture_is_reported_and_hidden_files_are_passed_over(tmp_path: Path) -> None:
    root = folder(tmp_path, {"cats": 2})
    write(root / "cats" / "notes.txt", b"hello")
    write(root / "readme.md", b"hello")
    write(root / "cats" / ".DS_Store", b"hello")
    write(root / ".git" / "cats" / "1.png", encoded(pixels()))
    data = open_source(root)
    assert len(data) == 2
    assert [(entry.uri, entry.id) for entry in data.refused] == [("cats/notes.txt", ""), ("readme.md", "")]


def test_names_with_blanks_brackets_and_letters_of_any_script(tmp_path: Path) -> None:
    names = ["0 (1).png", "é.png", "猫.png", "#1.png", "a&b?.png", "UPPER.PNG", "two.dots.png", "line\nbreak.png"]
    for seed, name in enumerate(names):
        write(tmp_path / "日本" / name, encoded(pixels(seed=seed)))
    data = open_source(tmp_path)
    assert sorted(Path(uri).name for uri in data.column("uri")) == sorted(names)
    assert data.classes == ("日本",)
    for row, uri in enumerate(data.column("uri")):
        assert np.array_equal(data.image(row), pixels(seed=names.index(Path(uri).name)))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps names that are no UTF-8")
def test_names_that_are_no_utf8_are_listed_refused_or_named(tmp_path: Path) -> None:
    root = folder(tmp_path / "photos", {"cats": 2})
    write(root / "cats" / os.fsdecode(b"caf\xe9.png"), encoded(pixels()))  # Latin-1, as old archives have it
    try:
        data = open_source(root)
    except HardyError as error:
        assert "caf" in str(error)
    else:
        assert len(data) + len([entry for entry in data.refused if "caf" in entry.uri]) == 3


def test_pictures_beside_class_folders_are_refused_by_name(tmp_path: Path) -> None:
    root = folder(tmp_path, {"cats": 2})
    write(root / "loose.png", encoded(pixels()))
    with pytest.raises(LayoutError, match=r"loose\.png"):
        open_source(root)


def test_splits_without_classes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match="splits without class folders"):
        open_source(folder(tmp_path, {"train": 2, "test": 1}))


def test_nothing_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere does not exist"):
        open_source(tmp_path / "nowhere")
    (tmp_path / "empty" / "cats").mkdir(parents=True)
    with pytest.raises(LayoutError, match="is empty"):
        open_source(tmp_path / "empty")
    write(tmp_path / "texts" / "a.docx", b"x")
    with pytest.raises(LayoutError, match=r"1 files and none .*\.docx"):
        open_source(tmp_path / "texts")
    with pytest.raises(LayoutError, match="none of the layouts"):
        open_source(write(tmp_path / "table.xlsx", b"PK\x03\x04"))


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may read everything")
def test_a_folder_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    root = folder(tmp_path, {"cats": 1})
    (root / "cats").chmod(0)
    try:
        with pytest.raises(InputError, match="cats"):
            open_source(root)
    finally:
        (root / "cats").chmod(0o755)


@pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
def test_a_link_that_leads_in_a_circle_ends(tmp_path: Path) -> None:
    root = folder(tmp_path, {"cats": 1})
    (root / "cats" / "again").symlink_to(root)
    try:
        assert len(open_source(root)) == 1
    except InputError as error:
        assert "again" in str(error)


def test_moving_the_folder_changes_no_id(tmp_path: Path) -> None:
    root = folder(tmp_path / "here", {"cats": 3, "dogs": 2})
    before = open_source(root)
    ids, pictures = before.ids, [image.tobytes() for image in before.images()]
    (tmp_path / "far" / "away").mkdir(parents=True)
    moved = root.rename(tmp_path / "far" / "away" / "there")
    after = open_source(moved)
    assert after.ids == ids
    assert [image.tobytes() for image in after.images()] == pictures


def test_files_are_only_read(tmp_path: Path) -> None:
    root = folder(tmp_path, {"cats": 2, "dogs": 2})
    before = content(root)
    list(open_source(root).images())
    assert content(root) == before


def test_level_cuts_a_hierarchy(tmp_path: Path) -> None:
    root = folder(tmp_path, {"cats/persian": 2, "cats/manx": 1, "dogs/poodle": 1})
    assert open_source(root).classes == ("cats/manx", "cats/persian", "dogs/poodle")
    data = open_source(root, OpenOptions(level=1))
    assert data.counts() == {"cats": 3, "dogs": 1}
    assert data.ids == open_source(root).ids


def test_a_folder_linked_twice_is_read_once_and_an_empty_one_is_named(tmp_path: Path) -> None:
    root = folder(tmp_path, {"cats": 2, "dogs": 1})
    (root / "empty").mkdir()
    (root / "again").symlink_to(root / "cats", target_is_directory=True)
    data = open_source(root)
    assert len(data) == 3
    assert [(entry.uri, entry.reason) for entry in data.refused] == [("empty/", "a folder with nothing in it")]


def test_rows_without_a_class_beside_splits_with_classes_have_no_label(tmp_path: Path) -> None:
    data = open_source(folder(tmp_path, {"train/cats": 2, "train/dogs": 1, "test": 2}))
    assert data.split("test").labels.tolist() == [-1, -1]
    assert data.split("train").counts() == {"cats": 2, "dogs": 1}
