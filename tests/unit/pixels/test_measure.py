import numpy as np
import pytest

from hardy.pixels.limits import MAX_PIXELS
from hardy.pixels.measure import count_pixels
from tests.builders import encoded, pixels


@pytest.mark.parametrize(
    ("format", "options"),
    [
        ("JPEG", {}),
        ("JPEG", {"progressive": True, "exif": b"Exif\0\0" + bytes(300)}),
        ("PNG", {}),
        ("GIF", {}),
        ("BMP", {}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"exif": b"Exif\0\0" + bytes(30)}),
    ],
)
@pytest.mark.parametrize("channels", [1, 3])
def test_the_header_tells(format: str, options: dict, channels: int) -> None:
    assert count_pixels(encoded(pixels(170, 110, channels), format, **options)) == 170 * 110


@pytest.mark.parametrize("format", ["TIFF", "PPM"])
def test_others_count_as_the_largest(format: str) -> None:
    assert count_pixels(encoded(pixels(17, 11, 3), format)) == MAX_PIXELS


@pytest.mark.parametrize("data", [b"", b"no picture", b"\xff\xd8\xff"])
def test_no_picture_takes_no_memory(data: bytes) -> None:
    assert count_pixels(data) == 1


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "BMP", "WEBP"])
def test_cut_headers_are_for_the_decoder(format: str) -> None:
    data = encoded(pixels(170, 110, 3), format)
    assert all(count_pixels(data[:length]) >= 1 for length in range(60))


def test_a_lie_costs_no_more_than_the_largest() -> None:
    data = bytearray(encoded(np.zeros((17, 11, 3), np.uint8)))
    data[16:24] = b"\xff" * 8
    assert count_pixels(bytes(data)) == MAX_PIXELS
