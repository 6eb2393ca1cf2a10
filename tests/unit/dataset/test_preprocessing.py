import inspect
import json
from dataclasses import replace

import numpy as np
import pytest
from jaxtyping import TypeCheckError

from hardy.dataset import Preprocessing
from hardy.errors import InputError
from hardy.pixels.channels import to_channels
from hardy.pixels.resize import resize
from tests.builders import pixels

FULL = Preprocessing(3, (17, 11), "crop", 9, (0.1, 0.2, 0.3), (0.4, 0.5, 0.6))


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("fit", ["stretch", "pad", "crop"])
def test_channels_then_size(channels: int, fit: str) -> None:
    image = pixels(20, 30, 4)
    recipe = Preprocessing(channels, (17, 11), fit, background=77)
    expected = resize(to_channels(image, channels, 77), (17, 11), fit, 77)
    assert np.array_equal(recipe.pixels(image), expected)
    assert recipe.pixels(image).shape == recipe.shape == (17, 11, channels)


def test_hidden_colours_do_not_bleed_in_when_resizing() -> None:
    image = np.zeros((34, 22, 4), np.uint8)
    image[..., 0] = 255  # red everywhere, …
    image[:17, :, 3] = 255  # … of which the lower half is transparent
    found = Preprocessing(3, (17, 11), "stretch", background=0).pixels(image)
    assert (found[:8, :, 0] == 255).all()
    assert (found[10:] == 0).all()


@pytest.mark.parametrize("recipe", [FULL, Preprocessing(1, (17, 11)), replace(FULL, filter="area")])
def test_it_comes_back_from_json(recipe: Preprocessing) -> None:
    assert Preprocessing.from_dict(json.loads(json.dumps(recipe.to_dict()))) == recipe


@pytest.mark.parametrize(
    "change",
    [
        {"channels": 2},
        {"channels": 4},
        {"size_hw": (0, 11)},
        {"size_hw": (17, -1)},
        {"fit": "squeeze"},
        {"filter": "box"},
        {"background": 256},
        {"background": -1},
        {"mean": (0.5,)},
        {"std": (0.5, 0.5)},
        {"std": (0.5, 0.0, 0.5)},
        {"std": (0.5, -1.0, 0.5)},
    ],
)
def test_what_is_out_of_range_is_refused(change: dict) -> None:
    with pytest.raises((InputError, TypeCheckError), match=next(iter(change)).removesuffix("_hw")):
        replace(FULL, **change)


@pytest.mark.parametrize("value", [{}, {"channels": 1}, {**FULL.to_dict(), "gamma": 2.2}, None, [], "raw", 3])
def test_what_is_no_preprocessing_is_refused(value: object) -> None:
    unchecked = inspect.unwrap(Preprocessing.from_dict.__func__)  # the tests' type checker would refuse it before
    with pytest.raises(InputError, match="preprocessing"):
        unchecked(Preprocessing, value)


def test_normalisation_does_not_make_other_pixels() -> None:
    assert FULL.same_pixels(replace(FULL, mean=None, std=None))
    for change in ({"size_hw": (11, 17)}, {"fit": "pad"}, {"background": 8}, {"filter": "area"}):
        assert not FULL.same_pixels(replace(FULL, **change))
    assert not Preprocessing(1, (17, 11)).same_pixels(Preprocessing(3, (17, 11)))
