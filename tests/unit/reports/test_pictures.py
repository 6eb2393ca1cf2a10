import base64
import io

import numpy as np
import PIL.Image
import pytest

from hardy.reports.pictures import make_thumbnail


def decode(uri: str) -> PIL.Image.Image:
    return PIL.Image.open(io.BytesIO(base64.b64decode(uri.split(",")[1])))


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("size_hw", [(17, 11), (1, 1), (300, 170), (1, 4000)])
def test_size_and_mode(channels, size_hw):
    pixels = np.random.default_rng(0).integers(0, 256, (*size_hw, channels), np.uint8)
    before = pixels.copy()
    thumbnail = make_thumbnail(pixels)
    image = decode(thumbnail.uri)
    assert image.mode == ("L" if channels <= 2 else "RGB")
    assert max(image.size) <= 160 and max(thumbnail.width, thumbnail.height) <= 160
    assert thumbnail.enlarged == (max(size_hw) <= 48)
    np.testing.assert_array_equal(pixels, before)


def test_small_pictures_are_exact_and_enlarged_by_whole_factors():
    pixels = np.random.default_rng(0).integers(0, 256, (17, 11, 3), np.uint8)
    thumbnail = make_thumbnail(pixels)
    np.testing.assert_array_equal(np.asarray(decode(thumbnail.uri)), pixels)
    assert (thumbnail.height, thumbnail.width) == (17 * 5, 11 * 5)


def test_16_bits_become_8():
    assert decode(make_thumbnail(np.full((17, 11, 1), 65535, np.uint16)).uri).getpixel((0, 0)) == 255


def test_photographs_are_jpeg_and_drawings_png():
    noise = np.random.default_rng(0).integers(0, 256, (160, 160, 3), np.uint8)
    assert make_thumbnail(noise).uri.startswith("data:image/jpeg")
    assert make_thumbnail(np.zeros((160, 160, 3), np.uint8)).uri.startswith("data:image/png")
