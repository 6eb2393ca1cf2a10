import zipfile
from pathlib import Path

import numpy as np
import pytest

from hardy.errors import LayoutError
from hardy.pixels.channels import to_8_bits
from hardy.sources import open_source
from tests.builders import npz, pixels

X, Y = pixels(6, 17, 11, 3), np.array([0, 2, 1, 0, 2, 1])


def test_sides_follow_from_the_names(tmp_path: Path) -> None:
    data = open_source(
        npz(tmp_path / "a.npz", x_train=X[:3], y_train=Y[:3], x_val=X[3:4], y_val=Y[3:4], x_test=X[4:], y_test=Y[4:])
    )
    assert data.split_sizes() == {"train": 3, "val": 1, "test": 2}
    assert data.labels.tolist() == Y.tolist()
    assert data.classes == ("0", "1", "2")
    assert np.array_equal(np.stack(list(data.images())), X)
    assert data.column("uri")[4] == "a.npz/x_test#0"


@pytest.mark.parametrize(("x", "y"), [("images", "labels"), ("x", "y")])
def test_without_sides(tmp_path: Path, x: str, y: str) -> None:
    data = open_source(npz(tmp_path / "a.npz", **{x: X, y: Y}))
    assert data.column("split") == [None] * 6
    assert np.array_equal(data.image(5), X[5])


def test_a_folder_that_holds_nothing_but_one(tmp_path: Path) -> None:
    npz(tmp_path / "usps" / "a.npz", images=X, labels=Y)
    inside = open_source(tmp_path / "usps")
    assert inside.ids == open_source(tmp_path / "usps" / "a.npz").ids
    assert len(inside) == 6


def test_grey_without_a_channel_axis(tmp_path: Path) -> None:
    assert open_source(npz(tmp_path / "a.npz", images=X[..., 0], labels=Y)).image(0).shape == (17, 11, 1)


@pytest.mark.parametrize(
    "labels", [np.eye(3)[Y], np.eye(3, dtype=bool)[Y], Y[:, None], Y.astype(np.uint8), np.eye(3, dtype=np.int64)[Y]]
)
def test_one_hot_and_column_labels(tmp_path: Path, labels: np.ndarray) -> None:
    assert open_source(npz(tmp_path / "a.npz", images=X, labels=labels)).labels.tolist() == Y.tolist()


@pytest.mark.parametrize("column", [False, True])
def test_labels_that_are_words(tmp_path: Path, column: bool) -> None:
    words = np.array(["dog", "cat", "dog", "owl", "cat", "dog"])
    data = open_source(npz(tmp_path / "a.npz", images=X, labels=words[:, None] if column else words))
    assert data.classes == ("cat", "dog", "owl")
    assert data.labels.tolist() == [1, 0, 1, 2, 0, 1]


def test_floats_from_0_to_1_become_8_bits(tmp_path: Path) -> None:
    data = open_source(npz(tmp_path / "a.npz", images=X.astype(np.float32) / 255, labels=Y))
    assert np.array_equal(np.stack(list(data.images())), X)


def test_16_bits_are_kept(tmp_path: Path) -> None:
    deep = pixels(6, 17, 11, 1, dtype="uint16")
    data = open_source(npz(tmp_path / "a.npz", images=deep, labels=Y))
    assert np.array_equal(np.stack(list(data.images())), deep)


def test_sides_of_two_depths_are_refused_or_each_scaled_by_its_own(tmp_path: Path) -> None:
    path = npz(tmp_path / "a.npz", x_train=X, y_train=Y, x_test=X.astype(np.uint16) * 257, y_test=Y)
    try:
        data = open_source(path)
    except LayoutError as error:
        assert "x_test" in str(error)
    else:
        assert np.array_equal(to_8_bits(data.image(0)), X[0])
        assert np.array_equal(to_8_bits(data.image(6)), X[0])


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"pictures": X}, "expected a pair"),
        ({"images": X, "labels": Y[:5]}, "6 images and 5 labels"),
        ({"images": X[..., None], "labels": Y}, "images has shape"),
        ({"images": X.transpose(0, 3, 1, 2), "labels": Y}, "images has shape"),
        ({"images": X[:, :0], "labels": Y}, "images has shape"),
        ({"images": X.astype(np.float32), "labels": Y}, "floats from 0.0 to 255.0"),
        ({"images": np.full(X.shape, np.nan), "labels": Y}, "floats"),
        ({"images": X.astype(np.int64), "labels": Y}, "int64"),
        ({"images": X, "labels": Y - 1}, "negative label -1"),
        ({"images": X, "labels": Y[:, None] - 1}, "negative label -1"),
        ({"images": X, "labels": Y + 0.5}, "float64"),
        ({"images": X, "labels": Y[:, None] + 0.5}, "float64"),
        ({"images": X, "labels": np.eye(3)[Y] * 2}, "one-hot"),
        ({"images": X, "labels": np.ones((6, 3))}, "one-hot"),
        ({"images": X, "labels": np.array([["a", "b"]] * 6)}, "labels"),
        ({"images": X, "labels": np.array(3)}, "labels is"),
        (
            {"x_train": X, "y_train": Y, "x_test": X.transpose(0, 2, 1, 3), "y_test": Y},
            r"x_test has images of \(11, 17, 3\)",
        ),
    ],
)
def test_arrays_that_do_not_fit_are_named(tmp_path: Path, arrays: dict, message: str) -> None:
    path = npz(tmp_path / "broken.npz", **arrays)
    with pytest.raises(LayoutError, match=message) as caught:
        open_source(path)
    assert "broken.npz" in str(caught.value)


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", images=X, labels=np.array(list(Y), object))
    with pytest.raises(LayoutError, match=r"a\.npz"):
        open_source(tmp_path / "a.npz")


@pytest.mark.parametrize("kind", ["empty", "cut", "text", "npy", "zip of text", "encrypted"])
def test_what_is_no_archive_is_named(tmp_path: Path, kind: str) -> None:
    path = npz(tmp_path / "broken.npz", images=X, labels=Y)
    whole = path.read_bytes()
    if kind == "npy":
        with path.open("wb") as file:
            np.save(file, X)
    elif kind == "zip of text":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("images.npy", "hello")
            archive.writestr("labels.npy", "hello")
    elif kind == "encrypted":  # a flag that one flipped bit sets
        flagged = bytearray(whole)
        for place in (whole.index(b"PK\3\4") + 6, whole.index(b"PK\1\2") + 8):
            flagged[place] |= 1
        path.write_bytes(flagged)
    else:
        path.write_bytes({"empty": b"", "cut": whole[: len(whole) // 2], "text": b"hello"}[kind])
    with pytest.raises(LayoutError, match=r"broken\.npz"):
        open_source(path)
