from pathlib import Path

import numpy as np
import pytest

from hardy.dataset.identity import sample_id
from hardy.errors import DecodeError, LayoutError
from hardy.sources import npy, open_source
from hardy.sources.options import OpenOptions
from tests.builders import pixels

X, Y = pixels(6, 17, 11, 3), np.array([0, 2, 1, 0, 2, 1])


def save(root: Path, **arrays: np.ndarray) -> Path:
    root.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        np.save(root / f"{name}.npy", array)
    return root


def test_an_array_alone_has_no_labels(tmp_path: Path) -> None:
    data = open_source(save(tmp_path, wild=X) / "wild.npy")
    assert not data.is_labelled and data.classes == ()
    assert np.array_equal(np.stack(list(data.images())), X)
    assert data.ids[4] == sample_id("wild.npy", 4)
    assert open_source(tmp_path).ids == data.ids


def test_a_pair_in_a_folder_with_names(tmp_path: Path) -> None:
    data = open_source(save(tmp_path, images=X, labels=Y, classes=np.array(["cat", "dog", "owl"])))
    assert data.counts() == {"cat": 2, "dog": 2, "owl": 2}
    assert data.labels.tolist() == Y.tolist()


def test_sides(tmp_path: Path) -> None:
    data = open_source(save(tmp_path, x_train=X[:4], y_train=Y[:4], x_test=X[4:], y_test=np.eye(3)[Y[4:]]))
    assert data.split_sizes() == {"train": 4, "test": 2}
    assert data.split("test").labels.tolist() == Y[4:].tolist()


@pytest.mark.parametrize("array", [X, np.asfortranarray(X), X.astype(">u2"), (X / 255).astype(np.float32), X[..., 0]])
def test_orders_depths_and_floats(tmp_path: Path, array: np.ndarray) -> None:
    data = open_source(save(tmp_path, a=array) / "a.npy")
    expected = X[..., :1] if array.ndim == 3 else X
    assert np.array_equal(np.stack(list(data.images())), expected)


def test_channels_first(tmp_path: Path) -> None:
    path = save(tmp_path, a=X.transpose(0, 3, 1, 2)) / "a.npy"
    with pytest.raises(LayoutError, match="channels first"):
        open_source(path)
    assert np.array_equal(npy.read(path, OpenOptions(channels_first=True)).image(4), X[4])


def test_floats_that_are_0_to_255_are_refused_at_once_and_later(tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match=r"a\.npy has floats .*divide by 255"):
        open_source(save(tmp_path, a=X.astype(np.float32)) / "a.npy")
    late = np.stack([X[0] / 255, X[1] / 1.0])
    with pytest.raises(DecodeError, match=r"b\.npy#1: has floats"):
        open_source(save(tmp_path, b=late) / "b.npy").image(1)


@pytest.mark.parametrize("kind", ["empty", "cut", "text", "long", "objects", "huge", "int64", "five"])
def test_what_is_no_array_of_images_is_named(tmp_path: Path, kind: str) -> None:
    path = save(tmp_path, broken=X) / "broken.npy"
    whole = path.read_bytes()
    if kind == "objects":
        np.save(path, np.array([{"a": 1}], object))
    elif kind == "int64":
        np.save(path, X.astype(np.int64))
    elif kind == "five":
        np.save(path, X[..., None])
    else:
        path.write_bytes({
            "empty": b"", "cut": whole[:-1], "text": b"hello", "long": whole + b"\0",
            "huge": whole.replace(b"(6, 17, 11, 3), ", b"(99999999, 17, )"),
        }[kind])  # fmt: skip
    with pytest.raises(LayoutError, match=r"broken\.npy"):
        open_source(path)


def test_arrays_that_are_no_pair(tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match="6 images and 5 labels"):
        open_source(save(tmp_path / "a", images=X, labels=Y[:5]))
    with pytest.raises(LayoutError, match="expected a pair"):
        open_source(save(tmp_path / "b", images=X, y=Y))
