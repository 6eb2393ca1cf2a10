"""Decoding, channels and resizing against Pillow and OpenCV, kind by kind."""

import io

import cv2
import numpy as np
import PIL.Image
import PIL.ImageOps
import pytest

from hardy.pixels.channels import to_channels
from hardy.pixels.decode import decode
from hardy.pixels.resize import resize
from tests.builders import encoded, pixels

SMOOTH = cv2.GaussianBlur(pixels(67, 43, 3), (0, 0), 5)
"""A picture that survives JPEG: noise would not."""

JPEG_DECODERS = 2  # levels: libjpeg-turbo's fast and slow inverse transforms and upsampling may differ by that
LOSSY_JPEG = 6  # levels on average: quality 95 on a smooth picture
CMYK_ROUNDING = 2  # levels: two multiplications of 8 bits are rounded
PILLOWS_ROUNDING = 1  # levels: it rounds to 8 bits between the two passes of a resize, we to 14
HALF_A_LEVEL = 1  # 16 bits to 8 by cutting (Pillow) or by rounding (ours)


def opencv(data: bytes, flags: int = cv2.IMREAD_COLOR) -> np.ndarray:
    """RGB as OpenCV decodes it, EXIF applied."""
    image = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    return image[..., ::-1] if image.ndim == 3 and image.shape[2] == 3 else image


@pytest.mark.parametrize("format", ["PNG", "BMP", "PPM", "TIFF", "WEBP"])
def test_lossless_kinds_equal_pillow_opencv_and_what_was_written(format: str) -> None:
    image = pixels()
    data = encoded(image, format, **({"lossless": True} if format == "WEBP" else {}))
    picture = decode(data)
    assert picture.format == format
    assert np.array_equal(picture.pixels, image)
    assert np.array_equal(picture.pixels, opencv(data))
    assert np.array_equal(picture.pixels, np.asarray(PIL.Image.open(io.BytesIO(data)).convert("RGB")))


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0}, {"optimize": True}])
@pytest.mark.parametrize("grey", [False, True])
def test_jpeg_baseline_and_progressive(options: dict, grey: bool) -> None:
    image = SMOOTH[..., :1] if grey else SMOOTH
    data = encoded(image, "JPEG", quality=95, **options)
    found = decode(data).pixels
    assert found.shape == image.shape
    theirs = np.asarray(PIL.Image.open(io.BytesIO(data)))
    assert np.array_equal(found, theirs.reshape(found.shape))
    far = np.abs(
        found.astype(int) - opencv(data, cv2.IMREAD_GRAYSCALE if grey else cv2.IMREAD_COLOR).reshape(found.shape)
    )
    assert far.max() <= JPEG_DECODERS
    assert np.abs(found.astype(int) - image).mean() <= LOSSY_JPEG


UPRIGHT = {  # EXIF's tag → how the stored pixels become upright, from the standard's table
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: np.rot90(a, -1),
    7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
    8: lambda a: np.rot90(a, 1),
}


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["PNG", "TIFF", "WEBP", "JPEG"])
def test_all_eight_exif_orientations_are_applied(format: str, orientation: int) -> None:
    exif = PIL.Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if format == "WEBP" else {"quality": 95} if format == "JPEG" else {}
    data = encoded(SMOOTH, format, exif=exif, **options)
    stored = np.asarray(PIL.Image.open(io.BytesIO(encoded(SMOOTH, format, **options))))
    found = decode(data).pixels
    assert found.shape == ((67, 43, 3) if orientation < 5 else (43, 67, 3))
    assert np.array_equal(found, UPRIGHT[orientation](stored))
    if format == "JPEG":
        assert np.abs(found.astype(int) - opencv(data)).max() <= JPEG_DECODERS


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["1", "L", "LA", "RGBA", "P", "I;16"])
def test_orientation_in_every_mode(kind: str, orientation: int) -> None:
    exif = PIL.Image.Exif()
    exif[0x0112] = orientation
    image = (
        PIL.Image.fromarray(pixels(17, 11, dtype="uint16"))
        if kind == "I;16"
        else PIL.Image.fromarray(pixels()).convert(kind)
    )
    plain = decode(encoded(image)).pixels
    assert np.array_equal(decode(encoded(image, exif=exif)).pixels, UPRIGHT[orientation](plain))


@pytest.mark.parametrize("format", ["PNG", "TIFF", "JPEG", "BMP", "PPM"])
def test_grey(format: str) -> None:
    picture = decode(encoded(SMOOTH[..., 0], format))
    assert picture.mode == "L"
    assert picture.pixels.shape == (67, 43, 1)
    assert np.abs(picture.pixels[..., 0].astype(int) - SMOOTH[..., 0]).mean() <= LOSSY_JPEG


@pytest.mark.parametrize("channels", [2, 4])
@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_alpha_is_kept_as_it_is(format: str, channels: int) -> None:
    image = pixels(17, 11, channels)
    data = encoded(image, format)
    assert np.array_equal(decode(data).pixels, image)
    if (format, channels) == ("PNG", 4):  # OpenCV multiplies a TIFF's colours by alpha
        assert np.array_equal(
            decode(data).pixels, cv2.cvtColor(opencv(data, cv2.IMREAD_UNCHANGED), cv2.COLOR_BGRA2RGBA)
        )


def palette_image() -> PIL.Image.Image:
    return PIL.Image.fromarray(pixels()).quantize(16)


@pytest.mark.parametrize("format", ["PNG", "GIF", "BMP", "TIFF"])
def test_a_palette_becomes_rgb(format: str) -> None:
    image = palette_image()
    picture = decode(encoded(image, format))
    assert picture.mode == "P"
    assert np.array_equal(picture.pixels, np.asarray(image.convert("RGB")))


@pytest.mark.parametrize("format", ["PNG", "GIF"])
@pytest.mark.parametrize("index", [0, 5])
def test_a_palette_with_a_transparent_entry_becomes_rgba(format: str, index: int) -> None:
    image = palette_image()
    found = decode(encoded(image, format, transparency=index)).pixels
    assert found.shape == (17, 11, 4)
    clear = np.asarray(image) == index
    assert clear.any()
    assert (found[clear, 3] == 0).all() and (found[~clear, 3] == 255).all()
    assert np.array_equal(found[~clear, :3], np.asarray(image.convert("RGB"))[~clear])
    assert (to_channels(found, 3, background=77)[clear] == 77).all()


def test_a_palette_with_an_alpha_for_each_entry() -> None:
    image = palette_image()
    alphas = bytes(range(0, 256, 16))
    found = decode(encoded(image, transparency=alphas)).pixels
    assert np.array_equal(found[..., 3], np.frombuffer(alphas, np.uint8)[np.asarray(image)])


@pytest.mark.parametrize("channels", [1, 3])
def test_a_transparent_colour_of_grey_and_rgb_png(channels: int) -> None:
    image = pixels(17, 11, channels)
    key = tuple(image[3, 4].tolist())
    found = decode(encoded(image, transparency=key if channels == 3 else key[0])).pixels
    assert found.shape == (17, 11, channels + 1)
    assert np.array_equal(found[..., :-1], image)
    assert np.array_equal(found[..., -1] == 0, (image == key).all(axis=2))


@pytest.mark.parametrize("format", ["PNG", "TIFF", "BMP", "PPM"])
def test_one_bit_becomes_black_and_white(format: str) -> None:
    bits = pixels(17, 11) > 127
    picture = decode(encoded(PIL.Image.fromarray(bits), format))
    assert np.array_equal(picture.pixels, bits[..., None] * np.uint8(255))


@pytest.mark.parametrize("format", ["PNG", "TIFF", "PPM"])
def test_16_bit_grey_is_kept(format: str) -> None:
    image = pixels(17, 11, dtype="uint16")
    data = encoded(image, format)
    found = decode(data).pixels
    assert found.dtype == np.uint16
    assert np.array_equal(found, image[..., None])
    assert np.array_equal(found[..., 0], opencv(data, cv2.IMREAD_UNCHANGED))
    assert np.abs(to_channels(found, 1)[..., 0] - image / 257).max() <= 0.5


def test_16_bit_tiff_of_the_other_byte_order() -> None:
    image = pixels(17, 11, dtype="uint16")
    data = encoded(PIL.Image.frombytes("I;16B", (11, 17), image.astype(">u2").tobytes()), "TIFF")
    assert data[:2] == b"MM"
    found = decode(data).pixels
    assert found.dtype == np.dtype(np.uint16)
    assert np.array_equal(found[..., 0], image)


@pytest.mark.parametrize("channels", [3, 4])
def test_16_bit_colour_keeps_its_depth(channels: int) -> None:
    image = pixels(17, 11, channels, dtype="uint16")
    _, data = cv2.imencode(".png", image)
    found = decode(data.tobytes()).pixels
    assert found.dtype == np.dtype(np.uint16)
    assert np.array_equal(found, image[..., [2, 1, 0, 3][:channels]])
    theirs = np.asarray(PIL.Image.open(io.BytesIO(data.tobytes())))  # cut to 8 bits
    assert np.abs(found / 257 - theirs).max() <= HALF_A_LEVEL


def test_12_bit_pgm_is_scaled_by_its_own_maximum() -> None:
    values = np.array([[0, 2048, 4095]], ">u2")
    found = decode(b"P5 3 1 4095\n" + values.tobytes()).pixels
    assert found.dtype == np.uint16
    assert np.abs(found.ravel() - values.astype(float).ravel() / 4095 * 65535).max() <= 1


def cmyk_picture() -> PIL.Image.Image:
    inks = [PIL.Image.fromarray(np.ascontiguousarray(SMOOTH[..., place])) for place in (0, 1, 2, 0)]
    return PIL.Image.merge("CMYK", inks)


def test_cmyk_jpeg_with_adobes_inversion() -> None:
    image = cmyk_picture()
    data = encoded(image, "JPEG", quality=95, subsampling=0)
    assert b"Adobe" in data  # the marker that says: the inks are kept inverted
    picture = decode(data)
    assert (picture.mode, picture.pixels.shape) == ("CMYK", (67, 43, 3))
    assert np.array_equal(picture.pixels, np.asarray(PIL.Image.open(io.BytesIO(data)).convert("RGB")))
    inks = np.asarray(image).astype(float)
    true = (255 - inks[..., :3]) * (255 - inks[..., 3:]) / 255
    assert np.abs(picture.pixels - true).mean() <= LOSSY_JPEG
    assert np.abs(picture.pixels.astype(int) - opencv(data)).mean() <= CMYK_ROUNDING + JPEG_DECODERS


def test_cmyk_tiff_is_not_inverted() -> None:
    image = cmyk_picture()
    inks = np.asarray(image).astype(float)
    true = (255 - inks[..., :3]) * (255 - inks[..., 3:]) / 255
    assert np.abs(decode(encoded(image, "TIFF")).pixels - true).max() <= CMYK_ROUNDING


def test_the_first_frame_of_a_gif_equals_pillows() -> None:
    frames = [PIL.Image.fromarray(pixels(seed=seed)).quantize(16) for seed in range(3)]
    buffer = io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    assert np.array_equal(decode(buffer.getvalue()).pixels[..., :3], np.asarray(frames[0].convert("RGB")))


def test_grey_is_pillows_luma_to_the_last_level() -> None:
    ramp = np.stack(np.meshgrid(*[np.arange(0, 256, 5)] * 3), axis=-1).reshape(-1, 52, 3).astype(np.uint8)
    for image in (ramp, pixels(67, 43, 3)):
        assert np.array_equal(to_channels(image, 1)[..., 0], np.asarray(PIL.Image.fromarray(image).convert("L")))


def test_grey_equals_opencvs_within_a_level() -> None:
    image = pixels(67, 43, 3)  # OpenCV's weights have fewer bits
    assert np.abs(to_channels(image, 1)[..., 0].astype(int) - cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)).max() <= 1


@pytest.mark.parametrize("background", [0, 128, 255])
def test_laying_on_a_background_equals_pillows_within_a_level(background: int) -> None:
    image = PIL.Image.fromarray(pixels(67, 43, 4))
    theirs = PIL.Image.alpha_composite(PIL.Image.new("RGBA", image.size, (background,) * 3 + (255,)), image)
    ours = to_channels(np.asarray(image), 3, background)
    assert np.abs(ours.astype(int) - np.asarray(theirs)[..., :3]).max() <= 1  # Pillow rounds twice, we once


@pytest.mark.parametrize("size_hw", [(5, 3), (8, 40), (134, 86), (1, 1), (68, 42)])
@pytest.mark.parametrize("channels", [1, 3])
def test_stretching_equals_pillow(size_hw: tuple[int, int], channels: int) -> None:
    image = pixels(67, 43, channels)
    theirs = PIL.Image.fromarray(image.squeeze()).resize(size_hw[::-1], PIL.Image.Resampling.BILINEAR)
    ours = resize(image, size_hw, "stretch").astype(int)
    assert np.abs(ours - np.asarray(theirs).reshape(*size_hw, channels)).max() <= PILLOWS_ROUNDING


@pytest.mark.parametrize("size_hw", [(64, 64), (30, 50), (50, 30), (17, 11)])
def test_padding_equals_pillows_contain_and_cropping_its_fit(size_hw: tuple[int, int]) -> None:
    image = pixels(67, 43, 3)
    theirs = PIL.ImageOps.pad(
        PIL.Image.fromarray(image),
        size_hw[::-1],
        PIL.Image.Resampling.BILINEAR,
        color=(9, 9, 9),
        centering=(0.49, 0.49),
    )
    ours = resize(image, size_hw, "pad", background=9).astype(int)
    assert np.abs(ours - np.asarray(theirs)).max() <= PILLOWS_ROUNDING
    scale = max(size_hw[0] / 67, size_hw[1] / 43)
    inner = round(67 * scale), round(43 * scale)
    whole = np.asarray(PIL.Image.fromarray(image).resize(inner[::-1], PIL.Image.Resampling.BILINEAR))
    top, left = (inner[0] - size_hw[0]) // 2, (inner[1] - size_hw[1]) // 2
    ours = resize(image, size_hw, "crop").astype(int)
    cropped = whole[top : top + size_hw[0], left : left + size_hw[1]]
    assert np.abs(ours - cropped).max() <= PILLOWS_ROUNDING


def test_shrinking_is_near_opencvs_area_average() -> None:
    image = SMOOTH[:66, :42]
    theirs = cv2.resize(image, (21, 33), interpolation=cv2.INTER_AREA)
    # The triangle reaches half a pixel further than the box, so they agree on average only.
    assert np.abs(resize(image, (33, 21), "stretch").astype(int) - theirs).mean() <= 1
