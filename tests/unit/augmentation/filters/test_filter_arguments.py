"""Wrong arguments of filters and noise are answered; odd sizes are odd."""

from typing import Any

import numpy as np
import pytest

import hardy.augmentation as h
from hardy.errors import InputError

WORDS = np.random.default_rng(0).integers(0, 2**63, (500, 2)).astype(np.uint64)


@pytest.mark.parametrize(
    ("transform", "arguments"),
    [
        (h.GaussianBlur, {"blur_limit": 4}),
        (h.GaussianBlur, {"blur_limit": (5, 3)}),
        (h.GaussianBlur, {"sigma_limit": 0}),
        (h.MotionBlur, {"blur_limit": 1}),
        (h.MotionBlur, {"direction_range": (-2, 0)}),
        (h.MedianBlur, {"blur_limit": (3, 6)}),
        (h.MedianBlur, {"blur_limit": "wide"}),
        (h.Defocus, {"radius": 0}),
        (h.Defocus, {"radius": (1.5, 3)}),
        (h.Defocus, {"alias_blur": -1}),
        (h.Sharpen, {"alpha": (0, 2)}),
        (h.Sharpness, {"factor": (-1, 1)}),
        (h.Kernel, {"matrix": []}),
        (h.Kernel, {"matrix": [[1, 2, 3], [1]]}),
        (h.Kernel, {"matrix": [[1, 2]]}),
        (h.Kernel, {"matrix": [["a"]]}),
        (h.Kernel, {"matrix": 3}),
        (h.Edges, {"thresholds": (150, 50)}),
        (h.Edges, {"aperture_size": 4}),
        (h.GaussianNoise, {"std_range": (0.1, 2)}),
        (h.GaussianNoise, {"per_channel": 1}),
        (h.SpeckleNoise, {"std_range": -1}),
        (h.SpeckleNoise, {"per_channel": "yes"}),
        (h.ShotNoise, {"scale_range": 0}),
        (h.SaltAndPepper, {"amount": 1.5}),
        (h.JpegCompression, {"quality_range": (0, 50)}),
        (h.JpegCompression, {"quality_range": 50.5}),
        (h.Downscale, {"scale_range": 2}),
        (h.Downscale, {"interpolation_pair": {"downscale": "area"}}),
        (h.Downscale, {"interpolation_pair": {"downscale": "area", "upscale": "best"}}),
    ],
)
def test_wrong_arguments_are_answered(transform: Any, arguments: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="expected"):
        transform(**arguments)


@pytest.mark.parametrize("transform", [h.MotionBlur((3, 9)), h.MedianBlur(9), h.GaussianBlur((3, 9))])
def test_sizes_are_odd_and_all_of_them_occur(transform: Any) -> None:
    drawn = h.Compose([transform]).plan(WORDS, 0, (17, 11)).steps[0].parameters["size"]
    assert set(drawn.tolist()) == {3, 5, 7, 9}


def test_downscaling_leaves_as_many_blocks_as_the_scale_says() -> None:
    image = np.random.default_rng(0).integers(0, 256, (16, 24, 13), np.uint8)
    found = h.Compose([h.Downscale(0.25, p=1)])(image=image)["image"]
    blocks = found.reshape(4, 4, 6, 4, 13)
    assert (blocks == blocks[:, :1, :, :1]).all() and len(np.unique(found[:, :, 0])) > 15
