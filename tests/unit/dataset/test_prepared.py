from pathlib import Path

import numpy as np
import pytest

from hardy.dataset import Preprocessing
from hardy.dataset.prepared import default_preprocessing, prepared, prepared_batch, prepared_batches
from hardy.dataset.probe import probe
from hardy.errors import DecodeError
from hardy.sources import open_source
from tests.builders import dataset, encoded, folder, pixels, write


def test_grey_where_every_picture_is_grey_and_their_own_size_where_all_have_one(tmp_path: Path) -> None:
    grey = probe(open_source(folder(tmp_path / "grey", {"a": 2, "b": 2}, channels=1)))
    assert default_preprocessing(grey) == Preprocessing(1, (17, 11))
    write(tmp_path / "grey" / "a" / "colour.png", encoded(pixels(11, 17, 3)))
    assert default_preprocessing(probe(open_source(tmp_path / "grey"))) == Preprocessing(3, (64, 64))


@pytest.mark.parametrize("kind", ["1", "L", "LA", "I;16"])
def test_all_grey_kinds_are_grey(tmp_path: Path, kind: str) -> None:
    image = pixels(17, 11, dtype="uint16") if kind == "I;16" else pixels(17, 11, 2 if kind == "LA" else 1)
    write(tmp_path / "a" / "1.png", encoded(image > 127 if kind == "1" else image))
    data = probe(open_source(tmp_path))
    assert data.column("mode") == [kind]
    assert default_preprocessing(data).channels == 1


def test_wishes_come_first() -> None:
    data = dataset([0, 1], pixels(2, 17, 11, 3))
    assert default_preprocessing(data, 1, (5, 9), "crop", 7) == Preprocessing(1, (5, 9), "crop", 7)


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("recipe", [Preprocessing(3, (17, 11)), Preprocessing(1, (17, 11)), Preprocessing(3, (5, 9))])
def test_a_batch_is_a_loop(dtype: str, recipe: Preprocessing) -> None:
    data = dataset([0] * 5, pixels(5, 17, 11, 3, dtype=dtype))
    rows = np.array([3, 0, 3])
    found = prepared_batch(data, rows, recipe)
    assert (found.dtype, found.shape) == (np.uint8, (3, *recipe.shape))
    assert np.array_equal(found, np.stack([recipe.pixels(data.image(int(row))) for row in rows]))


def test_a_batch_is_a_copy() -> None:
    images = pixels(4, 17, 11, 3)
    data = dataset([0] * 4, images.copy())
    prepared_batch(data, np.arange(4), Preprocessing(3, (17, 11)))[...] = 0
    assert np.array_equal(data.image(2), images[2])


def test_no_rows_are_an_empty_batch() -> None:
    data = dataset([0] * 4, pixels(4, 17, 11, 3))
    for recipe in (Preprocessing(3, (17, 11)), Preprocessing(1, (5, 9))):
        assert prepared_batch(data, np.arange(0), recipe).shape == (0, *recipe.shape)


@pytest.mark.parametrize("threads", [1, 3])
def test_all_rows_come_in_order(threads: int) -> None:
    images = pixels(23, 5, 3, 1)
    batches = list(prepared_batches(dataset([0] * 23, images), Preprocessing(1, (5, 3)), 10, threads))
    assert [len(batch) for batch in batches] == [10, 10, 3]
    assert np.array_equal(np.concatenate(batches), images)


def test_other_numbers_of_channels_are_named() -> None:
    with pytest.raises(DecodeError, match=r"00000\.png: .*5 channels"):
        prepared_batch(dataset([0], pixels(1, 17, 11, 5)), np.arange(1), Preprocessing(3, (17, 11)))


def test_training_rows_alone_may_be_decoded_reduced(tmp_path: Path) -> None:
    photo = np.random.default_rng(0).integers(0, 256, (80, 64, 3), np.uint8)
    for side in ("train", "val", "test"):
        write(tmp_path / side / "a" / "1.jpg", encoded(photo, "JPEG"))
    data = probe(open_source(tmp_path))
    recipe = Preprocessing(3, (17, 11))
    exact = prepared_batch(data, np.arange(3), recipe)
    scaled = prepared_batch(data, np.arange(3), recipe, exact=False)
    changed = [not np.array_equal(one, other) for one, other in zip(exact, scaled, strict=True)]
    assert dict(zip(data.column("split"), changed, strict=True)) == {"train": True, "val": False, "test": False}


def test_a_prepared_dataset_is_its_pixels(tmp_path: Path) -> None:
    data = dataset([0, 1], pixels(2, 17, 11, 3))
    recipe = Preprocessing(1, (5, 9), "crop")
    small = prepared(data, recipe)
    assert (small.ids, small.preprocessing) == (data.ids, recipe)
    assert np.array_equal(np.stack([*small.images()]), prepared_batch(data, np.arange(2), recipe))
    assert np.array_equal(prepared_batch(small, np.array([1]), recipe), prepared_batch(data, np.array([1]), recipe))
