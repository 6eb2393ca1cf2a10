from pathlib import Path

from hardy.audits.empty_classes import check_empty_classes
from hardy.dataset.probe import probe
from hardy.sources import open_source
from tests.builders import folder, write


def test_folders_with_pictures_are_silent(tmp_path: Path) -> None:
    root = folder(tmp_path, {"cats/persian": 1, "dogs": 1})
    write(root / "cats" / "notes.txt", b"hello")
    write(root / "notes.txt", b"hello")
    assert check_empty_classes(probe(open_source(root))) == []


def test_an_empty_class_is_named(tmp_path: Path) -> None:
    root = folder(tmp_path, {"cats": 1, "dogs": 1})
    (root / "owls" / "snowy").mkdir(parents=True)
    write(root / "rats" / "1.heic", b"x")
    first, second = check_empty_classes(probe(open_source(root)))
    assert (first.code, first.severity, first.value) == ("empty-class", "warning", 0)
    assert first.message == "owls/snowy has no pictures: there are none in the folder owls/snowy/"
    assert second.message.startswith("rats has no pictures") and "rats/" in second.fix


def test_a_class_that_is_empty_on_one_side_is_named_with_the_side(tmp_path: Path) -> None:
    root = folder(tmp_path, {"train/cats": 1, "train/dogs": 1, "Testing/cats": 1})
    (root / "Testing" / "dogs").mkdir()
    (root / "val").mkdir()
    found = [finding.message for finding in check_empty_classes(probe(open_source(root)))]
    assert found == [
        "dogs has no pictures on the test side: there are none in the folder Testing/dogs/",
        "val has no pictures: there are none in the folder val/",
    ]
