"""Functions of the user's: what may stand among the transforms, and what it draws from."""

import functools
from typing import Any

import numpy as np
import pytest
from jaxtyping import TypeCheckError

from hardy.augmentation import Compose, HorizontalFlip, Invert, OneOf, SomeOf, Sometimes, UserFunction, apply
from hardy.errors import InputError, ShapeError

REFUSED = (InputError, TypeCheckError)  # under the type checker a wrong type is refused before the call

IDS = [f"{number * 0x9E3779B97F4A7C15:032x}" for number in range(1, 6)]
IMAGES = np.random.default_rng(0).integers(0, 200, (5, 17, 11, 3), np.uint8)


def speckle(image: np.ndarray, generator: np.random.Generator, most: int = 50) -> np.ndarray:
    return image + generator.integers(0, most, image.shape, image.dtype)


class Speckle:
    def __call__(self, image: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        return speckle(image, generator)

    def method(self, image: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        return speckle(image, generator)


def test_the_generator_is_the_samples_own() -> None:
    alter = Compose([speckle], seed=1)
    batch = apply(alter.plan(IDS, 3, (17, 11)), IMAGES)
    for row in (4, 0, 2):
        assert np.array_equal(alter(image=IMAGES[row], id=IDS[row], epoch=3)["image"], batch[row])
    noise = batch - IMAGES
    assert len({one.tobytes() for one in noise}) == len(IDS)
    for other in ({"epoch": 4}, {"epoch": 3, "copy": 1}):
        assert not np.array_equal(alter(image=IMAGES[0], id=IDS[0], **other)["image"], batch[0])
    assert not np.array_equal(Compose([speckle], seed=2)(image=IMAGES[0], id=IDS[0], epoch=3)["image"], batch[0])


def test_what_stands_before_and_after_changes_nothing_it_draws() -> None:
    given = {"image": np.zeros((17, 11, 3), np.uint8), "id": IDS[0]}
    alone = Compose([speckle])(**given)["image"]
    among = Compose([HorizontalFlip(p=1), speckle, HorizontalFlip(p=1)])(**given)["image"]
    assert np.array_equal(among, alone[:, ::-1])
    twice = Compose([speckle, speckle])(**given)["image"]
    assert not np.array_equal(twice, 2 * alone)  # the second has numbers of its own


@pytest.mark.parametrize(
    "given",
    [speckle, functools.partial(speckle, most=50), Speckle(), Speckle().method, UserFunction(speckle)],
    ids=["function", "partial", "object", "method", "transform"],
)
def test_anything_that_can_be_called_is_a_function(given: Any) -> None:
    image, expected = IMAGES[0], Compose([speckle])(image=IMAGES[0], id=IDS[0])["image"]
    assert np.array_equal(Compose([given])(image=image, id=IDS[0])["image"], expected)
    for combination in (OneOf([given], p=1), SomeOf([given], n=1, p=1), Sometimes([given], p=1)):
        assert (Compose([combination])(image=image, id=IDS[0])["image"] != image).any()


@pytest.mark.parametrize("given", [lambda image: image, lambda: None, Compose([Invert()]), Invert, 5, "Invert", None])
def test_anything_else_is_refused(given: Any) -> None:
    with pytest.raises(REFUSED):
        Compose([given])
    with pytest.raises(InputError, match="expected"):
        OneOf([Invert(), given])


def test_another_picture_than_it_was_given_is_refused() -> None:
    for wrong in (
        lambda image, generator: image[1:],
        lambda image, generator: image / 2,
        lambda image, generator: None,
    ):
        with pytest.raises(ShapeError, match=r"<lambda>: expected it to return uint8 \(17, 11, 3\)"):
            Compose([wrong])(image=IMAGES[0])


def test_the_given_picture_is_left_as_it_is() -> None:
    def spoil(image: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        image[...] = 0
        return image

    before = IMAGES.copy()
    assert not Compose([spoil])(image=IMAGES[0])["image"].any()
    assert np.array_equal(IMAGES, before)
