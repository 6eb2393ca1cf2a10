"""What every transform of tone and colour is given: wrong is answered, right is drawn from."""

from typing import Any

import numpy as np
import pytest

import hardy.augmentation as h
from hardy.errors import InputError, ShapeError

WORDS = np.random.default_rng(0).integers(0, 2**63, (4000, 2)).astype(np.uint64)


@pytest.mark.parametrize(
    ("transform", "arguments"),
    [
        (h.Brightness, {"factor": (-0.1, 1)}),
        (h.Brightness, {"factor": (1.2, 0.8)}),
        (h.Contrast, {"factor": "much"}),
        (h.AlphaBeta, {"beta": 40}),
        (h.AlphaBeta, {"alpha": (-1, 1)}),
        (h.RandomBrightnessContrast, {"brightness_limit": 2}),
        (h.RandomBrightnessContrast, {"brightness_by_max": "no"}),
        (h.Gamma, {"gamma_limit": (0, 100)}),
        (h.ToneCurve, {"edges": (0, 0.5)}),
        (h.ToneCurve, {"edges": (0, 0.5, 0.5, 1)}),
        (h.ToneCurve, {"edges": 3}),
        (h.ToneCurve, {"multiplier": [(0, 1), (1, 2)]}),
        (h.ToneCurve, {"smooth": 1}),
        (h.Solarize, {"threshold_range": (0.5, 1.5)}),
        (h.Posterize, {"num_bits": 0}),
        (h.Posterize, {"num_bits": 2.5}),
        (h.Posterize, {"num_bits": (1, 9)}),
        (h.Equalize, {"mode": "skimage"}),
        (h.AutoContrast, {"cutoff": 50}),
        (h.AutoContrast, {"cutoff": (1, 2, 3)}),
        (h.CLAHE, {"clip_limit": 0.5}),
        (h.CLAHE, {"tile_grid_size": 8}),
        (h.CLAHE, {"tile_grid_size": (0, 8)}),
        (h.ColorJitter, {"hue": 0.6}),
        (h.ColorJitter, {"hue_as": "lab"}),
        (h.ColorJitter, {"saturation": (-1, 1)}),
        (h.HueSaturation, {"sat_shift_limit": 256}),
        (h.HueSaturation, {"hue": "lab"}),
        (h.ColorTemperature, {"temperature_limit": (1000, 5000)}),
        (h.Grayscale, {"method": "pca"}),
        (h.ChannelMultiply, {"multiplier": [(1, 2)], "per_channel": False}),
        (h.ChannelMultiply, {"per_channel": None}),
        (h.ChannelDropout, {"channel_drop_range": (0, 1)}),
        (h.ChannelDropout, {"fill": "black"}),
    ],
)
def test_wrong_arguments_are_answered(transform: Any, arguments: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="expected"):
        transform(**arguments)


@pytest.mark.parametrize(
    ("transform", "name", "low", "high"),
    [
        (h.Brightness(0.3), "factor", 0.7, 1.3),
        (h.Brightness(2), "factor", 0, 3),
        (h.Contrast((0.5, 0.6)), "factor", 0.5, 0.6),
        (h.AlphaBeta(beta=0.1), "beta", -0.1, 0.1),
        (h.Gamma(20), "gamma", 0.8, 1.2),
        (h.Solarize((0.2, 0.9)), "threshold", 0.2, 0.9),
        (h.CLAHE(5), "clip_limit", 1, 5),
        (h.ColorJitter(hue=0.1), "hue", -0.1, 0.1),
        (h.ColorJitter(), "order", 0, 23),
        (h.HueSaturation(), "sat_shift", -30, 30),
        (h.ColorTemperature(), "temperature_k", 3000, 15000),
        (h.Posterize((2, 5)), "num_bits", 2, 5),
        (h.ToneCurve(multiplier=0.5), "multiplier", 0.5, 1.5),
    ],
)
def test_a_range_is_filled(transform: Any, name: str, low: float, high: float) -> None:
    drawn = h.Compose([transform]).plan(WORDS, 0, (17, 11)).steps[0].parameters[name]
    near = 0.01 * (high - low)
    assert low <= drawn.min() <= low + near and high - near <= drawn.max() <= high
    if drawn.dtype == np.int64:
        assert np.bincount(drawn)[low:].min() > 0.7 * len(WORDS) / (high - low + 1)


def test_more_channels_than_numbers_is_said() -> None:
    image = np.zeros((3, 2, 17), np.uint8)
    for transform in (h.ChannelMultiply(p=1), h.ChannelShuffle(p=1), h.ChannelDropout(p=1)):
        with pytest.raises(ShapeError, match="at most 16 channels"):
            h.Compose([transform])(image=image)
    with pytest.raises(ShapeError, match="expected pictures of 2 channels"):
        h.Compose([h.ChannelMultiply([(1, 2), (1, 2)], p=1)])(image=image)
