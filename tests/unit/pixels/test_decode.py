import io
import struct
import zlib

import numpy as np
import PIL.Image
import pytest

from hardy.errors import DecodeError
from hardy.pixels.decode import MAX_PIXELS, decode, sniff
from tests.builders import encoded, pixels

IMAGE = pixels()
TRUNCATED = [
    ("JPEG", {"quality": 90}),
    ("JPEG", {"quality": 90, "progressive": True}),
    ("PNG", {}),
    ("GIF", {}),
    ("BMP", {}),
    ("TIFF", {}),
    ("TIFF", {"compression": "tiff_lzw"}),
    ("PPM", {}),
    ("WEBP", {"lossless": True}),
    ("WEBP", {"quality": 90}),
]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"GIF87a", "GIF"),
        (b"BM", "BMP"),
        (b"MM\0*", "TIFF"),
        (b"P4\n", "PPM"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "WEBP"),
        (b"RIFF\x10\0\0\0WAVEfmt ", None),
        (b"<svg", None),
        (b"P7\n", None),
        (b"", None),
    ],
)
def test_the_kind_is_judged_from_the_bytes(data: bytes, kind: str | None) -> None:
    assert sniff(data) == kind


def test_shape_is_height_width_channels_in_rgb() -> None:
    image = np.zeros((17, 11, 3), np.uint8)
    image[:, :, 0] = 200  # red
    image[16, 0] = (0, 0, 100)  # blue, bottom left
    picture = decode(encoded(image))
    assert picture.pixels.shape == (17, 11, 3)
    assert picture.pixels[0, 0].tolist() == [200, 0, 0]
    assert picture.pixels[16, 0].tolist() == [0, 0, 100]
    assert (picture.format, picture.mode) == ("PNG", "RGB")


def test_grey_has_one_channel_and_one_pixel_is_enough() -> None:
    assert decode(encoded(np.full((17, 11, 1), 9, np.uint8))).pixels.shape == (17, 11, 1)
    assert decode(encoded(np.full((1, 1, 1), 9, np.uint8))).pixels.tolist() == [[[9]]]


def test_the_pixels_can_be_written_to() -> None:
    for data in (encoded(IMAGE), encoded(pixels(17, 11, 1, dtype="uint16")), encoded(IMAGE[..., :1])):
        found = decode(data).pixels
        found[...] = 1
        assert (found == 1).all()


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")  # Pillow's word for a TIFF directory that is cut off
@pytest.mark.parametrize(("format", "options"), TRUNCATED)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_truncated_file_is_noticed(format: str, options: dict, share: float) -> None:
    data = encoded(pixels(67, 43, 3), format, **options)
    with pytest.raises(DecodeError):
        decode(data[: int(len(data) * share)])


@pytest.mark.parametrize(("format", "options"), TRUNCATED)
def test_the_whole_file_is_read(format: str, options: dict) -> None:
    assert decode(encoded(pixels(67, 43, 3), format, **options)).pixels.shape == (67, 43, 3)


def test_the_message_says_that_the_data_is_truncated() -> None:
    data = encoded(pixels(67, 43, 3), "JPEG")
    with pytest.raises(DecodeError, match="truncated"):
        decode(data[: len(data) // 2])


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"", "empty"), (b"hello there", "not a picture"), (b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG")],
)
def test_what_is_no_picture_is_said(data: bytes, message: str) -> None:
    with pytest.raises(DecodeError, match=message):
        decode(data)


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")]
    packed = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def test_too_many_pixels_are_refused_from_the_header() -> None:
    with pytest.raises(DecodeError, match=r"30000×20000 pixels are more than the limit of 89,478,485"):
        decode(png_header(30_000, 20_000))
    with pytest.raises(DecodeError, match="more than the limit"):
        decode(png_header(MAX_PIXELS + 1, 1))


def test_the_limit_itself_is_allowed() -> None:
    data = encoded(IMAGE)
    assert decode(data, max_pixels=17 * 11).pixels.shape == (17, 11, 3)
    with pytest.raises(DecodeError, match="11×17"):
        decode(data, max_pixels=17 * 11 - 1)


def test_pillows_own_global_limit_is_neither_used_nor_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PIL.Image, "MAX_IMAGE_PIXELS", 5)
    assert decode(encoded(IMAGE)).pixels.shape == (17, 11, 3)
    assert PIL.Image.MAX_IMAGE_PIXELS == 5


def test_floating_and_32_bit_pixels_are_refused() -> None:
    with pytest.raises(DecodeError, match="floating-point"):
        decode(encoded(PIL.Image.new("F", (11, 17), 0.5), "TIFF"))
    with pytest.raises(DecodeError, match="32-bit"):
        decode(encoded(PIL.Image.new("I", (11, 17), 70_000), "TIFF"))


def test_the_first_frame_of_an_animation() -> None:
    frames = [PIL.Image.new("RGB", (11, 17), colour) for colour in ("red", "lime", "blue")]
    for format in ("GIF", "WEBP", "PNG", "TIFF"):
        buffer = io.BytesIO()
        frames[0].save(
            buffer, format, save_all=True, append_images=frames[1:], **({"lossless": True} if format == "WEBP" else {})
        )
        assert (decode(buffer.getvalue()).pixels[..., :3] == (255, 0, 0)).all(), format
