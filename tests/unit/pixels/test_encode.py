import numpy as np
import pytest

from hardy.errors import InputError, ShapeError
from hardy.pixels.decode import decode
from hardy.pixels.encode import encode_jpeg, encode_png
from tests.builders import pixels


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("size_hw", [(17, 11), (1, 1), (1, 11)])
def test_png_holds_every_pixel(size_hw: tuple[int, int], channels: int) -> None:
    image = pixels(*size_hw, channels)
    before = image.copy()
    assert np.array_equal(decode(encode_png(image)).pixels, image)
    assert np.array_equal(image, before)


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_16_bits_come_back(channels: int) -> None:
    image = pixels(17, 11, channels, dtype="uint16")
    found = decode(encode_png(image)).pixels
    assert found.dtype == np.uint16
    assert np.array_equal(found, image)


def test_16_bits_of_grey_with_alpha_become_colour() -> None:
    image = pixels(17, 11, 2, dtype="uint16")
    assert np.array_equal(decode(encode_png(image)).pixels, image[..., [0, 0, 0, 1]])


@pytest.mark.parametrize("channels", [1, 3])
def test_jpeg_is_near(channels: int) -> None:
    image = np.full((17, 11, channels), 90, np.uint8)
    image[:8] = 200
    found = decode(encode_jpeg(image, 95)).pixels
    assert found.shape == image.shape
    assert np.abs(found.astype(int) - image).max() < 12


@pytest.mark.parametrize(
    "image", [np.zeros((17, 11, 4), np.uint8), np.zeros((17, 11, 3), np.uint16), np.zeros((0, 11, 3), np.uint8)]
)
def test_what_jpeg_cannot_hold_is_refused(image: np.ndarray) -> None:
    with pytest.raises(ShapeError, match="JPEG"):
        encode_jpeg(image, 90)


@pytest.mark.parametrize("quality", [0, 100])
def test_jpeg_has_99_qualities(quality: int) -> None:
    with pytest.raises(InputError, match="1 to 99"):
        encode_jpeg(pixels(), quality)


def test_strided_pixels_are_written_as_they_are() -> None:
    wide = pixels(34, 22, 4)
    view = wide[::2, ::-2, :3]
    assert np.array_equal(decode(encode_png(view)).pixels, view)


@pytest.mark.parametrize("image", [np.zeros((17, 11, 5), np.uint8), np.zeros((0, 11, 3), np.uint8)])
def test_what_png_cannot_hold_is_refused(image: np.ndarray) -> None:
    with pytest.raises(ShapeError, match="PNG"):
        encode_png(image)
