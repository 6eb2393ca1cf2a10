"""Every change of tone and colour, alone, against the formula's origin: Pillow, OpenCV, scikit-image, colorsys."""

import colorsys
from typing import Any

import cv2
import numpy as np
import PIL.Image
import PIL.ImageEnhance
import PIL.ImageOps
import pytest
import skimage.exposure

import hardy.augmentation as h
from hardy.augmentation.colour.color_temperature import chromaticity
from hardy.augmentation.transform import Transform

CUT_OFF = 1  # levels: they cut fractions off where we round
FLOAT = 1e-6  # float32 against float64

Picture = np.ndarray


def altered(transform: Transform, image: Picture) -> Picture:
    return h.Compose([transform], seed=1)(image=image, id="ab" * 16)["image"]


def some_picture(dtype: str = "uint8", channels: int = 3, size_hw: tuple[int, int] = (17, 11)) -> Picture:
    """Dark on one side, so that its histogram is not flat."""
    values = np.random.default_rng(5).random((*size_hw, channels)) ** 2
    return values.astype(dtype) if dtype == "float32" else (values * np.iinfo(dtype).max).astype(dtype)


def pillow(function: Any, image: Picture, *arguments: Any) -> Picture:
    return np.asarray(function(PIL.Image.fromarray(image), *arguments))


def levels_apart(one: Picture, other: Picture) -> int:
    return int(np.abs(one.astype(int) - other.astype(int)).max())


@pytest.mark.parametrize("factor", [0.0, 0.3, 0.9, 1.0, 1.4, 2.5])
def test_brightness_and_contrast_are_pillows(factor: float) -> None:
    image = some_picture()
    for transform, enhancer in (
        (h.Brightness((factor, factor), p=1), PIL.ImageEnhance.Brightness),
        (h.Contrast((factor, factor), p=1), PIL.ImageEnhance.Contrast),
    ):
        expected = pillow(lambda picture, kind=enhancer: kind(picture).enhance(factor), image)
        # Pillow's mean is a whole number: half a level, times how far the factor is from 1
        assert levels_apart(altered(transform, image), expected) <= CUT_OFF + np.ceil(abs(1 - factor) / 2)


def test_whole_numbers_are_pillows_to_the_bit() -> None:
    image = np.arange(256, dtype=np.uint8).reshape(16, 16, 1)
    for threshold in range(0, 257, 8):
        expected = pillow(PIL.ImageOps.solarize, image[:, :, 0], threshold)
        found = altered(h.Solarize(min(threshold / 255, 1), p=1), image)[:, :, 0]
        assert np.array_equal(found, expected) or threshold == 256
    for bits in range(1, 9):
        expected = pillow(PIL.ImageOps.posterize, image[:, :, 0], bits)
        assert np.array_equal(altered(h.Posterize(bits, p=1), image)[:, :, 0], expected)
    assert np.array_equal(altered(h.Invert(p=1), image)[:, :, 0], pillow(PIL.ImageOps.invert, image[:, :, 0]))


@pytest.mark.parametrize("size_hw", [(1, 1), (3, 2), (17, 11), (60, 50)])
def test_equalize_is_pillows_and_opencvs_to_the_bit(size_hw: tuple[int, int]) -> None:
    image = some_picture(size_hw=size_hw)
    assert np.array_equal(altered(h.Equalize("pil", p=1), image), pillow(PIL.ImageOps.equalize, image))
    each = [cv2.equalizeHist(np.ascontiguousarray(image[:, :, c])) for c in range(3)]
    assert np.array_equal(altered(h.Equalize("cv", p=1), image), np.stack(each, 2))


def test_equalize_by_luma_is_opencvs() -> None:
    image = some_picture()
    parts = cv2.cvtColor(image, cv2.COLOR_RGB2YCrCb)
    parts[:, :, 0] = cv2.equalizeHist(parts[:, :, 0])
    expected = cv2.cvtColor(parts, cv2.COLOR_YCrCb2RGB)
    assert np.array_equal(altered(h.Equalize(by_channels=False, p=1), image), expected)


@pytest.mark.parametrize("dtype", ["uint16", "float32"])
def test_equalize_of_deep_pictures_is_scikit_images(dtype: str) -> None:
    image = some_picture(dtype, 1, (60, 50))
    found = altered(h.Equalize(p=1), image)[:, :, 0] / (65535 if dtype == "uint16" else 1)
    levels = image[:, :, 0] if dtype == "uint16" else np.floor(image[:, :, 0] * 65535 + 0.5).astype(np.uint16)
    expected = skimage.exposure.equalize_hist(levels, nbins=65536)
    expected = (expected - expected.min()) / (1 - expected.min())  # the lowest level is black with us
    assert np.abs(found - expected).max() <= 1 / 65535


@pytest.mark.parametrize("cutoff", [0, 1, (2, 10), 30, (0, 49)])
def test_auto_contrast_is_pillows_to_the_bit(cutoff: Any) -> None:
    for image in (some_picture() // 2 + 30, np.full((17, 11, 3), 9, np.uint8), some_picture(size_hw=(1, 1))):
        assert np.array_equal(
            altered(h.AutoContrast(cutoff, p=1), image), pillow(PIL.ImageOps.autocontrast, image, cutoff)
        )


@pytest.mark.parametrize(("dtype", "maximum"), [("uint8", 255), ("uint16", 65535)])
def test_clahe_is_opencvs(dtype: str, maximum: int) -> None:
    image = some_picture(dtype, 1, (40, 56))
    expected = cv2.createCLAHE(3.0, (7, 5)).apply(image[:, :, 0])
    assert np.array_equal(altered(h.CLAHE((3, 3), (5, 7), p=1), image)[:, :, 0], expected)


def test_clahe_of_colour_changes_the_lightness_alone() -> None:
    image = some_picture(size_hw=(40, 56))
    parts = cv2.cvtColor(image, cv2.COLOR_RGB2LAB)
    parts[:, :, 0] = cv2.createCLAHE(3.0, (8, 8)).apply(parts[:, :, 0])
    assert np.array_equal(altered(h.CLAHE((3, 3), p=1), image), cv2.cvtColor(parts, cv2.COLOR_LAB2RGB))
    deep = altered(h.CLAHE((3, 3), p=1), (image / np.float32(255)).astype(np.float32))
    assert np.abs(deep * 255 - altered(h.CLAHE((3, 3), p=1), image)).mean() < 4  # 65,536 levels against 256


@pytest.mark.parametrize("gamma", [0.4, 1.0, 2.2])
def test_gamma_is_scikit_images(gamma: float) -> None:
    transform = h.Gamma((100 * gamma, 100 * gamma), p=1)
    image = some_picture("uint8")
    exact = skimage.exposure.adjust_gamma(image / 255, gamma) * 255
    assert np.array_equal(altered(transform, image), np.floor(exact + 0.5).astype(np.uint8))
    image = some_picture("float32")
    bright = image > 0.01  # a straight line between 65,537 points; near black x ** 0.4 is steep
    assert np.abs(altered(transform, image) - skimage.exposure.adjust_gamma(image, gamma))[bright].max() < 1e-5


@pytest.mark.parametrize(("alpha", "beta"), [(0.5, 40), (1.3, -20), (2.0, 0)])
def test_alpha_beta_is_opencvs_where_nothing_is_negative(alpha: float, beta: int) -> None:
    image = np.maximum(some_picture(), 30)
    expected = cv2.convertScaleAbs(image, alpha=alpha, beta=beta)
    found = altered(h.AlphaBeta((alpha, alpha), (beta / 255, beta / 255), p=1), image)
    assert levels_apart(found, expected) <= 1  # at halves: OpenCV rounds to even
    contrast = h.RandomBrightnessContrast((beta / 255, beta / 255), (alpha - 1, alpha - 1), p=1)
    assert np.array_equal(altered(contrast, image), found)


def test_grayscale_is_pillows() -> None:
    image = some_picture()
    found = altered(h.Grayscale(p=1), image)
    assert (found == found[:, :, :1]).all()
    assert levels_apart(found[:, :, 0], np.asarray(PIL.Image.fromarray(image).convert("L"))) <= CUT_OFF


@pytest.mark.parametrize("shifts", [(0, 0, 0), (30, 0, 0), (-100, 20, -10), (180, -255, 255), (7, 255, -255)])
def test_exact_hue_is_colorsys(shifts: tuple[int, int, int]) -> None:
    image = some_picture("float32")
    image[0, 0], image[0, 1], image[0, 2] = 0, 1, 0.5
    limits = [(shift, shift) for shift in shifts]
    found = altered(h.HueSaturation(*limits, hue="hsv", p=1), image)
    for place in np.ndindex(17, 11):
        hue, saturation, value = colorsys.rgb_to_hsv(*map(float, image[place]))
        grey = saturation == 0
        saturation = 0 if grey else min(max(saturation + shifts[1] / 255, 0), 1)
        value = min(max(value + shifts[2] / 255, 0), 1)
        expected = colorsys.hsv_to_rgb((hue + shifts[0] / 180) % 1, saturation, value)
        assert np.abs(found[place] - expected).max() < 5 * FLOAT


@pytest.mark.parametrize(
    ("temperature_k", "x", "y"),
    [(2000, 0.5267, 0.4133), (2856, 0.4476, 0.4074), (4000, 0.3805, 0.3768), (6504, 0.3135, 0.3237)],
)
def test_the_planckian_locus_lies_where_the_published_tables_have_it(temperature_k: float, x: float, y: float) -> None:
    found = chromaticity(np.array([float(temperature_k)]))
    assert abs(found[0][0] - x) < 6e-4 and abs(found[1][0] - y) < 6e-4
