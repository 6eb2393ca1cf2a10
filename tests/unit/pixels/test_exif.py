import struct

import numpy as np
import PIL.Image
import pytest

from hardy.pixels.exif import read_orientation, turn_upright
from tests.builders import pixels


def exif(order: str, value: int, kind: int = 3) -> bytes:
    head = b"II*\0" if order == "<" else b"MM\0*"
    entries = [(0x010F, 2, 1, b"x\0\0\0"), (0x0112, kind, 1, struct.pack(order + ("I" if kind == 4 else "H"), value))]
    body = b"".join(struct.pack(order + "HHI", *entry[:3]) + entry[3].ljust(4, b"\0") for entry in entries)
    return head + struct.pack(order + "IH", 8, len(entries)) + body + bytes(4)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", [3, 4])
@pytest.mark.parametrize("value", range(1, 9))
def test_both_byte_orders_with_and_without_the_prefix(order: str, kind: int, value: int) -> None:
    assert read_orientation(exif(order, value, kind)) == value
    assert read_orientation(b"Exif\0\0" + exif(order, value, kind)) == value


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_what_makes_no_sense_is_upright(value: int) -> None:
    assert read_orientation(exif("<", value)) == 1


def test_damaged_blocks_are_upright() -> None:
    whole = exif(">", 6)
    for end in range(len(whole) - 4 - 12, -1, -1):  # up to the entry itself
        assert read_orientation(whole[:end]) in (1, 6)
    assert read_orientation(b"Exif\0\0") == 1
    assert read_orientation(whole[:4] + b"\xff\xff\xff\xff" + whole[8:]) == 1


def test_exif_counts_before_xmp() -> None:
    xmp = b"<tiff:Orientation>8</tiff:Orientation>"
    assert read_orientation(exif("<", 3), xmp) == 3
    assert read_orientation(b"", xmp) == 8
    assert read_orientation(b"", b'tiff:Orientation="9"') == 1


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_turning_equals_pillows_transposing(orientation: int, channels: int, dtype: str) -> None:
    image = pixels(17, 11, channels, dtype=dtype)
    method = [None, None, 0, 3, 1, 5, 4, 6, 2][orientation]  # of PIL.Image.Transpose
    planes = []
    for channel in range(channels):
        plane = PIL.Image.fromarray(image[..., channel].astype(np.int32))
        planes.append(np.asarray(plane if method is None else plane.transpose(PIL.Image.Transpose(method))))
    before = image.copy()
    found = turn_upright(image, orientation)
    assert np.array_equal(found, np.stack(planes, axis=2))
    assert found.flags.c_contiguous and found.dtype == image.dtype
    assert np.array_equal(image, before)
