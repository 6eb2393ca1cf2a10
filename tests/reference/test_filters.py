"""Every filter against SciPy and Pillow."""

from typing import Any

import numpy as np
import PIL.Image
import PIL.ImageEnhance
import pytest
import scipy.ndimage
import skimage.util

import hardy.augmentation as h
from hardy.augmentation.filters.defocus import disc
from hardy.augmentation.filters.motion_blur import line
from hardy.augmentation.transform import Transform

OPENCV_BLUR = 1.2  # levels: its bell is in fixed point, of 8 bits for uint8 and of 16 for uint16
HALVES = 1e-4  # how near to a half a float32 sum may fall on the other side
FLOAT = 2e-6


def altered(transform: Transform, image: np.ndarray) -> np.ndarray:
    return h.Compose([transform], seed=1)(image=image, id="ab" * 16)["image"]


def some_picture(dtype: str, channels: int = 3, size_hw: tuple[int, int] = (37, 29)) -> np.ndarray:
    values = np.random.default_rng(5).random((*size_hw, channels))
    return values.astype(dtype) if dtype == "float32" else (values * np.iinfo(dtype).max).astype(dtype)


def assert_near(found: np.ndarray, exact: np.ndarray, levels: float) -> None:
    """Within so many levels; float pictures within float32."""
    if found.dtype == np.float32:
        assert np.abs(found - exact).max() < FLOAT
    else:
        bounded = np.clip(exact, 0, np.iinfo(found.dtype).max)
        assert np.abs(found - bounded).max() <= levels


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("sigma", [0.5, 1.0, 2.7])
def test_gaussian_blur_is_scipys(dtype: str, sigma: float) -> None:
    image = some_picture(dtype)
    exact = scipy.ndimage.gaussian_filter(image.astype(float), (sigma, sigma, 0), mode="mirror", truncate=3.5)
    assert_near(altered(h.GaussianBlur(sigma_limit=sigma, p=1), image), exact, 0.5 + OPENCV_BLUR)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("matrix", [[[0, -1, 0], [-1, 5, -1], [0, -1, 0]], [[0.1, 0.2, 0.7]], [[1], [-3], [0.5]]])
def test_any_matrix_is_scipys(dtype: str, matrix: list[list[float]]) -> None:
    image = some_picture(dtype, 13)
    exact = scipy.ndimage.correlate(image.astype(float), np.array(matrix)[:, :, None], mode="mirror")
    found = altered(h.Kernel(matrix, p=1), image)
    if dtype == "float32":
        assert np.abs(found - exact).max() < 5 * FLOAT
    else:
        assert_near(found, exact, 0.5 + (HALVES if dtype == "uint8" else 0.01))


@pytest.mark.parametrize(("dtype", "size"), [("uint8", 3), ("uint8", 9), ("uint16", 5), ("uint16", 7), ("float32", 9)])
@pytest.mark.parametrize("channels", [1, 2, 3])
def test_median_is_scipys_to_the_bit(dtype: str, size: int, channels: int) -> None:
    image = some_picture(dtype, channels)
    expected = scipy.ndimage.median_filter(image, (size, size, 1), mode="nearest")
    assert np.array_equal(altered(h.MedianBlur((size, size), p=1), image), expected)


@pytest.mark.parametrize(("angle", "axis"), [(0, 1), (90, 0), (180, 1), (270, 0)])
def test_motion_along_an_axis_is_a_mean_along_it(angle: float, axis: int) -> None:
    image = some_picture("float32")
    expected = scipy.ndimage.uniform_filter1d(image.astype(float), 5, axis, mode="mirror")
    found = altered(h.MotionBlur((5, 5), (angle, angle), (0, 0), p=1), image)
    assert np.abs(found - expected).max() < FLOAT


@pytest.mark.parametrize("angle", [0, 30, 45, 90, 200])
def test_the_line_lies_as_its_angle_says(angle: float) -> None:
    weights = line(41, angle, 0)
    y, x = np.mgrid[:41, :41] - 20
    moments = [(weights * x * x).sum(), (weights * y * y).sum(), (weights * x * -y).sum()]
    expected = 140 * np.array([np.cos(np.deg2rad(angle)) ** 2, np.sin(np.deg2rad(angle)) ** 2, 0])
    expected[2] = 140 * np.sin(np.deg2rad(2 * angle)) / 2
    assert np.isclose(weights.sum(), 1) and np.abs(moments - expected).max() < 0.6
    ahead = line(41, angle, 1)
    assert (ahead * x).sum() * np.cos(np.deg2rad(angle)) - (ahead * y).sum() * np.sin(np.deg2rad(angle)) > 6


@pytest.mark.parametrize("radius", [1, 3, 8, 12])
def test_the_disc_is_round_and_keeps_the_brightness(radius: int) -> None:
    weights = disc(radius, 0.3)
    assert np.isclose(weights.sum(), 1) and np.allclose(weights, weights.T) and np.allclose(weights, weights[::-1])
    assert np.isclose(1 / weights.max(), np.pi * radius**2, rtol=0.6 if radius == 1 else 0.11)
    image = np.full((17, 11, 3), 77, np.uint8)
    assert np.array_equal(altered(h.Defocus((radius, radius), p=1), image), image)


@pytest.mark.parametrize("factor", [0.0, 0.5, 1.0, 1.9])
@pytest.mark.parametrize("size_hw", [(1, 1), (2, 9), (37, 29)])
def test_sharpness_is_pillows(factor: float, size_hw: tuple[int, int]) -> None:
    image = some_picture("uint8", size_hw=size_hw)
    expected = np.asarray(PIL.ImageEnhance.Sharpness(PIL.Image.fromarray(image)).enhance(factor))
    found = altered(h.Sharpness((factor, factor), p=1), image)
    assert np.abs(found.astype(int) - expected).max() <= 1  # it cuts fractions off where we round


def test_sharpen_adds_what_differs_from_the_neighbours() -> None:
    image = some_picture("float32", 1)
    weights = np.full((3, 3, 1), -0.3)
    weights[1, 1] = 0.7 + 0.3 * 8.5
    expected = scipy.ndimage.correlate(image.astype(float), weights, mode="mirror")
    assert np.abs(altered(h.Sharpen(0.3, 0.5, p=1), image) - expected).max() < 5 * FLOAT


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_edges_are_the_same_in_every_range_of_values(dtype: str) -> None:
    y, x = np.mgrid[:60, :60]
    disc_8 = np.where((y - 30) ** 2 + (x - 28) ** 2 < 400, 200, 40).astype(np.uint8)[:, :, None]
    convert: Any = {"uint8": np.asarray, "uint16": skimage.util.img_as_uint, "float32": skimage.util.img_as_float32}
    found = altered(h.Edges(p=1), convert[dtype](disc_8))
    maximum = {"uint8": 255, "uint16": 65535, "float32": 1}[dtype]
    assert set(np.unique(found)) == {0, maximum} and np.array_equal(found > 0, altered(h.Edges(p=1), disc_8) > 0)
    radius = np.hypot(y - 30, x - 28)[found[:, :, 0] > 0]
    assert len(radius) > 90 and np.abs(radius - 20).max() < 1.6
