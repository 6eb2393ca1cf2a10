"""Every kind is refused from its header; nothing is unpacked before."""

import io
import struct
import tracemalloc

import numpy as np
import PIL.Image
import pytest

from hardy.errors import DecodeError
from hardy.pixels import limits
from hardy.pixels.decode import decode
from hardy.pixels.formats import gif, tiff
from tests.builders import encoded
from tests.files import png
from tests.golden.pictures import FOLDER, cases


@pytest.mark.parametrize("name", sorted(cases()))
def test_one_pixel_too_many(name: str) -> None:
    data = (FOLDER / name).read_bytes()
    pixels = decode(data).pixels
    size = pixels.shape[0] * pixels.shape[1]
    with pytest.raises(DecodeError, match="more than the limit"):
        decode(data, max_pixels=size - 1)
    # 16 bits of more than two channels take more than the four bytes that are allowed for a pixel
    assert decode(data, max_pixels=size * 2).pixels.shape == pixels.shape


@pytest.mark.parametrize("samples", [3, 4])
def test_bytes_are_limited_as_well_as_pixels(samples: int) -> None:
    data = png(np.zeros((17, 11, samples), np.uint16), 16)
    with pytest.raises(DecodeError, match=f"11×17 pixels of {2 * samples} bytes are more than the limit of 748 bytes"):
        decode(data, max_pixels=17 * 11)


def large(kind: str) -> bytes:
    """Small files that claim 60,000 × 50,000 pixels, or as many as their kind can."""
    small = PIL.Image.new("L" if kind != "WEBP" else "RGB", (11, 17))
    if kind == "PPM":
        return b"P5 60000 50000 255\n" + bytes(100)
    if kind == "TIFF":
        data = bytearray(encoded(small, "TIFF"))
        start = struct.unpack_from("<I", data, 4)[0]
        for entry in range(start + 2, start + 26, 12):
            struct.pack_into("<HHII", data, entry, struct.unpack_from("<H", data, entry)[0], 4, 1, 60_000)
        return bytes(data)
    data = bytearray(encoded(small, kind, **({"lossless": True} if kind == "WEBP" else {})))
    if kind == "GIF":
        struct.pack_into("<HH", data, 6, 60_000, 50_000)
    elif kind == "BMP":
        struct.pack_into("<ii", data, 18, 60_000, 50_000)
    elif kind == "WEBP":
        struct.pack_into("<I", data, 21, 0x3FFF | 0x3FFF << 14)
    return bytes(data)


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "PPM", "WEBP"])
def test_nothing_is_unpacked_before(kind: str) -> None:
    data = large(kind)
    tracemalloc.start()
    try:
        with pytest.raises(DecodeError, match="more than the limit"):
            decode(data)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", ["GIF", "TIFF"])
def test_frames_are_counted_and_limited(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [PIL.Image.new("L", (11, 17), level) for level in range(0, 50, 10)]
    buffer = io.BytesIO()
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:])
    assert decode(buffer.getvalue()).frames == 5
    for module in (limits, gif):
        monkeypatch.setattr(module, "MAX_FRAMES", 4)
    with pytest.raises(DecodeError, match="more frames or pages than the limit of 4"):
        decode(buffer.getvalue())


def test_pages_that_go_round_in_a_circle() -> None:
    data = bytearray(encoded(PIL.Image.new("L", (11, 17)), "TIFF"))
    start = struct.unpack_from("<I", data, 4)[0]
    count = struct.unpack_from("<H", data, start)[0]
    struct.pack_into("<I", data, start + 2 + 12 * count, start)
    with pytest.raises(DecodeError, match="circle"):
        tiff.read(bytes(data))


def test_a_tile_may_not_be_larger_than_a_picture() -> None:
    data = bytearray((FOLDER / "rgb-16-tiles.tiff").read_bytes())
    place = data.index(struct.pack("<H", 322), 8)
    struct.pack_into("<HHII", data, place, 322, 4, 1, 9_895_952)
    with pytest.raises(DecodeError, match="9895952×16 pixels are more than the limit"):
        decode(bytes(data))


def test_a_compressed_profile_does_not_unpack_without_end() -> None:
    import zlib

    from tests.files import chunk

    bomb = chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(1 << 27)))
    text = chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(bytes(1 << 27)))
    data = png(np.zeros((17, 11, 3), np.uint8), 8, None, False, bomb, text)
    tracemalloc.start()
    try:
        assert decode(data).pixels.shape == (17, 11, 3)
        assert tracemalloc.get_traced_memory()[1] < 40 << 20
    finally:
        tracemalloc.stop()


def test_what_alpha_and_frames_a_picture_has() -> None:
    assert not decode((FOLDER / "rgb-8.png").read_bytes()).has_alpha
    assert decode((FOLDER / "rgba-16.png").read_bytes()).has_alpha
    assert decode((FOLDER / "palette-alpha.png").read_bytes()).has_alpha
    for name in ("animated.gif", "animated.png", "animated.webp", "pages.tiff"):
        picture = decode((FOLDER / name).read_bytes())
        assert picture.frames == 3, name
        assert (picture.pixels[0, 0, :3] == (255, 0, 0)).all(), name


def test_a_bad_checksum_is_noticed() -> None:
    data = bytearray((FOLDER / "rgb-8.png").read_bytes())
    place = data.index(b"IDAT") + 8
    data[place] ^= 1
    with pytest.raises(DecodeError, match="checksum of chunk b'IDAT'"):
        decode(bytes(data))


@pytest.mark.parametrize("depth", [8, 16])
def test_pixels_that_are_missing_behind_good_checksums_are_noticed(depth: int) -> None:
    import zlib

    from tests.files import chunk

    whole = png(np.zeros((17, 11, 3), np.uint16), depth)
    rows = zlib.compress(bytes((1 + 33 * depth // 8) * 16))  # of 17
    data = whole[:33] + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    with pytest.raises(DecodeError):
        decode(data)
