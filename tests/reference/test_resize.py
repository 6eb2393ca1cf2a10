"""Our resize against Pillow, OpenCV and weights in float64."""

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import PIL.Image
import pytest

from hardy.pixels.resize import FILTERS, resize
from tests.builders import pixels

PILLOWS_ROUNDING = 1  # levels: it rounds to 8 bits between the passes, we to 16
OPENCVS_ROUNDING = 1  # levels: its float32 against our 16-bit weights, at halves
EXACT = 0.55  # levels: a half from rounding the result, the rest from weights and what lies between the passes
SIZES = [(17, 11), (1, 1), (1, 11), (17, 1), (16, 16), (15, 33), (67, 43), (200, 3), (163, 131)]
TARGETS = [(17, 11), (1, 1), (5, 40), (40, 5), (16, 8), (7, 224), (134, 86)]


def exact(image: np.ndarray, size_hw: tuple[int, int], filter: str) -> np.ndarray:
    """Both passes in float64, from the definition of the filter."""
    found = image.astype(np.float64)
    for axis, (size, target) in enumerate(zip(image.shape[:2], size_hw, strict=True)):
        scale = size / target
        wide = max(scale, 1)
        centres, sources = (np.arange(target)[:, None] + 0.5) * scale, np.arange(size)[None]
        if filter == "area" and scale > 1:
            overlap = np.minimum(centres + scale / 2, sources + 1) - np.maximum(centres - scale / 2, sources)
            shares = np.maximum(overlap, 0)
        else:
            shares = np.maximum(1 - np.abs(sources + 0.5 - centres) / wide, 0)
        shares /= shares.sum(axis=1, keepdims=True)
        found = np.moveaxis(np.tensordot(shares, found, (1, axis)), 0, axis)
    return found


@pytest.mark.parametrize("filter", FILTERS)
@pytest.mark.parametrize("target_hw", TARGETS)
@pytest.mark.parametrize("size_hw", SIZES)
def test_any_size_any_channels_both_depths(size_hw: tuple[int, int], target_hw: tuple[int, int], filter: str) -> None:
    for channels in (1, 2, 3, 4, 5):
        for dtype in ("uint8", "uint16"):
            image = pixels(*size_hw, channels, dtype=dtype)
            before = image.copy()
            found = resize(image, target_hw, "stretch", filter=filter)
            assert (found.shape, found.dtype) == ((*target_hw, channels), image.dtype)
            assert np.abs(found - exact(image, target_hw, filter)).max() <= EXACT
            assert np.array_equal(image, before)


@pytest.mark.parametrize("target_hw", TARGETS)
@pytest.mark.parametrize("size_hw", SIZES)
@pytest.mark.parametrize("channels", [1, 3])
def test_pillow_within_a_level(size_hw: tuple[int, int], target_hw: tuple[int, int], channels: int) -> None:
    for image in (pixels(*size_hw, channels), (pixels(*size_hw, channels) > 127) * np.uint8(255)):
        pillow = PIL.Image.fromarray(image[..., 0] if channels == 1 else image)
        theirs = np.asarray(pillow.resize(target_hw[::-1], PIL.Image.Resampling.BILINEAR)).reshape(*target_hw, channels)
        ours = resize(image, target_hw, "stretch").astype(int)
        assert np.abs(ours - theirs).max() <= PILLOWS_ROUNDING


@pytest.mark.parametrize("target_hw", [(33, 21), (30, 20), (16, 10), (1, 1), (7, 43)])
def test_area_is_opencvs(target_hw: tuple[int, int]) -> None:
    image = pixels(67, 43, 3)
    theirs = cv2.resize(image, target_hw[::-1], interpolation=cv2.INTER_AREA)
    ours = resize(image, target_hw, "stretch", filter="area").astype(int)
    assert np.abs(ours - theirs).max() <= OPENCVS_ROUNDING


@pytest.mark.parametrize("size_hw", [(1, 9001), (9001, 1), (3000, 2)])
def test_thousands_of_pixels_into_one(size_hw: tuple[int, int]) -> None:
    stripes = (np.indices(size_hw).sum(axis=0) % 2 * 255).astype(np.uint8)[..., None]
    for target_hw in ((1, 1), (2, 2), (3, 3)):
        for filter in FILTERS:
            found = resize(stripes, target_hw, "stretch", filter=filter)
            assert np.abs(found - exact(stripes, target_hw, filter)).max() <= 1


@pytest.mark.parametrize("filter", FILTERS)
@pytest.mark.parametrize("target_hw", [(16, 40), (40, 16), (17, 17)])
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_cropping_computes_the_same_pixels_as_cutting(target_hw: tuple[int, int], filter: str, dtype: str) -> None:
    image = pixels(67, 43, 3, dtype=dtype)
    scale = max(target_hw[0] / 67, target_hw[1] / 43)
    inner = round(67 * scale), round(43 * scale)
    whole = resize(image, inner, "stretch", filter=filter)
    top, left = (inner[0] - target_hw[0]) // 2, (inner[1] - target_hw[1]) // 2
    found = resize(image, target_hw, "crop", filter=filter)
    assert np.array_equal(found, whole[top : top + target_hw[0], left : left + target_hw[1]])


def test_strided_and_read_only_pictures() -> None:
    wide = pixels(134, 86, 4)
    view = wide[::2, ::-2, 1:]
    right = resize(np.ascontiguousarray(view), (17, 11), "stretch")
    assert np.array_equal(resize(view, (17, 11), "stretch"), right)
    fixed = np.ascontiguousarray(view)
    fixed.flags.writeable = False
    assert np.array_equal(resize(fixed, (17, 11), "stretch"), right)


def test_threads_give_the_same() -> None:
    image = pixels(201, 131, 3)
    right = resize(image, (67, 43), "crop")
    with ThreadPoolExecutor(4) as threads:
        assert all(
            np.array_equal(found, right) for found in threads.map(lambda _: resize(image, (67, 43), "crop"), range(64))
        )
