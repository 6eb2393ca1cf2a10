"""The public names: adding one is a decision, losing one is a break."""

import inspect

import pytest

import hardy

NAMES = """
Affine AlphaBeta Audit AugMix AutoAugment AutoContrast Batch Brightness CLAHE CenterCrop ChannelDropout
ChannelMultiply ChannelShuffle CoarseDropout ColorJitter ColorTemperature Compose Contrast CutMix Dataset DecodeError
Defocus Downscale Edges ElasticTransform Equalize Evaluation Finding Gamma GaussianBlur GaussianNoise Grayscale
GridDistortion GridDropout HardyError HorizontalFlip HueSaturation Identity InputError Invert JpegCompression Kernel
LayoutError Loader MedianBlur MissingExtraError MixUp MotionBlur OneOf OpenOptions OutputError PadIfNeeded Perspective
Plan PolicyMove PolicyTone Posterize Prediction Preprocessing Proportion RandAugment RandomBrightnessContrast
RandomCrop RandomErasing RandomResizedCrop RandomRotate90 Resize Rotate Run SaltAndPepper Scale Scorecard ShapeError
Sharpen Sharpness Shear ShotNoise Solarize SomeOf Sometimes SpeckleNoise StoreCorruptError StoreError
StoreVersionError ToneCurve TorchDataset Translate Transpose TrivialAugmentWide UserFunction VerticalFlip Zoom append
audit augment challenge concat evaluate export_data from_arrays open pack predict report train verify
""".split()


def test_the_list() -> None:
    assert hardy.__all__ == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_each_resolves_and_is_documented(name: str) -> None:
    value = getattr(hardy, name)
    assert value.__name__ == name
    assert inspect.getdoc(value)


def test_an_unknown_name_says_what_there_is() -> None:
    with pytest.raises(AttributeError, match="no attribute 'trian'.*train"):
        hardy.trian  # noqa: B018
