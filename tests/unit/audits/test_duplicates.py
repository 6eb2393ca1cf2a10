import numpy as np

from hardy.audits.duplicates import check_duplicates
from hardy.findings import Finding
from tests.builders import dataset


def found(labels: list, content: list[str], split: list[str] | None = None) -> dict[str, Finding]:
    columns = {"split": split} if split else {}
    return {finding.code: finding for finding in check_duplicates(dataset(labels, content=content, **columns))}


def test_nothing_planted_nothing_found() -> None:
    assert found([0, 1, 0], ["x", "y", "z"]) == {}
    assert found([], []) == {}


def test_a_picture_under_two_labels() -> None:
    data = dataset([0, 1, 0, 1], content=["x", "y", "z", "x"])
    (finding,) = check_duplicates(data)
    assert (finding.code, finding.severity, finding.value, finding.weight) == ("duplicate-across-labels", "error", 1, 2)
    assert set(finding.sample_ids) == {data.ids[0], data.ids[3]}
    assert "00000.png = 00003.png" in finding.message
    assert finding.fix


def test_a_picture_several_times_in_a_class() -> None:
    finding = found([0, 0, 0, 1, 1], ["x", "x", "x", "y", "z"])["duplicate"]
    assert (finding.severity, finding.value, finding.weight) == ("warning", 1, 3)


def test_a_picture_on_two_sides() -> None:
    codes = found([0, 0, 1], ["x", "x", "y"], ["train", "test", "train"])
    assert set(codes) == {"duplicate-across-splits"}
    assert codes["duplicate-across-splits"].severity == "error"
    assert set(found([0, 0, 1], ["x", "x", "y"], ["train", "train", "test"])) == {"duplicate"}


def test_a_picture_under_two_labels_and_on_two_sides_is_both() -> None:
    codes = found([0, 1], ["x", "x"], ["train", "test"])
    assert set(codes) == {"duplicate-across-labels", "duplicate-across-splits"}


def test_counts_are_of_pictures_and_ids_of_files() -> None:
    codes = found([0, 0, 0, 0, 1, 1], ["x", "x", "y", "y", "z", "z"])
    assert codes["duplicate"].value == 3
    assert len(codes["duplicate"].sample_ids) == codes["duplicate"].weight == 6
    assert "3 pictures" in codes["duplicate"].message


def test_found_by_pixels_in_arrays() -> None:
    images = np.random.default_rng(0).integers(0, 256, (4, 17, 11, 1), np.uint8)
    images[3] = images[1]
    data = dataset([0, 1, 0, 1], images)
    (finding,) = check_duplicates(data)
    assert set(finding.sample_ids) == {data.ids[1], data.ids[3]}
