"""Colour against torchvision's formulas, on float pictures, where it neither rounds nor cuts off."""

from itertools import permutations
from typing import Any

import numpy as np
import pytest
import torch
from bench import torchvision_operators  # noqa: F401 (torchvision may be there without its compiled part)

import hardy.augmentation as h
from hardy.augmentation.kinds import Pictures

F = pytest.importorskip("torchvision.transforms.functional")

NEAR = 3e-4  # torchvision's grey is 0.2989, 0.587, 0.114, which sum to 0.9999


def some_pictures(low: float = 0.3, high: float = 0.7) -> np.ndarray:
    """Within a middle range, so that nothing saturates on the way."""
    return np.random.default_rng(2).uniform(low, high, (24, 17, 11, 3)).astype(np.float32)


def theirs(function: Any, images: np.ndarray, *arguments: Any) -> np.ndarray:
    return function(torch.from_numpy(images.transpose(0, 3, 1, 2)), *arguments).numpy().transpose(0, 2, 3, 1)


def ours(transform: Any, images: np.ndarray, **parameters: Any) -> np.ndarray:
    """The transform's own matrix, with given parameters."""
    means = images.mean((1, 2), dtype=np.float64)
    given = {name: np.broadcast_to(np.asarray(value), (len(images),)) for name, value in parameters.items()}
    matrix = transform.matrix(given, Pictures(3, means))
    return np.einsum("nij,nhwj->nhwi", matrix[:, :, :3], images) + matrix[:, None, None, :, 3]


@pytest.mark.parametrize("factor", [0.0, 0.6, 1.3])
def test_single_factors(factor: float) -> None:
    images = some_pictures()
    assert (
        np.abs(ours(h.Brightness(), images, factor=factor) - theirs(F.adjust_brightness, images, factor)).max() < NEAR
    )
    for image in images[:3]:  # its contrast is about the mean of the picture, one at a time
        expected = theirs(F.adjust_contrast, image[None], factor)
        assert np.abs(ours(h.Contrast(), image[None], factor=factor) - expected).max() < NEAR
    still = {"brightness": 1.0, "contrast": 1.0, "hue": 0.0, "order": 0}
    expected = theirs(F.adjust_saturation, images, factor)
    assert np.abs(ours(h.ColorJitter(), images, **still, saturation=factor) - expected).max() < NEAR


PARTS = ("brightness", "contrast", "saturation", "hue")
VALUES = {"brightness": 0.9, "contrast": 1.2, "saturation": 0.7, "hue": 0.2}


def one_by_one(image: np.ndarray, order: tuple[str, ...], turn: Any) -> np.ndarray:
    for part in order:
        image = turn(image) if part == "hue" else theirs(getattr(F, f"adjust_{part}"), image[None], VALUES[part])[0]
    return image


@pytest.mark.parametrize("number", range(24))
def test_all_orders_of_the_jitter_with_a_turn_for_the_hue(number: int) -> None:
    image = some_pictures(0.4, 0.6)[number]
    still = {"brightness": 1.0, "contrast": 1.0, "saturation": 1.0, "order": 0}
    turn = lambda picture: ours(h.ColorJitter(), picture[None], **still, hue=0.2)[0].astype(np.float32)  # noqa: E731
    order = tuple(permutations(PARTS))[number]
    found = ours(h.ColorJitter(), image[None], **VALUES, order=number)[0]
    assert np.abs(found - one_by_one(image, order, turn)).max() < NEAR


@pytest.mark.parametrize("number", range(0, 24, 5))
def test_the_exact_jitter_is_torchvisions_and_clamps_at_every_step(number: int) -> None:
    image = some_pictures(0.0, 1.0)[number]
    turn = lambda picture: theirs(F.adjust_hue, picture[None], 0.2)[0]  # noqa: E731
    order = tuple(permutations(PARTS))[number]
    transform = h.ColorJitter(hue_as="hsv")
    found = transform.alter(image, {**VALUES, "order": number}, np.random.default_rng(0))
    assert np.abs(found - one_by_one(image, order, turn)).max() < NEAR


def test_an_exact_hue_of_whole_pictures() -> None:
    images = some_pictures(0.0, 1.0)
    transform = h.HueSaturation((72, 72), 0, 0, hue="hsv", p=1)
    found = np.stack([h.Compose([transform])(image=image)["image"] for image in images])
    assert np.abs(found - theirs(F.adjust_hue, images, 0.4)).max() < 1e-5
