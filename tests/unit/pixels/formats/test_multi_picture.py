import io
import struct

import numpy as np
import PIL.Image
import pytest

from hardy.pixels.decode import decode
from hardy.pixels.formats.multi_picture import count_pictures
from tests.builders import encoded, pixels


def multi_picture(count: int) -> bytes:
    frames = [PIL.Image.fromarray(pixels(17, 11, 3, seed=seed)) for seed in range(count)]
    buffer = io.BytesIO()
    frames[0].save(buffer, "MPO", save_all=True, append_images=frames[1:], quality=95)
    return buffer.getvalue()


def index(kinds: list[int], order: str = "<") -> bytes:
    """An index of pictures of these kinds, as CIPA DC-007 has it."""
    entries = b"".join(struct.pack(f"{order}IIIHH", kind << 16, 100, 0, 0, 0) for kind in kinds)
    tags = [(0xB000, 7, 4, 0x30303130), (0xB001, 4, 1, len(kinds)), (0xB002, 7, len(entries), 8 + 2 + 36 + 4)]
    head = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}IH", 8, len(tags))
    return head + b"".join(struct.pack(f"{order}HHII", *tag) for tag in tags) + bytes(4) + entries


@pytest.mark.parametrize("count", [2, 3])
def test_the_first_picture_is_taken_and_the_others_are_counted(count: int) -> None:
    data = multi_picture(count)
    found = decode(data)
    assert (found.frames, found.format) == (count, "JPEG")
    with PIL.Image.open(io.BytesIO(data)) as reference:
        assert np.array_equal(found.pixels, np.asarray(reference))


def test_a_plain_jpeg_holds_one() -> None:
    assert decode(encoded(pixels(), "JPEG")).frames == 1


@pytest.mark.parametrize("order", ["<", ">"])
def test_previews_of_the_first_are_not_counted(order: str) -> None:
    primary, panorama, preview, undefined = 0x03, 0x02, 0x01, 0x00
    assert count_pictures(index([primary, panorama, panorama], order)) == 3
    assert count_pictures(index([primary, preview, preview], order)) == 1
    assert count_pictures(index([primary, preview, undefined], order)) == 2


def test_an_index_that_makes_no_sense_is_passed_over() -> None:
    whole = index([3, 0, 0])
    assert all(count_pictures(whole[:cut]) in (1, 2, 3) for cut in range(len(whole)))
    assert count_pictures(b"XX" + whole[2:]) == 1
    many = bytearray(whole)
    struct.pack_into("<I", many, 10 + 12 + 8, 2**32 - 1)
    assert count_pictures(bytes(many)) == 3, "no more than there are entries"
    struct.pack_into("<I", many, 4, 2**32 - 1)
    assert count_pictures(bytes(many)) == 1
