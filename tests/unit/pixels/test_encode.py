import numpy as np
import pytest

from hardy.errors import ShapeError
from hardy.pixels.decode import decode
from hardy.pixels.encode import encode_png
from tests.builders import pixels


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("size_hw", [(17, 11), (1, 1), (1, 11)])
def test_png_holds_every_pixel(size_hw: tuple[int, int], channels: int) -> None:
    image = pixels(*size_hw, channels)
    before = image.copy()
    assert np.array_equal(decode(encode_png(image)).pixels, image)
    assert np.array_equal(image, before)


def test_16_bits_come_back() -> None:
    image = pixels(17, 11, 1, dtype="uint16")
    found = decode(encode_png(image)).pixels
    assert found.dtype == np.uint16
    assert np.array_equal(found, image)


def test_strided_pixels_are_written_as_they_are() -> None:
    wide = pixels(34, 22, 4)
    view = wide[::2, ::-2, :3]
    assert np.array_equal(decode(encode_png(view)).pixels, view)


@pytest.mark.parametrize(
    "image", [np.zeros((17, 11, 5), np.uint8), np.zeros((0, 11, 3), np.uint8), np.zeros((17, 11, 3), np.uint16)]
)
def test_what_png_cannot_hold_is_refused(image: np.ndarray) -> None:
    with pytest.raises(ShapeError, match="PNG"):
        encode_png(image)
