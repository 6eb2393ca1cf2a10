"""Rows copied, mirrored, filled and looked up: against NumPy, at widths around the sizes of vectors."""

import numpy as np
import pytest

import hardy as h
from hardy.augmentation import table_kernels
from hardy.augmentation.transform import Transform

WIDTHS = (1, 2, 15, 16, 17, 21, 22, 37, 38, 64, 85)
BORDERS = {"edge": "edge", "reflect": "reflect", "symmetric": "symmetric", "wrap": "wrap", "constant": "constant"}


def picture(width: int, channels: int, dtype: str = "uint8", height: int = 7) -> np.ndarray:
    numbers = np.random.default_rng(width).integers(0, 256, (height, width, channels))
    return (numbers / np.float32(255)).astype(dtype) if dtype == "float32" else numbers.astype(dtype)


def altered(transform: Transform, image: np.ndarray) -> np.ndarray:
    return np.asarray(h.Compose([transform])(image=image)["image"])


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 13])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("width", WIDTHS)
def test_flips_are_those_of_numpy(width: int, dtype: str, channels: int) -> None:
    image = picture(width, channels, dtype)
    assert np.array_equal(altered(h.HorizontalFlip(p=1), image), image[:, ::-1])
    assert np.array_equal(altered(h.VerticalFlip(p=1), image), image[::-1])
    both = h.Compose([h.HorizontalFlip(p=1), h.VerticalFlip(p=1)])(image=image[:, ::-1])["image"]
    assert np.array_equal(both, image[::-1])


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("width", WIDTHS)
def test_padding_is_that_of_numpy(width: int, channels: int, border: str) -> None:
    image = picture(width, channels)
    fill = 9 if channels == 1 else (9, 0, 255)
    pad = h.PadIfNeeded(11, width + 5, position="top_left", border_mode=border, fill=fill)
    found = altered(pad, image)
    if border == "constant":
        expected = np.broadcast_to(np.array(fill, np.uint8), (11, width + 5, channels)).copy()
        expected[:7, :width] = image
    else:
        expected = np.pad(image, ((0, 4), (0, 5), (0, 0)), mode=BORDERS[border])  # type: ignore[call-overload]
    assert np.array_equal(found, expected)
    turned = h.Compose([pad, h.HorizontalFlip(p=1), h.Invert(p=1)])(image=image)["image"]
    assert np.array_equal(turned, 255 - expected[:, ::-1])


@pytest.mark.parametrize("wide", [True, False])
@pytest.mark.parametrize("alike", [True, False])
@pytest.mark.parametrize("count", [3, 189, 192, 195, 600])
def test_bytes_are_looked_up_in_their_channels_table(count: int, alike: bool, wide: bool) -> None:
    generator = np.random.default_rng(count)
    tables = generator.integers(0, 256, (3, 256), dtype=np.uint8)
    tables = np.ascontiguousarray(tables[[0, 0, 0]]) if alike else tables
    values, found = generator.integers(0, 256, count, dtype=np.uint8), np.zeros(count + 1, np.uint8)
    look = table_kernels.look_up_bytes if wide else table_kernels.look_up_singly
    look(found.ctypes.data, values.ctypes.data, count, tables.ctypes.data, 3, alike)
    assert np.array_equal(found[:count].reshape(-1, 3), np.stack([tables[c][values[c::3]] for c in range(3)], 1))
    assert found[count] == 0
