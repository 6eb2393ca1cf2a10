"""The rows of the table of single transforms: ours, and the same in other libraries, at equal parameters if possible.

A row names our transform and, as functions that make them, those of the peers: `albumentations` of its module, an
object called with image=; `torchvision` of torchvision.transforms.v2, called with a tensor; `kornia` of
kornia.augmentation, called with a batch of floats. `equal` says that both sides of the first two do the same thing to
the same picture, so that a PSNR means something.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hardy.augmentation import TRANSFORMS

Make = Callable[[Any], Any]


@dataclass(frozen=True)
class Row:
    """One transform on all sides."""

    title: str
    ours: Any
    albumentations: Make | None = None
    torchvision: Make | None = None
    kornia: Make | None = None
    equal: bool = True


def _row(title: str, arguments: dict[str, Any], *peers: Make | None, equal: bool = True) -> Row:
    name = title.split()[0]
    return Row(title, TRANSFORMS[name](**arguments, p=1), *peers, equal=equal)


def rows() -> list[Row]:
    """All of them, in the order of the issue's list."""
    return [*_geometry(), *_tone(), *_filters(), *_noise(), *_erasing(), *_policies()]


def _geometry() -> list[Row]:
    x_y = {"x": (9, 9), "y": (5, 5)}
    return [
        _row("HorizontalFlip", {}, lambda A: A.HorizontalFlip(p=1), lambda v: v.RandomHorizontalFlip(1),
             lambda K: K.RandomHorizontalFlip(p=1)),
        _row("VerticalFlip", {}, lambda A: A.VerticalFlip(p=1), lambda v: v.RandomVerticalFlip(1),
             lambda K: K.RandomVerticalFlip(p=1)),
        _row("Transpose", {}, lambda A: A.Transpose(p=1)),
        _row("RandomRotate90", {}, lambda A: A.RandomRotate90(p=1), None, lambda K: K.RandomRotation90((0, 3), p=1),
             equal=False),
        _row("Rotate", {"limit": (17, 17)}, lambda A: A.Rotate((17, 17), p=1),
             lambda v: v.RandomRotation((17, 17), v.InterpolationMode.BILINEAR),
             lambda K: K.RandomRotation((17.0, 17.0), p=1)),
        _row("Rotate fit", {"limit": (17, 17), "fit": True}, lambda A: A.SafeRotate((17, 17), p=1), equal=False),
        _row("Zoom", {"factor": (1.2, 1.2)}, lambda A: A.Affine(scale=(1.2, 1.2), p=1),
             lambda v: v.RandomAffine(0, scale=(1.2, 1.2), interpolation=v.InterpolationMode.BILINEAR)),
        _row("Scale", {"scale_limit": (0.3, 0.3)}, lambda A: A.RandomScale((0.3, 0.3), p=1)),
        _row("Translate", {"pixels": x_y}, lambda A: A.Affine(translate_px=x_y, p=1)),
        _row("Shear", {"shear": {"x": (9, 9), "y": (0, 0)}},
             lambda A: A.Affine(shear={"x": (9, 9), "y": (0, 0)}, p=1),
             lambda v: v.RandomAffine(0, shear=(9, 9), interpolation=v.InterpolationMode.BILINEAR),
             lambda K: K.RandomShear((9.0, 9.0), p=1), equal=False),
        _row("Affine", {"rotate": (12, 12), "scale": (1.1, 1.1), "translate_px": x_y},
             lambda A: A.Affine(rotate=(12, 12), scale=(1.1, 1.1), translate_px=x_y, p=1),
             lambda v: v.RandomAffine((12, 12), (0.02, 0.02), (1.1, 1.1), interpolation=v.InterpolationMode.BILINEAR),
             lambda K: K.RandomAffine((12.0, 12.0), (0.02, 0.02), (1.1, 1.1), p=1)),
        _row("Perspective", {}, lambda A: A.Perspective(p=1), lambda v: v.RandomPerspective(0.2, 1),
             lambda K: K.RandomPerspective(0.2, p=1), equal=False),
        _row("Resize", {"height": 256, "width": 256}, lambda A: A.Resize(256, 256),
             lambda v: v.Resize((256, 256), antialias=False)),
        _row("Resize up", {"height": 600, "width": 800}, lambda A: A.Resize(600, 800),
             lambda v: v.Resize((600, 800), antialias=False)),
        _row("Resize area", {"height": 224, "width": 224, "interpolation": "area"},
             lambda A: A.Resize(224, 224, interpolation=3), lambda v: v.Resize((224, 224), antialias=True),
             equal=False),
        _row("CenterCrop", {"height": 224, "width": 224}, lambda A: A.CenterCrop(224, 224),
             lambda v: v.CenterCrop(224), lambda K: K.CenterCrop(224)),
        _row("RandomCrop", {"height": 224, "width": 224}, lambda A: A.RandomCrop(224, 224),
             lambda v: v.RandomCrop(224), lambda K: K.RandomCrop((224, 224)), equal=False),
        _row("RandomResizedCrop", {"size": (224, 224)}, lambda A: A.RandomResizedCrop((224, 224)),
             lambda v: v.RandomResizedCrop(224, antialias=False), lambda K: K.RandomResizedCrop((224, 224)),
             equal=False),
        _row("PadIfNeeded", {"min_height": 600, "min_width": 600}, lambda A: A.PadIfNeeded(600, 600),
             lambda v: v.Pad((50, 112, 50, 113))),
        _row("ElasticTransform", {"alpha": 50, "sigma": 5}, lambda A: A.ElasticTransform(50, 5, p=1),
             lambda v: v.ElasticTransform(50.0, 5.0), lambda K: K.RandomElasticTransform(p=1), equal=False),
        _row("GridDistortion", {}, lambda A: A.GridDistortion(p=1), equal=False),
    ]  # fmt: skip


def _tone() -> list[Row]:
    return [
        _row("Brightness", {"factor": (1.2, 1.2)},
             lambda A: A.ColorJitter((1.2, 1.2), (1, 1), (1, 1), (0, 0), p=1),
             lambda v: v.ColorJitter(brightness=(1.2, 1.2)), lambda K: K.RandomBrightness((1.2, 1.2), p=1)),
        _row("Contrast", {"factor": (1.2, 1.2)}, lambda A: A.ColorJitter((1, 1), (1.2, 1.2), (1, 1), (0, 0), p=1),
             lambda v: v.ColorJitter(contrast=(1.2, 1.2)), lambda K: K.RandomContrast((1.2, 1.2), p=1)),
        _row("RandomBrightnessContrast", {"brightness_limit": (0.1, 0.1), "contrast_limit": (0.1, 0.1)},
             lambda A: A.RandomBrightnessContrast((0.1, 0.1), (0.1, 0.1), p=1)),
        _row("AlphaBeta", {"alpha": (1.1, 1.1), "beta": (0.1, 0.1)},
             lambda A: A.RandomBrightnessContrast((0.1, 0.1), (0.1, 0.1), p=1)),
        _row("Gamma", {"gamma_limit": (80, 80)}, lambda A: A.RandomGamma((80, 80), p=1),
             lambda v: v.Lambda(lambda x: v.functional.adjust_gamma(x, 0.8)),
             lambda K: K.RandomGamma((0.8, 0.8), p=1)),
        _row("Invert", {}, lambda A: A.InvertImg(p=1), lambda v: v.RandomInvert(1), lambda K: K.RandomInvert(p=1)),
        _row("Solarize", {}, lambda A: A.Solarize((0.5, 0.5), p=1), lambda v: v.RandomSolarize(128, 1),
             lambda K: K.RandomSolarize(0.0, 0.0, p=1)),
        _row("Posterize", {"num_bits": 3}, lambda A: A.Posterize(3, p=1), lambda v: v.RandomPosterize(3, 1),
             lambda K: K.RandomPosterize(3, p=1)),
        _row("Equalize", {}, lambda A: A.Equalize(p=1), lambda v: v.RandomEqualize(1),
             lambda K: K.RandomEqualize(p=1)),
        _row("AutoContrast", {}, lambda A: A.AutoContrast(method="pil", p=1), lambda v: v.RandomAutocontrast(1),
             lambda K: K.RandomAutoContrast(p=1)),
        _row("CLAHE", {"clip_limit": (4, 4)}, lambda A: A.CLAHE((4, 4), p=1), None,
             lambda K: K.RandomClahe((4.0, 4.0), p=1)),
        _row("ToneCurve", {}, lambda A: A.RandomToneCurve(p=1), equal=False),
        _row("ChannelMultiply", {}, lambda A: A.MultiplicativeNoise((0.9, 1.1), per_channel=True, p=1), equal=False),
        _row("ColorJitter", {"hue": (-0.1, 0.1)}, lambda A: A.ColorJitter(hue=(-0.1, 0.1), p=1),
             lambda v: v.ColorJitter(0.2, 0.2, 0.2, 0.1), lambda K: K.ColorJitter(0.2, 0.2, 0.2, 0.1, p=1),
             equal=False),
        _row("ColorJitter hsv", {"hue": (-0.1, 0.1), "hue_as": "hsv"}, lambda A: A.ColorJitter(hue=(-0.1, 0.1), p=1),
             lambda v: v.ColorJitter(0.2, 0.2, 0.2, 0.1), lambda K: K.ColorJitter(0.2, 0.2, 0.2, 0.1, p=1),
             equal=False),
        _row("HueSaturation", {}, lambda A: A.HueSaturationValue(p=1), equal=False),
        _row("HueSaturation hsv", {"hue": "hsv", "hue_shift_limit": (10, 10), "sat_shift_limit": (20, 20),
                                   "val_shift_limit": (10, 10)},
             lambda A: A.HueSaturationValue((10, 10), (20, 20), (10, 10), p=1)),
        _row("ColorTemperature", {}, lambda A: A.PlanckianJitter(p=1), None, lambda K: K.RandomPlanckianJitter(p=1),
             equal=False),
        _row("Grayscale", {}, lambda A: A.ToGray(p=1), lambda v: v.Grayscale(3), lambda K: K.RandomGrayscale(p=1)),
        _row("ChannelShuffle", {}, lambda A: A.ChannelShuffle(p=1), lambda v: v.RandomChannelPermutation(),
             lambda K: K.RandomChannelShuffle(p=1), equal=False),
        _row("ChannelDropout", {}, lambda A: A.ChannelDropout(p=1), None,
             lambda K: K.RandomChannelDropout(p=1), equal=False),
    ]  # fmt: skip


def _filters() -> list[Row]:
    return [
        _row("GaussianBlur", {"sigma_limit": (1.5, 1.5)}, lambda A: A.GaussianBlur(0, (1.5, 1.5), p=1),
             lambda v: v.GaussianBlur(11, (1.5, 1.5)), lambda K: K.RandomGaussianBlur((11, 11), (1.5, 1.5), p=1)),
        _row("MotionBlur", {"blur_limit": (7, 7)}, lambda A: A.MotionBlur((7, 7), p=1), None,
             lambda K: K.RandomMotionBlur(7, 35.0, 0.5, p=1), equal=False),
        _row("MedianBlur", {"blur_limit": (5, 5)}, lambda A: A.MedianBlur((5, 5), p=1), None,
             lambda K: K.RandomMedianBlur((5, 5), p=1)),
        _row("Defocus", {"radius": (5, 5), "alias_blur": (0.3, 0.3)}, lambda A: A.Defocus((5, 5), (0.3, 0.3), p=1)),
        _row("Sharpen", {"alpha": (0.3, 0.3), "lightness": (0.7, 0.7)},
             lambda A: A.Sharpen((0.3, 0.3), (0.7, 0.7), p=1), lambda v: v.RandomAdjustSharpness(2, 1),
             lambda K: K.RandomSharpness(2.0, p=1)),
        _row("Sharpness", {"factor": (1.7, 1.7)}, None, lambda v: v.RandomAdjustSharpness(1.7, 1),
             lambda K: K.RandomSharpness((1.7, 1.7), p=1)),
        _row("Kernel", {}),
        _row("Edges", {}),
    ]  # fmt: skip


def _noise() -> list[Row]:
    return [
        _row("GaussianNoise", {"std_range": (0.1, 0.1)}, lambda A: A.GaussNoise((0.1, 0.1), p=1), None,
             lambda K: K.RandomGaussianNoise(0.0, 0.1, p=1), equal=False),
        _row("SaltAndPepper", {}, lambda A: A.SaltAndPepper(p=1), None,
             lambda K: K.RandomSaltAndPepperNoise(p=1), equal=False),
        _row("ShotNoise", {}, lambda A: A.ShotNoise(p=1), equal=False),
        _row("SpeckleNoise", {}, lambda A: A.MultiplicativeNoise((0.9, 1.1), per_channel=True, elementwise=True, p=1),
             equal=False),
        _row("JpegCompression", {"quality_range": (50, 50)}, lambda A: A.ImageCompression(quality_range=(50, 50), p=1),
             lambda v: v.JPEG(50), lambda K: K.RandomJPEG((50.0, 50.0), p=1)),
        _row("Downscale", {}, lambda A: A.Downscale(p=1)),
    ]  # fmt: skip


def _erasing() -> list[Row]:
    return [
        _row("CoarseDropout", {}, lambda A: A.CoarseDropout(p=1), equal=False),
        _row("RandomErasing", {}, lambda A: A.Erasing(p=1), lambda v: v.RandomErasing(1),
             lambda K: K.RandomErasing(p=1), equal=False),
        _row("GridDropout", {}, lambda A: A.GridDropout(random_offset=True, p=1), equal=False),
    ]  # fmt: skip


def _policies() -> list[Row]:
    return [
        _row("AutoAugment", {}, None, lambda v: v.AutoAugment(), lambda K: K.auto.AutoAugment("imagenet"), equal=False),
        _row("RandAugment", {}, None, lambda v: v.RandAugment(), lambda K: K.auto.RandAugment(2, 9), equal=False),
        _row("TrivialAugmentWide", {}, None, lambda v: v.TrivialAugmentWide(), lambda K: K.auto.TrivialAugment(),
             equal=False),
        _row("AugMix", {}, None, lambda v: v.AugMix(), equal=False),
    ]  # fmt: skip
