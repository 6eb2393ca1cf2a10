"""A progressive JPEG at 1/8 without the scans that it has no use for: equal to the whole file at 1/8."""

import io

import cv2
import numpy as np
import pytest
import simplejpeg
from PIL import Image

from hardy.errors import DecodeError
from hardy.pixels.decode import decode
from hardy.pixels.enough import Enough
from hardy.pixels.formats.jpeg import read_header
from hardy.pixels.formats.jpeg_scans import means_only


def saved(size_hw: tuple[int, int], mode: str = "RGB", **options: int) -> bytes:
    noise = np.random.default_rng(0).integers(0, 256, (*size_hw, 3), np.uint8)
    smooth = cv2.GaussianBlur(noise, (0, 0), 3)
    file = io.BytesIO()
    Image.fromarray(smooth).convert(mode).save(file, "JPEG", quality=70, progressive=True, **options)
    return file.getvalue()


def thinned(data: bytes) -> bytes:
    header = read_header(data)
    return means_only(data, header.progressive, header.first_scan)


def at_an_eighth(data: bytes) -> np.ndarray:
    header = read_header(data)
    least = -(-header.height // 8), -(-header.width // 8)
    return simplejpeg.decode_jpeg(data, "GRAY" if header.components == 1 else "RGB", False, False, *least, 8.0)


@pytest.mark.parametrize("size_hw", [(1, 1), (8, 8), (17, 11), (9, 33), (481, 640), (1200, 2003)])
@pytest.mark.parametrize("options", [{"subsampling": 0}, {"subsampling": 1}, {"subsampling": 2}, {"mode": "L"}])
@pytest.mark.parametrize("restarts", [{}, {"restart_marker_rows": 1}, {"restart_marker_blocks": 3}])
def test_is_equal_to_the_whole_file_at_an_eighth(size_hw, options, restarts):
    data = saved(size_hw, **options, **restarts)
    np.testing.assert_array_equal(at_an_eighth(thinned(data)), at_an_eighth(data))


def test_most_of_a_large_file_goes():
    data = saved((1200, 2003), subsampling=0)
    assert len(thinned(data)) < len(data) / 4


def test_more_blocks_than_one_run_can_count():
    data = saved((1600, 1700), "L")  # 200 × 213 blocks, above 32,767
    np.testing.assert_array_equal(at_an_eighth(thinned(data)), at_an_eighth(data))


def test_decode_gives_the_same_with_and_without():
    data = saved((481, 640), subsampling=0)
    picture = decode(data, enough=Enough((60, 80)))
    assert picture.reduced == 8
    np.testing.assert_array_equal(picture.pixels, at_an_eighth(data))


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.999])
def test_a_truncated_file_is_refused_still(share):
    data = saved((481, 640), subsampling=0)
    cut = data[: int(len(data) * share)]
    assert thinned(cut) is cut
    with pytest.raises(DecodeError, match="truncated"):
        decode(cut, enough=Enough((60, 80)))


def test_damage_in_what_is_kept_is_found_still():
    data = saved((48, 64))
    second = data.index(b"\xff\xda", data.index(b"\xff\xda") + 2)
    odd = data[:second] + b"\x12\x34" + data[second:]
    with pytest.raises(DecodeError, match="extraneous"):
        decode(odd, enough=Enough((6, 8)))
