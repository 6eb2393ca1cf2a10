"""The public names: adding one is a decision, losing one is a break."""

import inspect

import pytest

import hardy

NAMES = """
AlphaBeta Audit AutoContrast Brightness CLAHE ChannelDropout ChannelMultiply ChannelShuffle CoarseDropout ColorJitter
ColorTemperature Compose Contrast Dataset DecodeError Defocus Downscale Edges Equalize Evaluation Finding Gamma
GaussianBlur GaussianNoise Grayscale GridDropout HardyError HorizontalFlip HueSaturation InputError Invert
JpegCompression Kernel LayoutError Loader MedianBlur MissingExtraError MotionBlur OpenOptions OutputError Plan
Posterize Prediction Preprocessing Proportion RandomBrightnessContrast RandomErasing Run SaltAndPepper Scorecard
ShapeError Sharpen Sharpness ShotNoise Solarize SpeckleNoise StoreCorruptError StoreError StoreVersionError ToneCurve
Translate audit challenge concat evaluate export_data from_arrays open pack predict report train verify
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
