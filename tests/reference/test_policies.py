"""Policies against torchvision's tables, and their operations against Pillow, to the bit, and against torchvision."""

import math
from typing import Any

import numpy as np
import PIL.Image
import PIL.ImageEnhance
import PIL.ImageOps
import pytest
import torch
from bench import torchvision_operators  # noqa: F401 (torchvision may be there without its compiled part)

import hardy.augmentation as h
from hardy.augmentation.policies.operations import MOVES, move_matrices, toned
from hardy.augmentation.policies.tables import (
    AUG_MIX,
    AUG_MIX_PLAIN,
    AUTO_AUGMENT,
    RAND_AUGMENT,
    SIGNED,
    SUB_POLICIES,
    TRIVIAL_AUGMENT,
    Scale,
)

WORDS = np.random.default_rng(0).integers(0, 2**63, (6000, 2)).astype(np.uint64)
SIZE_HW = (34, 50)


def some_picture(channels: int = 3, size_hw: tuple[int, int] = (37, 29)) -> np.ndarray:
    values = np.random.default_rng(5).random((*size_hw, channels)) ** 1.5
    return (values * 200 + 20).astype(np.uint8)


def in_pixels(name: str, scale: Scale, bins: int) -> np.ndarray:
    values = np.array(scale.magnitudes(bins))
    if name.startswith("Translate") and not scale.in_pixels:
        return values * SIZE_HW[name.endswith("X")]
    return values


@pytest.mark.parametrize(
    ("table", "policy", "arguments", "bins"),
    [
        (AUTO_AUGMENT, "AutoAugment", {}, 10),
        (RAND_AUGMENT, "RandAugment", {}, 31),
        (RAND_AUGMENT, "RandAugment", {}, 11),
        (TRIVIAL_AUGMENT, "TrivialAugmentWide", {}, 31),
        (AUG_MIX, "AugMix", {}, 10),
        (AUG_MIX_PLAIN, "AugMix", {"all_ops": False}, 10),
    ],
)
def test_every_space_is_torchvisions(
    table: dict[str, Scale], policy: str, arguments: dict[str, Any], bins: int
) -> None:
    transforms = pytest.importorskip("torchvision.transforms")
    sizes = () if policy == "TrivialAugmentWide" else (SIZE_HW,)
    theirs = getattr(transforms, policy)(**arguments)._augmentation_space(bins, *sizes)
    theirs.pop("Identity", None)  # a choice of nothing with us
    assert set(theirs) == set(table)
    for name, (magnitudes, signed) in theirs.items():
        assert signed == (name in SIGNED)
        assert np.allclose(in_pixels(name, table[name], bins), np.atleast_1d(magnitudes.numpy()), atol=1e-4), name


@pytest.mark.parametrize("policy", ["cifar10", "imagenet", "svhn"])
def test_every_sub_policy_is_torchvisions(policy: str) -> None:
    transforms = pytest.importorskip("torchvision.transforms")
    theirs = transforms.AutoAugment(transforms.AutoAugmentPolicy(policy)).policies
    expected = [
        tuple((name, p, 0.0 if bin is None else AUTO_AUGMENT[name].magnitudes(10)[bin]) for name, p, bin in pair)
        for pair in theirs
    ]
    assert list(SUB_POLICIES[policy]) == expected


@pytest.mark.parametrize("magnitude", [-0.9, -0.4, 0.0, 0.3, 0.9])
@pytest.mark.parametrize("name", ["Brightness", "Color", "Contrast", "Sharpness"])
def test_enhancements_are_pillows_to_the_bit(name: str, magnitude: float) -> None:
    image = some_picture()
    expected = getattr(PIL.ImageEnhance, name)(PIL.Image.fromarray(image)).enhance(1 + magnitude)
    assert np.array_equal(toned(name, image, magnitude), np.asarray(expected))


@pytest.mark.parametrize("size_hw", [(1, 1), (2, 3), (37, 29)])
def test_operations_are_pillows_to_the_bit(size_hw: tuple[int, int]) -> None:
    image = some_picture(size_hw=size_hw)
    picture = PIL.Image.fromarray(image)
    for bits in range(1, 9):
        assert np.array_equal(toned("Posterize", image, bits), np.asarray(PIL.ImageOps.posterize(picture, bits)))
    for threshold in Scale((255, 0)).magnitudes(10):
        expected = np.asarray(PIL.ImageOps.solarize(picture, threshold))
        assert np.array_equal(toned("Solarize", image, threshold), expected)
    for name, function in (("AutoContrast", "autocontrast"), ("Equalize", "equalize"), ("Invert", "invert")):
        assert np.array_equal(toned(name, image, 0), np.asarray(getattr(PIL.ImageOps, function)(picture)))


def test_grey_and_no_bits() -> None:
    image = some_picture()
    assert not toned("Posterize", image, 0).any()
    assert toned("Color", image[:, :, :2], 0.5).tolist() == image[:, :, :2].tolist()
    assert toned("Posterize", np.full((1, 1, 1), 0xABCD, np.uint16), 8).item() == 0xAB00


@pytest.mark.parametrize("dtype", ["uint16", "float32"])
@pytest.mark.parametrize("name", ["Brightness", "Color", "Contrast", "Sharpness", "Solarize", "Invert"])
def test_deep_pictures_are_as_those_of_8_bits(dtype: str, name: str) -> None:
    image = some_picture()
    deep = (image * 257.0).astype(dtype) if dtype == "uint16" else (image / 255).astype(dtype)
    magnitude = 100.3 if name == "Solarize" else 0.4
    found = toned(name, deep, magnitude) / (257 if dtype == "uint16" else 1 / 255)
    assert np.abs(found - toned(name, image, magnitude)).max() < 2.1  # what 8 bits cut off, twice


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("name", MOVES)
def test_movements_are_torchvisions(name: str, sign: int) -> None:
    autoaugment = pytest.importorskip("torchvision.transforms.autoaugment")
    functional = pytest.importorskip("torchvision.transforms.functional")
    size_hw = (37, 29)
    image = some_picture(size_hw=size_hw)
    for magnitude in {"Rotate": (7.7, 30.0, 90.0)}.get(name, (0.123, 0.3) if name.startswith("Shear") else (3.9, 11.0)):
        expected = autoaugment._apply_op(
            torch.from_numpy(image.transpose(2, 0, 1)),
            *(name, sign * magnitude, functional.InterpolationMode.NEAREST, None),
        )
        move = h.PolicyMove(name, [sign * magnitude], signed=False)
        found = h.Compose([move])(image=image)["image"]
        differs = (found != expected.numpy().transpose(1, 2, 0)).any(2).mean()
        assert differs < (0.004 if name != "Rotate" else 0.02), (magnitude, differs)  # ties, in their float32


def test_a_shear_is_about_the_corner_as_in_the_original() -> None:
    image = some_picture()
    picture = PIL.Image.fromarray(image)
    expected = picture.transform(picture.size, PIL.Image.Transform.AFFINE, (1, 0.23, 0, 0, 1, 0))
    found = h.Compose([h.PolicyMove("ShearX", [0.23], signed=False)])(image=image)["image"]
    assert np.array_equal(found, np.asarray(expected))
    assert move_matrices("Rotate", np.array([90.0]), np.array([[3, 3]]))[0].round(9).tolist()[0] == [0, -1, 2]


def test_each_sub_policy_and_each_of_its_operations_come_as_often_as_published() -> None:
    plan = h.Compose([h.AutoAugment("imagenet")]).plan(WORDS, 0, SIZE_HW)
    applied = np.array([step.applied for step in plan.steps]).reshape(25, 2, -1)
    shares = np.array([[p for _, p, _ in pair] for pair in SUB_POLICIES["imagenet"]])
    assert np.abs(applied.mean(2) - shares / 25).max() < 4 * math.sqrt(0.04 / 6000)
    assert (applied.any(1).sum(0) <= 1).all()


def test_rand_augment_draws_with_repetition_and_nothing_among_them() -> None:
    plan = h.Compose([h.RandAugment(num_ops=3)]).plan(WORDS, 0, SIZE_HW)
    applied = np.array([step.applied for step in plan.steps]).reshape(3, 13, -1)
    assert (applied.sum(1) <= 1).all()
    assert np.abs(applied.mean(2) - 1 / 14).max() < 0.015
    assert abs((applied[0] & applied[1]).any(0).mean() - 13 / 14**2) < 0.015
    strengths = {abs(step.parameters["magnitude"]).max() for step in plan.steps if step.transform.operation == "Rotate"}
    assert strengths == {9.0}


def test_trivial_augment_uses_every_strength_and_both_signs() -> None:
    plan = h.Compose([h.TrivialAugmentWide()]).plan(WORDS, 0, SIZE_HW)
    applied = np.array([step.applied for step in plan.steps])
    assert (applied.sum(0) <= 1).all() and np.abs(applied.mean(1) - 1 / 14).max() < 0.015
    turns = next(step for step in plan.steps if step.transform.operation == "Rotate").parameters["magnitude"]
    assert np.allclose(np.unique(np.abs(turns)), np.linspace(0, 135, 31))
    assert abs((turns < 0).mean() - 0.5 * 30 / 31) < 0.03


def test_aug_mix_lies_between_its_versions_and_keeps_flat_pictures() -> None:
    image = some_picture()
    alter = h.Compose([h.AugMix(severity=1, chain_depth=1)], seed=0)
    mixed = np.array([alter(image=image, id=f"{n:032x}")["image"] for n in range(200)], float)
    correlations = [np.corrcoef(each.ravel(), image.ravel())[0, 1] for each in mixed]
    assert min(correlations) > -1 and np.median(correlations) > 0.8 and np.std(mixed, axis=0).mean() > 3
    assert np.array_equal(alter(image=image, id=f"{7:032x}")["image"], mixed[7].astype(np.uint8))
