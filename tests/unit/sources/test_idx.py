import gzip
from pathlib import Path

import numpy as np
import pytest

from hardy.dataset.identity import sample_id
from hardy.errors import LayoutError
from hardy.sources import open_source
from tests.builders import idx, idx_bytes, pixels, write


@pytest.mark.parametrize("packed", [True, False])
def test_images_labels_and_sides(tmp_path: Path, packed: bool) -> None:
    train, test = pixels(6, 17, 11), pixels(3, 17, 11, seed=1)
    idx(tmp_path, "train", train, [0, 1, 2, 0, 1, 2], packed)
    idx(tmp_path, "t10k", test, [2, 2, 0], packed)
    data = open_source(tmp_path)
    assert data.classes == ("0", "1", "2")
    assert data.counts("train") == {"0": 2, "1": 2, "2": 2}
    assert data.counts("test") == {"0": 1, "1": 0, "2": 2}
    assert np.array_equal(np.stack(list(data.split("train").images()))[..., 0], train)
    assert np.array_equal(np.stack(list(data.split("test").images()))[..., 0], test)
    ending = ".gz" if packed else ""
    assert sample_id(f"train-images-idx3-ubyte{ending}", 4) in data.ids
    assert data.split("test").column("uri")[1] == f"t10k-images-idx3-ubyte{ending}#1"


def test_one_file_alone(tmp_path: Path) -> None:
    idx(tmp_path, "train", pixels(2, 17, 11), [0, 1])
    idx(tmp_path, "t10k", pixels(3, 17, 11), [0, 1, 1])
    assert len(open_source(tmp_path / "t10k-images-idx3-ubyte.gz")) == 3


def test_names_with_a_dot(tmp_path: Path) -> None:
    write(tmp_path / "train-images.idx3-ubyte", idx_bytes(pixels(2, 17, 11)))
    write(tmp_path / "train-labels.idx1-ubyte", idx_bytes(np.array([0, 1], np.uint8)))
    assert open_source(tmp_path).column("split") == ["train", "train"]


def test_emnists_names_have_sides(tmp_path: Path) -> None:
    idx(tmp_path, "emnist-letters-train", pixels(4, 28, 28), [1, 2, 1, 2])
    idx(tmp_path, "emnist-letters-test", pixels(2, 28, 28), [1, 2])
    assert open_source(tmp_path).split_sizes() == {"train": 4, "test": 2}


def test_a_file_that_lies_there_packed_and_unpacked_is_read_once(tmp_path: Path) -> None:
    idx(tmp_path, "train", pixels(4, 17, 11), [0, 1, 0, 1], packed=True)
    idx(tmp_path, "train", pixels(4, 17, 11), [0, 1, 0, 1], packed=False)
    assert len(open_source(tmp_path)) == 4


def test_labels_that_are_missing_are_named(tmp_path: Path) -> None:
    idx(tmp_path, "train", pixels(2, 17, 11), [0, 1])
    (tmp_path / "train-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(LayoutError, match="train-labels-idx1-ubyte"):
        open_source(tmp_path)


def test_images_and_labels_that_do_not_fit(tmp_path: Path) -> None:
    idx(tmp_path, "train", pixels(3, 17, 11), [0, 1])
    with pytest.raises(LayoutError, match=r"3 images and train-labels.* 2 labels"):
        open_source(tmp_path)


def test_images_of_two_sizes(tmp_path: Path) -> None:
    idx(tmp_path, "train", pixels(2, 17, 11), [0, 1])
    idx(tmp_path, "t10k", pixels(2, 11, 17), [0, 1])
    with pytest.raises(LayoutError, match=r"\(17, 11\)"):
        open_source(tmp_path)


WHOLE = idx_bytes(pixels(2, 17, 11))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        gzip.compress(WHOLE, mtime=0)[:-9],
        gzip.compress(WHOLE, mtime=0)[:100],
        gzip.compress(WHOLE[:-1], mtime=0),
        gzip.compress(WHOLE + b"\0", mtime=0),
        gzip.compress(WHOLE[:10], mtime=0),
        gzip.compress(b"\0\0\x0d\x03" + WHOLE[4:], mtime=0),  # floats
        gzip.compress(b"\0\0\x08\x01" + WHOLE[4:], mtime=0),  # one dimension
        gzip.compress(b"\0\0\x08\x03" + b"\xff" * 12, mtime=0),  # 10^28 values announced
        b"not packed at all",
    ],
)
def test_damaged_files_are_named(tmp_path: Path, data: bytes) -> None:
    idx(tmp_path, "train", pixels(2, 17, 11), [0, 1])
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(data)
    with pytest.raises(LayoutError, match=r"train-images-idx3-ubyte\.gz"):
        open_source(tmp_path)


def test_no_images_at_all(tmp_path: Path) -> None:
    idx(tmp_path, "train", pixels(0, 17, 11), [])
    with pytest.raises(LayoutError, match="no images"):
        open_source(tmp_path)


def test_mnist_has_its_published_counts(hardy_data: Path) -> None:
    data = open_source(hardy_data / "mnist")
    train = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    test = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert list(data.counts("train").values()) == train
    assert list(data.counts("test").values()) == test
    assert data.image(0).shape == (28, 28, 1)
    assert data.split("train").labels[:5].tolist() == [5, 0, 4, 1, 9]
