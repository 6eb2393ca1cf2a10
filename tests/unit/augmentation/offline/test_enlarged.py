"""Rows and their altered copies as a Dataset."""

from pathlib import Path

import numpy as np
import pytest

from hardy.augmentation import Compose, GaussianNoise, HorizontalFlip, Invert, MixUp, RandomCrop, Rotate, Translate
from hardy.augmentation.offline import enlarge
from hardy.dataset import Dataset
from hardy.dataset.identity import derived_id
from hardy.dataset.probe import probe
from hardy.errors import DecodeError, InputError
from hardy.sources import open_source
from hardy.store import open_store, pack
from hardy.store.recipe import Recipe, Resized
from tests.builders import dataset, encoded, folder, pixels, write

POLICY = Compose([Rotate(30), Translate(0.2), HorizontalFlip(), GaussianNoise(p=0.3)], seed=7)
SIDES = ["train", "test", "train", "val", "train"]


def rows(channels: int = 3, dtype: str = "uint8", **columns: list) -> Dataset:
    images = pixels(5, 17, 11, channels, seed=3, dtype=dtype)
    return dataset([0, 1, 1, 0, 0], images, split=SIDES, **columns)


def test_training_rows_get_copies_and_no_other_row_is_touched() -> None:
    data = rows()
    found = enlarge(data, POLICY, 2, facts_are_known=True)
    assert found.split_sizes() == {"train": 9, "val": 1, "test": 1}
    assert found.column("parent") == [
        None, data.ids[0], data.ids[0], None, None, data.ids[2], data.ids[2], None, None, data.ids[4], data.ids[4],
    ]  # fmt: skip
    originals = [row for row, parent in enumerate(found.column("parent")) if parent is None]
    assert [found.ids[row] for row in originals] == data.ids
    for row, own in zip(originals, range(5), strict=True):
        assert np.array_equal(found.image(row), data.image(own))
    assert found.ids[1:3] == [derived_id(data.ids[0], 1), derived_id(data.ids[0], 2)]
    assert len(set(found.ids)) == len(found)
    assert found.labels.tolist() == [0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0]


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_a_copy_is_what_the_policy_makes_of_one_picture(channels: int, dtype: str) -> None:
    data = rows(channels, dtype)
    found = enlarge(data, POLICY, 3, facts_are_known=True)
    for copy in (1, 2, 3):
        alone = POLICY(image=data.image(2), id=data.ids[2], copy=copy)["image"]
        assert np.array_equal(found.image(5 + copy), alone)
        assert found.image(5 + copy).dtype == dtype
    together = found.payloads(range(len(found)))
    assert together is not None
    assert all(np.array_equal(one, found.image(row)) for row, one in enumerate(together))


def test_a_family_is_one_group() -> None:
    found = enlarge(rows(group=["a", None, None, "a", None]), POLICY, 1, facts_are_known=True)
    data = rows()
    assert found.column("group") == ["a", "a", None, data.ids[2], data.ids[2], "a", data.ids[4], data.ids[4]]


def test_pictures_of_different_kinds_and_sizes(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    write(photos / "train" / "a" / "grey.jpg", encoded(pixels(23, 19, 1), "JPEG"))
    write(photos / "train" / "a" / "deep.png", encoded_deep())
    write(photos / "train" / "b" / "clear.png", encoded(pixels(17, 11, 4)))
    write(photos / "train" / "b" / "one.gif", encoded(pixels(1, 1, 1), "GIF"))
    data = probe(open_source(photos))
    found = enlarge(data, Compose([HorizontalFlip(p=1), Invert(p=0.5)]), 1, quality=90, facts_are_known=True)
    images = {uri: found.image(row) for row, uri in enumerate(found.column("uri"))}
    assert images["train/a/grey-aug1.jpg"].shape == (23, 19, 1)
    assert images["train/a/deep-aug1.png"].dtype == np.uint16
    assert images["train/b/clear-aug1.png"].shape == (17, 11, 3)
    assert images["train/b/one-aug1.png"].shape == (1, 1, 3)  # a palette
    payloads = dict(zip(found.column("uri"), (found.payload(row) for row in range(len(found))), strict=True))
    assert payloads["train/a/grey-aug1.jpg"][:2] == b"\xff\xd8"  # type: ignore[index]
    assert isinstance(payloads["train/b/clear.png"], bytes)
    lossless = enlarge(data, POLICY, 1, facts_are_known=True)
    assert "train/a/grey-aug1.png" in lossless.column("uri")


def encoded_deep() -> bytes:
    from hardy.pixels.encode import encode_png

    return encode_png(pixels(17, 11, 1, dtype="uint16"))


def test_what_alpha_hides_is_laid_on_the_background() -> None:
    images = np.zeros((2, 17, 11, 4), np.uint8)
    data = dataset([0, 1], images, split=["train", "train"])
    policy = Compose([HorizontalFlip(p=1)])
    assert enlarge(data, policy, 1, facts_are_known=True).image(1).max() == 0
    found = enlarge(data, policy, 1, background=(9, 8, 7), facts_are_known=True).image(1)
    assert found.shape == (17, 11, 3) and (found == [9, 8, 7]).all()


@pytest.mark.parametrize("profile", ["original", "resized"])
def test_a_store_whose_pictures_have_other_sizes_than_they_were_found_with(tmp_path: Path, profile: str) -> None:
    photos = folder(tmp_path / "photos", {"train/a": 3, "test/b": 2}, (17, 11))
    recipe = Recipe("resized", resized=Resized((9, 5), fit="stretch")) if profile == "resized" else Recipe()
    pack(open_source(photos), tmp_path / "a.hardy", recipe=recipe)
    data = open_store(tmp_path / "a.hardy")
    size = (9, 5) if profile == "resized" else (17, 11)
    found = enlarge(data, Compose([RandomCrop(5, 3)]), 2)
    first = found.column("split").index("train")
    assert [found.image(row).shape[:2] for row in range(first, first + 3)] == [size, (5, 3), (5, 3)]


def test_pictures_that_change_are_named(tmp_path: Path) -> None:
    photos = folder(tmp_path / "photos", {"train/a": 1, "train/b": 1})
    found = enlarge(probe(open_source(photos)), POLICY, 1, facts_are_known=True)
    write(photos / "train" / "a" / "000.png", encoded(pixels(11, 17, 3)))
    with pytest.raises(DecodeError, match="000.png: it changed since it was first read"):
        found.image(1)
    assert found.payloads([1, 2]) is None
    (photos / "train" / "a" / "000.png").unlink()
    with pytest.raises(DecodeError, match="000.png: No such file"):
        found.image(1)


def test_what_cannot_be_done_is_said() -> None:
    with pytest.raises(InputError, match="MixUp mixes pictures and their labels as batches are made"):
        enlarge(rows(), Compose([MixUp()]), 1)
    with pytest.raises(InputError, match=r"the crop 40×40 is larger than a picture of 17×11"):
        enlarge(rows(), Compose([RandomCrop(40, 40)]), 1, facts_are_known=True)
    odd = enlarge(rows(), Compose([Rotate(30, fill=(1, 2), p=1)]), 1, facts_are_known=True)
    with pytest.raises(InputError, match="00000.png: fill: expected 1 or 3 numbers"):
        odd.payload(1)
