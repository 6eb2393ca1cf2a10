"""The public names: adding one is a decision, losing one is a break."""

import inspect

import pytest

import hardy

NAMES = """
AlphaBeta Audit AutoContrast Brightness CLAHE ChannelDropout ChannelMultiply ChannelShuffle ColorJitter
ColorTemperature Compose Contrast Dataset DecodeError Equalize Evaluation Finding Gamma Grayscale HardyError
HorizontalFlip HueSaturation InputError Invert LayoutError Loader MissingExtraError OpenOptions OutputError Plan
Posterize Prediction Preprocessing Proportion RandomBrightnessContrast Run Scorecard ShapeError Solarize
StoreCorruptError StoreError StoreVersionError ToneCurve Translate audit challenge concat evaluate export_data
from_arrays open pack predict report train verify
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
