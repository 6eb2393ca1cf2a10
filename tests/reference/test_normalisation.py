"""Each way of turning levels into numbers, against NumPy on the whole array, TensorFlow's formula and scikit-learn."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from hardy.dataset import Preprocessing
from hardy.dataset.normalisation import KINDS
from hardy.dataset.statistics import ZCA_DAMPING, with_statistics
from hardy.loader import Loader
from hardy.pixels.normalise import standardise, to_range
from tests.builders import dataset, pixels

ROUNDED = 2e-6  # of numbers up to 10 kept in float32
ROWS = 40


def measured(kind: str, channels: int, images: np.ndarray) -> Preprocessing:
    data = dataset([0, 1] * (len(images) // 2), images, split=["train"] * len(images))
    return with_statistics(data, Preprocessing(channels, images.shape[1:3], normalise=kind))  # type: ignore[arg-type]


def expected(kind: str, images: np.ndarray) -> np.ndarray:
    values = images / 255.0
    if kind == "channel":
        return (values - values.mean(axis=(0, 1, 2))) / values.std(axis=(0, 1, 2))
    if kind == "all":
        return (values - values.mean()) / values.std()
    if kind == "position":
        return (values - values.mean(axis=0)) / values.std(axis=0)
    if kind == "sample":
        return np.stack([standardise(image, "float64") for image in images])
    if kind == "zca":
        return zca(values)
    return np.stack([to_range(image, kind, "float64") for image in images])  # type: ignore[arg-type]


def zca(values: np.ndarray) -> np.ndarray:
    """By scikit-learn's principal axes: project, divide by the damped deviation, turn back."""
    flat = values.reshape(len(values), -1)
    axes = PCA(svd_solver="full").fit(flat)
    variance = axes.explained_variance_ * (len(flat) - 1) / len(flat)  # theirs divides by n - 1
    damping = ZCA_DAMPING * variance.sum() / flat.shape[1]
    turned = (flat - axes.mean_) @ axes.components_.T / np.sqrt(variance + damping)
    return (turned @ axes.components_).reshape(values.shape)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("kind", KINDS)
def test_values_are_those_of_the_formula(kind: str, channels: int) -> None:
    images = pixels(ROWS, 5, 3, channels)
    images[:, 2, 1] //= 7
    found = measured(kind, channels, images).values(images, "float64")
    assert np.abs(found - expected(kind, images)).max() < ROUNDED


@pytest.mark.parametrize("kind", KINDS)
def test_the_loader_gives_the_same_as_the_formula(kind: str) -> None:
    images = pixels(ROWS, 17, 11, 3)
    recipe = measured(kind, 3, images)
    data = dataset([0, 1] * (ROWS // 2), images, split=["train"] * ROWS)
    found = np.concatenate([batch.images.numpy() for batch in Loader(data, 7, preprocessing=recipe, shuffle=False)])
    assert np.abs(found.transpose(0, 2, 3, 1) - recipe.values(images, "float64")).max() < 10 * ROUNDED


@pytest.mark.parametrize("size_hw", [(1, 1), (17, 11), (2, 9)])
@pytest.mark.parametrize("kind", KINDS)
def test_constant_pictures_stay_finite(kind: str, size_hw: tuple[int, int]) -> None:
    images = np.full((6, *size_hw, 3), 200, np.uint8)
    found = measured(kind, 3, images).values(images, "float64")
    assert np.isfinite(found).all()
    if kind not in ("0..1", "-1..1"):
        assert np.abs(found).max() < 1e-3


def test_whitened_pictures_have_a_covariance_near_one_where_there_is_any_variance() -> None:
    """Independent noise, so that all variances are alike: damped by a tenth, they become 1 / 1.1."""
    images = np.random.default_rng(0).integers(0, 256, (5_000, 3, 2, 1), np.uint8)
    found = measured("zca", 1, images).values(images, "float64").reshape(len(images), -1)
    assert np.allclose(np.cov(found.T), np.eye(6) / (1 + ZCA_DAMPING), atol=0.02)


@pytest.mark.parametrize("kind", ["position", "zca", "channel", "all"])
def test_order_of_rows_and_batches_change_no_bit(kind: str) -> None:
    images = pixels(600, 5, 3, 3)
    shuffled = images[np.random.default_rng(0).permutation(len(images))]
    assert measured(kind, 3, images) == measured(kind, 3, shuffled)
    assert measured(kind, 3, images) != measured(kind, 3, images // 2)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_rounded_once(dtype: str) -> None:
    images = pixels(ROWS, 5, 3, 3)
    recipe = measured("channel", 3, images)
    found = recipe.values(images, dtype)
    assert found.dtype == dtype and np.array_equal(found, recipe.values(images, "float64").astype(dtype))
