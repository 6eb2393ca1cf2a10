"""One picture by itself, by the shortest way: the bits of a batch of one, and the messages of the general way."""

from typing import Any

import numpy as np
import pytest

import hardy as h
from hardy.augmentation import apply
from hardy.augmentation.single import Single
from hardy.augmentation.transform import Transform

IDS = [f"{number * 0x9E3779B97F4A7C15:032x}" for number in range(1, 9)]
PIPELINES: dict[str, list[Transform]] = {
    "all": [
        h.RandomResizedCrop((19, 33)),
        h.HorizontalFlip(),
        h.Affine(rotate=(-20, 20), fill=9),
        h.ColorJitter(p=0.8),
    ],
    "colour before": [h.ColorJitter(p=0.5), h.Rotate(40, fill=4), h.HueSaturation(p=0.5)],
    "fills": [h.Grayscale(p=0.5), h.Translate(pixels=9, border_mode="constant", fill=(1, 2, 3), p=1)],
    "around": [h.Brightness(), h.Translate(pixels=9, border_mode="constant", fill=7, p=1), h.Contrast()],
    "curve, then colours": [h.Gamma(), h.Brightness()],
    "two curves": [h.Gamma(), h.Posterize()],
    "curve, and moved": [h.Gamma(), h.HorizontalFlip(), h.Translate(pixels=4, border_mode="constant", fill=3)],
    "curve, and resampled": [h.Rotate(20), h.Solarize()],
    "seam": [h.Affine(rotate=30, border_mode="wrap", p=0.5), h.Grayscale()],
    "nearest": [h.Rotate(30, interpolation="nearest"), h.Invert()],
    "area": [h.Resize(9, 8, interpolation="area"), h.VerticalFlip()],
    "turned": [h.Transpose(), h.RandomRotate90()],
    "filter": [h.GaussianBlur()],
    "noise": [h.SaltAndPepper()],
    "holes": [h.RandomErasing(fill="random")],
    "two passes": [h.HorizontalFlip(), h.MedianBlur(), h.Brightness()],
}


@pytest.mark.parametrize("shape", [(17, 23, 3), (1, 1, 3), (13, 40, 1), (9, 37, 4), (5, 3, 6)])
@pytest.mark.parametrize("name", PIPELINES)
def test_bits_are_those_of_a_batch(name: str, shape: tuple[int, ...]) -> None:
    if name == "fills" and shape[2] != 3:
        pytest.skip("three fills are for three channels")
    alter = h.Compose(PIPELINES[name], seed=5)
    images = np.random.default_rng(0).integers(0, 256, (len(IDS), *shape), dtype=np.uint8)
    before = images.copy()
    for row, (id_, image) in enumerate(zip(IDS, images, strict=True)):
        plan = alter.plan([id_], 2, shape[:2], [row])
        assert np.array_equal(alter(image=image, id=id_, epoch=2, copy=row)["image"], apply(plan, image[None])[0])
    assert np.array_equal(images, before)


def test_most_pipelines_are_done_by_it() -> None:
    image = np.random.default_rng(0).integers(0, 256, (17, 23, 3), dtype=np.uint8)
    done = {}
    for name in ("all", "colour before", "around", "filter", "noise", "holes"):
        alter = h.Compose(PIPELINES[name], seed=5)
        done[name] = alter._alone(image, IDS[0], 0, 0) is not None
    assert all(done.values()), done
    assert h.Compose(PIPELINES["two passes"])._alone(image, IDS[0], 0, 0) is None


@pytest.mark.parametrize("change", [lambda image: image[:, ::-1], lambda image: image[::2, ::2]])
def test_other_memory_goes_the_general_way(change: Any) -> None:
    image = change(np.random.default_rng(0).integers(0, 256, (18, 22, 3), dtype=np.uint8))
    alter = h.Compose([h.HorizontalFlip(p=1)])
    assert np.array_equal(alter(image=image)["image"], image[:, ::-1])
    image = np.ascontiguousarray(image)
    image.flags.writeable = False
    assert np.array_equal(alter(image=image)["image"], image[:, ::-1])


@pytest.mark.parametrize("id_", ["ab", "ab" * 15 + " a", "zz" * 16])
def test_ids_are_checked(id_: str) -> None:
    alter, image = h.Compose([h.Invert()]), np.zeros((3, 3, 3), np.uint8)
    for _ in range(2):
        with pytest.raises(h.InputError, match="32 hexadecimal digits"):
            alter(image=image, id=id_)
        alter(image=image, id=IDS[0])


def test_arguments_are_checked() -> None:
    crop, image = h.Compose([h.CenterCrop(4, 4)]), np.zeros((5, 5, 3), np.uint8)
    crop(image=image)
    with pytest.raises(h.InputError, match="larger than a picture of 3×5"):
        crop(image=image[:3].copy())
    pad = h.Compose([h.PadIfNeeded(9, 9, fill=(1, 2, 3))])
    pad(image=image)
    with pytest.raises(h.ShapeError, match="fill"):
        pad(image=image[:, :, :2].copy())
    with pytest.raises(h.InputError, match="copies"):
        pad(image=image, copy=-1)
    with pytest.raises(h.InputError, match="whole numbers of 1 or more"):
        pad(image=image[:0])


def test_what_has_no_single() -> None:
    plan = h.Compose([h.ElasticTransform(p=1)]).plan(IDS[:1], 0, (9, 9))
    assert Single.of(plan) is None
