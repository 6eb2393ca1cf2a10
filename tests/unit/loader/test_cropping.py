"""Policies that begin with a random crop: one pass from the decoder, decoded no finer than shown."""

from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import torch

from hardy.augmentation import ColorJitter, Compose, HorizontalFlip, RandomResizedCrop, Rotate, apply
from hardy.dataset import Dataset, Preprocessing
from hardy.dataset.dataset import unpack
from hardy.errors import DecodeError
from hardy.loader import Loader
from hardy.loader.cropping import _enough, crops_itself
from hardy.pixels.decode import Picture
from hardy.pixels.enough import Enough
from hardy.sources import open_source
from hardy.store import open_store, pack
from tests.builders import digits, encoded, pixels, write

RECIPE = Preprocessing(3, (31, 17), normalise="0..1")
POLICY = Compose([RandomResizedCrop((31, 17), scale=(0.3, 1)), HorizontalFlip(), Rotate((-20, 20))], seed=2)


def smooth(height: int, width: int, seed: int) -> np.ndarray:
    rows, columns = np.mgrid[:height, :width] / 40 + seed
    return (127 + 90 * np.stack([np.sin(rows), np.cos(columns), np.sin(rows + columns)], -1)).astype(np.uint8)


@pytest.fixture
def photos(tmp_path: Path) -> Dataset:
    """JPEGs of several sizes, one turned by EXIF, one grey, and a PNG with alpha."""
    root = tmp_path / "photos"
    for number, (height, width) in enumerate([(400, 300), (203, 517), (64, 48), (30, 33), (1000, 701)]):
        write(root / "ab"[number % 2] / f"{number}.jpg", encoded(smooth(height, width, number), "JPEG"))
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    write(root / "a" / "turned.jpg", encoded(smooth(400, 250, 7), "JPEG", exif=exif.tobytes()))
    write(root / "b" / "grey.jpg", encoded(smooth(211, 190, 8)[..., :1], "JPEG"))
    write(root / "b" / "alpha.png", encoded(pixels(67, 43, 4), "PNG"))
    return open_source(root)


def one_by_one(data: Dataset, epoch: int = 0) -> dict[str, np.ndarray]:
    """The same through the public functions: decode, plan, apply, one picture at a time."""
    found = {}
    for row in range(len(data)):
        image = data.image(row)
        if image.shape[2] == 1:
            image = np.repeat(image, 3, axis=2)
        if image.shape[2] == 4:
            alpha = image[..., 3:].astype(np.uint32)
            image = ((image[..., :3] * alpha + 127) // 255).astype(np.uint8)
        plan = POLICY.plan([data.ids[row]], epoch, image.shape[:2])
        found[data.ids[row]] = apply(plan, image[None], output="float32", mean=0.0, std=1.0)[0]
    return found


def by_id(loader: Loader) -> dict[str, np.ndarray]:
    return {name: image.numpy().transpose(1, 2, 0) for b in loader for name, image in zip(b.ids, b.images, strict=True)}


@pytest.mark.parametrize("batch_size", [1, 3, 8])
def test_whole_pictures_are_altered_as_one_by_one(photos: Dataset, batch_size: int) -> None:
    truth, found = one_by_one(photos), by_id(Loader(photos, batch_size, preprocessing=RECIPE, augment=POLICY))
    assert found.keys() == truth.keys()
    for name, image in found.items():
        assert np.abs(image - truth[name]).max() < 2 / 255, photos.column("uri")[photos.ids.index(name)]


def test_a_store_gives_the_same(photos: Dataset, tmp_path: Path) -> None:
    pack(photos, tmp_path / "a.hardy", "original")
    store = open_store(tmp_path / "a.hardy")
    ours, theirs = (by_id(Loader(d, 4, preprocessing=RECIPE, augment=POLICY, threads=2)) for d in (photos, store))
    assert all(np.array_equal(ours[name], theirs[name]) for name in ours)


def test_reduced_pictures_lie_where_whole_ones_do(photos: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """On slow waves what is decoded at 1/8 is the same to a few levels, unless it is shifted or stretched."""
    policy = Compose([RandomResizedCrop((31, 17), scale=(0.8, 1))], seed=2)
    decoded = []

    def noted(payload: bytes, enough: Enough | None = None) -> Picture:
        picture = unpack(payload, enough)
        decoded.append(picture.reduced)
        return picture

    monkeypatch.setattr("hardy.dataset.dataset.unpack", noted)
    whole = by_id(Loader(photos, 8, preprocessing=RECIPE, augment=policy))
    assert set(decoded) == {1}
    decoded.clear()
    scaled = by_id(Loader(photos, 8, preprocessing=RECIPE, augment=policy, exact=False))
    assert {1, 4, 8} <= set(decoded)
    jpegs = [name for name, uri in zip(photos.ids, photos.column("uri"), strict=True) if uri.endswith("jpg")]
    for name in jpegs:
        assert np.abs(whole[name] - scaled[name]).mean() < 3 / 255
        assert np.abs(whole[name] - scaled[name]).max() < 16 / 255


def test_enough_is_no_coarser_than_shown(photos: Dataset) -> None:
    sizes = np.array([[400, 300], [1000, 701]])
    plan = POLICY.plan(photos.ids[:2], 0, sizes)
    for place in range(2):
        crop, scale = plan.steps[0].row(place), _enough(plan, place).scale(tuple(sizes[place].tolist()))
        assert min(crop["height"] / 31, crop["width"] / 17) >= scale
        assert scale > 1


def test_only_policies_that_begin_with_such_a_crop(photos: Dataset) -> None:
    assert crops_itself(photos, RECIPE, POLICY)
    assert not crops_itself(photos, RECIPE, None)
    assert not crops_itself(photos, RECIPE, Compose([HorizontalFlip(), *POLICY]))
    assert not crops_itself(photos, RECIPE, Compose([RandomResizedCrop((30, 17))]))
    assert not crops_itself(digits(3), RECIPE, POLICY)  # arrays of one size are a gather


def test_bad_pictures_are_named_or_skipped(photos: Dataset, tmp_path: Path) -> None:
    file = tmp_path / "photos" / "a" / "2.jpg"
    file.write_bytes(file.read_bytes()[:700])
    with pytest.raises(DecodeError, match=r"a/2\.jpg.*truncated"):
        list(Loader(photos, 3, preprocessing=RECIPE, augment=POLICY))
    skipping = Loader(photos, 3, preprocessing=RECIPE, augment=POLICY, on_error="skip", exact=False)
    assert sum(batch.size for batch in skipping) == len(photos)
    assert [Path(path).name for path in skipping.skipped] == ["2.jpg"]


def test_colours_and_mixing_ride_along(photos: Dataset) -> None:
    policy = Compose([RandomResizedCrop((31, 17)), ColorJitter(0.2, 0.2, 0.2, 0, p=1)], seed=1)
    batches = list(Loader(photos, 3, preprocessing=RECIPE, augment=policy, dtype="uint8", threads=2))
    again = list(Loader(photos, 3, preprocessing=RECIPE, augment=policy, dtype="uint8", threads=1))
    assert all(torch.equal(one.images, other.images) for one, other in zip(batches, again, strict=True))
    assert batches[0].images.dtype == torch.uint8
