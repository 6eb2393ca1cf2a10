import numpy as np
import pytest

from hardy.errors import InputError
from hardy.pixels.resize import FITS, resize
from tests.builders import pixels


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("size_hw", [(17, 11), (11, 17), (1, 1), (34, 22), (5, 40), (40, 5)])
def test_the_size_is_height_then_width(fit: str, channels: int, size_hw: tuple[int, int]) -> None:
    image = pixels(17, 11, channels)
    before = image.copy()
    found = resize(image, size_hw, fit)
    assert (found.shape, found.dtype) == ((*size_hw, channels), np.uint8)
    assert np.array_equal(image, before)


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 11, 3), (17, 1, 3), (1, 1000, 1)])
def test_pictures_one_pixel_wide_or_high(fit: str, shape: tuple[int, ...]) -> None:
    found = resize(np.full(shape, 77, np.uint8), (17, 11), fit, background=77)
    assert found.shape == (17, 11, shape[2])
    assert (found == 77).all()


@pytest.mark.parametrize("fit", FITS)
def test_the_own_size_keeps_every_pixel(fit: str) -> None:
    image = pixels()
    assert np.array_equal(resize(image, (17, 11), fit), image)


def test_padding_keeps_the_proportions_and_centres() -> None:
    found = resize(np.full((8, 4, 3), 200, np.uint8), (8, 9), "pad", background=3)
    assert (found[:, 2:6] == 200).all()
    assert (found[:, :2] == 3).all() and (found[:, 6:] == 3).all()
    found = resize(np.full((4, 8, 1), 200, np.uint8), (10, 8), "pad", background=3)
    assert (found[3:7] == 200).all()
    assert (found[:3] == 3).all() and (found[7:] == 3).all()


def test_cropping_keeps_the_middle() -> None:
    columns = np.broadcast_to(np.arange(12, dtype=np.uint8)[None, :, None], (4, 12, 1))
    assert resize(columns, (4, 4), "crop")[0, :, 0].tolist() == [4, 5, 6, 7]
    rows = np.broadcast_to(np.arange(12, dtype=np.uint8)[:, None, None], (12, 4, 1))
    assert resize(rows, (4, 4), "crop")[:, 0, 0].tolist() == [4, 5, 6, 7]


def test_shrinking_leaves_no_stripes() -> None:
    stripes = np.zeros((17, 220, 1), np.uint8)
    stripes[:, ::2] = 255
    found = resize(stripes, (17, 11), "stretch")
    assert found.max() - found.min() <= 3  # levels: at the borders the filter is cut off
    assert abs(float(found.mean()) - 127.5) <= 1


@pytest.mark.parametrize("size_hw", [(0, 5), (5, 0), (-1, 5)])
def test_sizes_below_one_are_refused(size_hw: tuple[int, int]) -> None:
    with pytest.raises(InputError, match="at least 1×1"):
        resize(pixels(), size_hw)
