"""Noise by its distribution: Kolmogorov and Smirnov's test, and chi-squared where it is counted."""

import io
from typing import Any

import numpy as np
import PIL.Image
import pytest
import scipy.stats

import hardy.augmentation as h
from hardy.augmentation.transform import Transform

SURE = 1e-3  # below this probability the numbers are not of the distribution; seeds are fixed, so it cannot flicker


def altered(transform: Transform, image: np.ndarray, **given: Any) -> np.ndarray:
    return h.Compose([transform], seed=1)(image=image, **({"id": "ab" * 16} | given))["image"]


def grey(value: float, dtype: str = "float32", size_hw: tuple[int, int] = (201, 199)) -> np.ndarray:
    return np.full((*size_hw, 3), value, dtype)


@pytest.mark.parametrize(("std", "mean"), [(0.155, 0.0), (0.02, 0.1)])
def test_gaussian_noise_is_normal(std: float, mean: float) -> None:
    noise = altered(h.GaussianNoise(std, mean, p=1), grey(0.5)) - 0.5
    assert scipy.stats.kstest(noise.ravel(), scipy.stats.norm(mean, std).cdf).pvalue > SURE
    assert scipy.stats.kstest(noise.ravel(), scipy.stats.norm(mean, 1.05 * std).cdf).pvalue < SURE, "it cannot fail"
    assert np.abs(np.corrcoef(noise.reshape(-1, 3).T) - np.eye(3)).max() < 0.02
    assert abs(np.corrcoef(noise[:, 1:].ravel(), noise[:, :-1].ravel())[0, 1]) < 0.01


def test_gaussian_noise_in_whole_levels_is_the_rounded_one() -> None:
    found = altered(h.GaussianNoise(0.05, p=1), grey(100, "uint8"))
    edges = np.arange(60, 141)
    expected = np.diff(scipy.stats.norm(100, 0.05 * 255).cdf(edges - 0.5))
    counts = np.histogram(found, edges)[0]
    assert scipy.stats.chisquare(counts, expected / expected.sum() * counts.sum()).pvalue > SURE


def test_one_noise_for_all_channels() -> None:
    for transform in (h.GaussianNoise(per_channel=False, p=1), h.SpeckleNoise(per_channel=False, p=1)):
        found = altered(transform, grey(0.5))
        assert (found == found[:, :, :1]).all() and np.ptp(found) > 0.2


def test_a_deviation_is_drawn_evenly_from_its_range() -> None:
    words = np.random.default_rng(0).integers(0, 2**63, (3000, 2)).astype(np.uint64)
    std = h.Compose([h.GaussianNoise((0.1, 0.3), p=1)]).plan(words, 0, (17, 11)).steps[0].parameters["std"]
    assert scipy.stats.kstest(std, scipy.stats.uniform(0.1, 0.2).cdf).pvalue > SURE


def test_speckle_is_normal_and_in_proportion() -> None:
    for value in (0.2, 0.8):
        noise = altered(h.SpeckleNoise(0.15, p=1), grey(value)) / value - 1
        assert scipy.stats.kstest(noise.ravel(), scipy.stats.norm(0, 0.15).cdf).pvalue > SURE


@pytest.mark.parametrize(("value", "scale"), [(0.5, 0.01), (0.7, 0.05), (0.9, 0.004)])
def test_shot_noise_counts_photons(value: float, scale: float) -> None:
    photons = altered(h.ShotNoise(scale, p=1), grey(value)) ** 2.2 / scale
    counted = np.round(photons[photons < 0.99 / scale]).astype(int)
    assert np.abs(photons[photons < 0.99 / scale] - counted).max() < 1e-2
    expected = scipy.stats.poisson(value**2.2 / scale)
    low, high = (int(expected.ppf(share)) for share in (0.005, 0.9))
    counts = np.bincount(counted, minlength=high + 1)[low : high + 1]
    shares = expected.pmf(np.arange(low, high + 1))
    assert scipy.stats.chisquare(counts, shares / shares.sum() * counts.sum()).pvalue > SURE


def test_salt_and_pepper_in_their_shares() -> None:
    found = altered(h.SaltAndPepper(0.2, 0.3, p=1), grey(99, "uint8"))
    assert (found == found[:, :, :1]).all()
    counts = [int((found[:, :, 0] == value).sum()) for value in (255, 0, 99)]
    expected = np.array([0.06, 0.14, 0.8]) * found[:, :, 0].size
    assert scipy.stats.chisquare(counts, expected).pvalue > SURE


def test_jpeg_is_pillows_to_the_bit() -> None:
    y, x = np.mgrid[:60, :50]
    image = np.stack([y * 4, x * 5, (x + y) * 2], 2).astype(np.uint8)
    for quality in (5, 50, 95):
        buffer = io.BytesIO()
        PIL.Image.fromarray(image).save(buffer, "JPEG", quality=quality)
        expected = np.asarray(PIL.Image.open(buffer))
        assert np.array_equal(altered(h.JpegCompression(quality, p=1), image), expected)


NOISES = [h.GaussianNoise(p=1), h.SpeckleNoise(p=1), h.ShotNoise(p=1), h.SaltAndPepper(p=1)]


@pytest.mark.parametrize("transform", NOISES, ids=lambda transform: type(transform).__name__)
def test_the_same_for_the_same_sample_and_new_for_any_other(transform: Transform) -> None:
    image = grey(0.5, size_hw=(17, 11))
    once = altered(transform, image, epoch=2, copy=3)
    assert np.array_equal(once, altered(transform, image, epoch=2, copy=3))
    others = [{"epoch": 1, "copy": 3}, {"epoch": 2, "copy": 4}, {"epoch": 2, "copy": 3, "id": "cd" * 16}]
    assert all(not np.array_equal(once, altered(transform, image, **other)) for other in others)
    both = h.Compose([transform, h.Brightness((1, 1), p=1), type(transform)(p=0)], seed=1)
    assert np.array_equal(once, both(image=image, id="ab" * 16, epoch=2, copy=3)["image"])
