import numpy as np
import pytest

from hardy.dataset import Preprocessing
from hardy.dataset.statistics import with_statistics
from hardy.errors import InputError
from tests.builders import dataset, pixels

ROUNDING = 1e-12  # ours are exact sums in integers; NumPy's in float64 are not


@pytest.mark.parametrize("channels", [1, 3])
def test_mean_and_deviation_per_channel_over_image_height_and_width(channels: int) -> None:
    images = pixels(20, 17, 11, channels) // np.arange(1, channels + 1, dtype=np.uint8)
    found = with_statistics(dataset([0, 1] * 10, images, split=["train"] * 20), Preprocessing(channels, (17, 11)))
    scaled = images.astype(np.float64) / 255
    assert np.allclose(found.mean, scaled.mean(axis=(0, 1, 2)), rtol=0, atol=ROUNDING)
    assert np.allclose(found.std, scaled.std(axis=(0, 1, 2)), rtol=0, atol=ROUNDING)


def test_only_training_rows_are_measured() -> None:
    images = np.concatenate([np.full((2, 17, 11, 1), 10, np.uint8), np.full((4, 17, 11, 1), 250, np.uint8)])
    data = dataset([0, 1] * 3, images, split=["train"] * 2 + ["val"] * 2 + ["test"] * 2)
    assert with_statistics(data, Preprocessing(1, (17, 11))).mean == (10 / 255,)


def test_batches_and_row_order_give_the_same_bits() -> None:
    images = pixels(300, 5, 3, 3)  # more than one batch
    data = dataset([0, 1] * 150, images, split=["train"] * 300)
    shuffled = data.select(np.random.default_rng(0).permutation(300))
    assert with_statistics(data, Preprocessing(3, (5, 3))) == with_statistics(shuffled, Preprocessing(3, (5, 3)))


def test_a_channel_that_never_changes_stays_finite() -> None:
    data = dataset([0, 1], np.full((2, 17, 11, 1), 9, np.uint8), split=["train"] * 2)
    found = with_statistics(data, Preprocessing(1, (17, 11)))
    assert (found.mean, found.std) == ((9 / 255,), (1 / 255,))


def test_the_pixels_measured_are_those_after_resizing() -> None:
    images = pixels(6, 17, 11, 3)
    data = dataset([0, 1] * 3, images, split=["train"] * 6)
    recipe = Preprocessing(1, (5, 9), "pad", background=255)
    prepared = np.stack([recipe.pixels(image) for image in images]) / 255
    assert with_statistics(data, recipe).mean == pytest.approx((prepared.mean(),), abs=ROUNDING)


def test_without_training_rows_nothing_is_measured() -> None:
    with pytest.raises(InputError, match="no train rows"):
        with_statistics(dataset([0, 1], pixels(2, 17, 11, 1), split=["test"] * 2), Preprocessing(1, (17, 11)))
