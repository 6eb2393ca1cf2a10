"""Every transform passes the check, and the check fails on broken ones."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest

import hardy.augmentation as h
from hardy.augmentation import (
    TRANSFORMS,
    Affine,
    CenterCrop,
    ElasticTransform,
    GridDistortion,
    HorizontalFlip,
    Identity,
    Invert,
    OneOf,
    PadIfNeeded,
    Perspective,
    RandomCrop,
    RandomResizedCrop,
    RandomRotate90,
    Resize,
    Rotate,
    Scale,
    Shear,
    SomeOf,
    Sometimes,
    Translate,
    Transpose,
    VerticalFlip,
    Zoom,
    apply,
)
from hardy.augmentation.kinds import Barrier, Colour, Curve, Distortion, Edge, Geometry
from hardy.augmentation.transform import Transform
from tests.transform_checks import check_transform

FLIP = HorizontalFlip()

EXAMPLES = {
    "Affine": [
        Affine(scale=(0.7, 1.4), rotate=(-40, 40), shear=(-10, 10), translate_percent=(-0.2, 0.2), fill=(9)),
        Affine(rotate=(30, 60), fit_output=True, border_mode="reflect", p=1),
        Affine(translate_px={"x": (-3, 3)}, border_mode="wrap"),
    ],
    "CenterCrop": [CenterCrop(9, 7), CenterCrop(19, 5, pad_if_needed=True, pad_position="random", fill=4)],
    "ElasticTransform": [
        ElasticTransform(alpha=30, sigma=3),
        ElasticTransform(20, 2, "cubic", border_mode="edge", p=1),
    ],
    "GridDistortion": [GridDistortion(), GridDistortion(2, (0.1, 0.9), "nearest", normalized=False, fill=5)],
    "PadIfNeeded": [PadIfNeeded(20, 9), PadIfNeeded(None, None, 4, 4, "random", "symmetric", p=0.5)],
    "Perspective": [
        Perspective(fill=3),
        Perspective(0.2, keep_size=False, border_mode="edge"),
        Perspective(fit_output=True),
        Perspective((0.2, 0.9), fit_output=True, border_mode="reflect", p=1),
    ],
    "RandomCrop": [RandomCrop(9, 7), RandomCrop(30, 5, pad_if_needed=True, border_mode="edge")],
    "RandomResizedCrop": [RandomResizedCrop((12, 9)), RandomResizedCrop((5, 4), area_for_downscale="image")],
    "RandomRotate90": [RandomRotate90()],
    "Resize": [Resize(8, 19), Resize(6, 5, "area"), Resize(30, 20, "cubic")],
    "Rotate": [Rotate(), Rotate("head-on", "nearest", "wrap"), Rotate("any", fit=True, fill=7, p=1)],
    "Scale": [Scale(), Scale((-0.6, 0), area_for_downscale="image_mask", p=1)],
    "Shear": [Shear(), Shear({"x": (45, 45), "y": (45, 45)}, border_mode="symmetric", p=1)],
    "Transpose": [Transpose()],
    "VerticalFlip": [VerticalFlip(), VerticalFlip(p=1)],
    "Zoom": [Zoom(), Zoom((0.3, 0.9), "area", fill=200, p=1)],
    "Identity": [Identity()],
    "OneOf": [OneOf([FLIP, Invert()], p=1), OneOf([OneOf([FLIP, Identity()]), Translate(pixels=3)])],
    "SomeOf": [SomeOf([FLIP, Invert(), Translate(pixels=3)], n=2)],
    "Sometimes": [Sometimes([FLIP, Invert()])],
    "HorizontalFlip": [HorizontalFlip(), HorizontalFlip(p=1)],
    "Invert": [Invert(), Invert(p=0)],
    "Translate": [
        Translate(fraction=0.3, fill=7),
        Translate(pixels=(-40, 40), border_mode="reflect"),
        Translate(pixels={"x": (2, 2)}, border_mode="wrap", p=0.5),
        Translate(pixels=5, border_mode="edge"),
        Translate(pixels=30, border_mode="symmetric"),
    ],
    "Brightness": [h.Brightness(), h.Brightness((0, 3), p=1)],
    "Contrast": [h.Contrast(), h.Contrast(0.9, p=1)],
    "RandomBrightnessContrast": [
        h.RandomBrightnessContrast(),
        h.RandomBrightnessContrast(0.5, (-1, 2), brightness_by_max=False, p=1),
    ],
    "AlphaBeta": [h.AlphaBeta(), h.AlphaBeta(0.5, (-1, 1), p=1)],
    "Gamma": [h.Gamma(), h.Gamma((30, 300), p=1)],
    "ToneCurve": [
        h.ToneCurve(),
        h.ToneCurve(smooth=True, multiplier=0.5, p=1),
        h.ToneCurve((0, 0.1, 1), [(0, 1), (1, 2)], p=1),
    ],
    "Solarize": [h.Solarize(), h.Solarize((0, 1), p=1)],
    "Posterize": [h.Posterize(), h.Posterize((1, 8), p=1)],
    "Equalize": [h.Equalize(), h.Equalize("pil", p=1), h.Equalize(by_channels=False, p=1)],
    "AutoContrast": [h.AutoContrast(), h.AutoContrast(10, p=1), h.AutoContrast((0, 5), p=1)],
    "CLAHE": [h.CLAHE(), h.CLAHE((2, 3), (2, 1), p=1)],
    "ColorJitter": [h.ColorJitter(), h.ColorJitter(p=1), h.ColorJitter(0.9, 0.9, 0.9, 0.3, hue_as="hsv", p=1)],
    "HueSaturation": [h.HueSaturation(), h.HueSaturation(180, 255, 255, p=1), h.HueSaturation(hue="hsv", p=1)],
    "ColorTemperature": [h.ColorTemperature(), h.ColorTemperature((1700, 25_000), p=1)],
    "Grayscale": [h.Grayscale(), h.Grayscale("average", p=1)],
    "ChannelMultiply": [h.ChannelMultiply(), h.ChannelMultiply(1, per_channel=False, p=1)],
    "ChannelShuffle": [h.ChannelShuffle(), h.ChannelShuffle(p=1)],
    "ChannelDropout": [h.ChannelDropout(), h.ChannelDropout((1, 3), fill=1, p=1)],
    "GaussianBlur": [h.GaussianBlur(), h.GaussianBlur((3, 7), 2, p=1)],
    "MotionBlur": [h.MotionBlur(), h.MotionBlur(15, p=1)],
    "MedianBlur": [h.MedianBlur(), h.MedianBlur((7, 9), p=1)],
    "Defocus": [h.Defocus(), h.Defocus(2, p=1)],
    "Sharpen": [h.Sharpen(), h.Sharpen(1, (0, 2), p=1)],
    "Sharpness": [h.Sharpness(), h.Sharpness(2, p=1)],
    "Kernel": [h.Kernel(), h.Kernel([[0.2, 0.3, 0.5]], p=1)],
    "Edges": [h.Edges(), h.Edges((10, 300), 5, p=1)],
    "GaussianNoise": [h.GaussianNoise(), h.GaussianNoise(0.1, (-0.1, 0.1), per_channel=False, p=1)],
    "SaltAndPepper": [h.SaltAndPepper(), h.SaltAndPepper(0.5, 0.9, p=1)],
    "ShotNoise": [h.ShotNoise(), h.ShotNoise(0.01, p=1)],
    "SpeckleNoise": [h.SpeckleNoise(), h.SpeckleNoise((0, 3), per_channel=False, p=1)],
    "JpegCompression": [h.JpegCompression(), h.JpegCompression((1, 90), p=1)],
    "Downscale": [h.Downscale(), h.Downscale((0.1, 0.9), {"downscale": "area", "upscale": "cubic"}, p=1)],
    "CoarseDropout": [h.CoarseDropout(), h.CoarseDropout((1, 9), (1, 4), 0.5, fill="random", fill_mask=3, p=1)],
    "RandomErasing": [h.RandomErasing(), h.RandomErasing((0.1, 0.9), 1, fill="random_uniform", p=1)],
    "GridDropout": [
        h.GridDropout(),
        h.GridDropout(0.3, unit_size_range=(2, 6), fill=0.5, p=1),
        h.GridDropout(0.7, random_offset=False, holes_number_xy=(3, 2), shift_xy=(1, 1), fill_mask=0, p=1),
    ],
    "AutoAugment": [h.AutoAugment(), h.AutoAugment("cifar10", fill=9), h.AutoAugment("svhn", "linear")],
    "RandAugment": [h.RandAugment(), h.RandAugment(3, 30, p=0.5)],
    "TrivialAugmentWide": [h.TrivialAugmentWide()],
    "AugMix": [h.AugMix(), h.AugMix(10, 2, 4, 0.5, all_ops=False)],
    "PolicyMove": [h.PolicyMove("Rotate", [10, 20, 50]), h.PolicyMove("TranslateY", [0.5], relative=True)],
    "PolicyTone": [h.PolicyTone("Contrast", [0.5, 0.9], signed=True), h.PolicyTone("Posterize", [0, 1, 7])],
}


def test_there_are_examples_of_every_transform() -> None:
    assert set(EXAMPLES) == set(TRANSFORMS)


@pytest.mark.parametrize("transform", [pytest.param(t, id=repr(t)) for some in EXAMPLES.values() for t in some])
def test_every_transform(transform: Transform) -> None:
    check_transform(transform)


@dataclass(frozen=True)
class Tilt(Geometry):
    """A shear, so that the general path is checked as well."""

    p: float = 1.0
    key: str | None = None
    draws: ClassVar[int] = 1
    interpolation: str = "linear"
    border: str = "constant"

    def parameters(self, uniform, sizes_hw):
        return {"shear": uniform[:, 0] * 0.3}

    def matrices(self, parameters, sizes_hw):
        matrices = np.tile(np.eye(3), (len(sizes_hw), 1, 1))
        matrices[:, 0, 1] = parameters["shear"]
        return matrices

    def edge(self):
        return Edge(self.border, (3.0,))


@dataclass(frozen=True)
class Gamma(Curve):
    """No straight line."""

    p: float = 0.5
    key: str | None = None

    def curve(self, parameters, levels, maximum):
        return maximum * (levels / maximum) ** 2


@dataclass(frozen=True)
class Swirl(Distortion):
    """A field."""

    p: float = 0.5
    key: str | None = None
    border_mode: str = "reflect"
    interpolation: str = "linear"

    def field(self, parameters, size_hw, generator):
        return np.mgrid[: size_hw[0], : size_hw[1]] + generator.normal(0, 3, (2, *size_hw))


@dataclass(frozen=True)
class Swap(Colour):
    """Channels exchanged, and made darker."""

    p: float = 0.5
    key: str | None = None

    def matrix(self, parameters, pictures):
        turned = np.roll(np.eye(pictures.channels, pictures.channels + 1), 1, 0) * 0.8
        return np.tile(turned, (len(pictures.means), 1, 1))


@dataclass(frozen=True)
class Grain(Barrier):
    """Noise of the sample's own."""

    p: float = 0.5
    key: str | None = None

    def alter(self, image, parameters, generator):
        return np.where(generator.random(image.shape) < 0.5, image, 0).astype(image.dtype)


@dataclass(frozen=True)
class BatchDependent(Tilt):
    def parameters(self, uniform, sizes_hw):
        return {"shear": uniform[:, 0] * len(uniform)}


@pytest.mark.parametrize("border", ["constant", "edge", "reflect", "symmetric", "wrap"])
def test_general_path(border: str) -> None:
    check_transform(Tilt(border=border))


@pytest.mark.parametrize("transform", [Gamma(), Swap(), Swirl(), Grain()], ids=repr)
def test_every_kind(transform: Transform) -> None:
    check_transform(transform)


def changes_its_input(plan, images, **options):
    if images.flags.writeable:
        images += images.dtype.type(1)
    return apply(plan, images, **options)


def loses_the_dtype(plan, images, **options):
    return apply(plan, images, **options).astype(np.float64)


def loses_channels(plan, images, **options):
    return apply(plan, images, **options)[..., :1]


def mixes_the_batch(plan, images, **options):
    return np.roll(apply(plan, images, **options), 1, axis=0)


def ignores_strides(plan, images, **options):
    if isinstance(images, list) or images.flags.c_contiguous:
        return apply(plan, images, **options)
    return apply(plan, np.ascontiguousarray(images[:, :, ::-1]), **options)


def makes_something_of_nothing(plan, images, **options):
    return apply(plan, images, **options) if len(images) else images.astype(np.float64)


def is_off_by_one(plan, images, **options):
    result = apply(plan, images, **options)
    return result if options.get("backend") == "reference" else (result + 1).astype(result.dtype)


def forgets_when_unfused(plan, images, **options):
    return apply(replace(plan, steps=()) if not options.get("fuse", True) else plan, images, **options)


@pytest.mark.parametrize(
    ("run", "message"),
    [
        (changes_its_input, "the input was changed"),
        (loses_the_dtype, "the dtype was not kept"),
        (loses_channels, "sizes or channels are wrong"),
        (mixes_the_batch, "a batch differs from a loop"),
        (ignores_strides, "strided input differs"),
        (makes_something_of_nothing, "no pictures make something"),
        (is_off_by_one, "cpu differs from the reference"),
        (forgets_when_unfused, "fused differs from one by one"),
    ],
)
def test_the_check_fails_on_a_broken_backend(run, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        check_transform(Translate(fraction=0.3), run=run)


def test_the_check_fails_on_a_transform_that_looks_at_its_batch() -> None:
    with pytest.raises(AssertionError, match="depend on the batch"):
        check_transform(BatchDependent())
