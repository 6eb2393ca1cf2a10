import cv2
import numpy as np
import PIL.Image
import pytest

from hardy.dataset import Preprocessing
from hardy.errors import DecodeError
from hardy.pixels.decode import decode
from hardy.pixels.enough import Enough
from hardy.pixels.formats.jpeg import read_header
from hardy.pixels.limits import MAX_SCANS
from tests.builders import encoded
from tests.golden.pictures import smooth

PHOTO = (smooth(67, 43, 3) * 255).astype(np.uint8)
DATA = encoded(PHOTO, "JPEG", quality=90)


@pytest.mark.parametrize(
    ("size_hw", "least_hw", "scale"),
    [
        ((17, 11), (17, 11), 1),
        ((17, 11), (9, 6), 2),  # 8.5 and 5.5 are rounded up
        ((17, 11), (10, 6), 1),
        ((17, 11), (9, 7), 1),
        ((17, 11), (1, 1), 8),
        ((2000, 3000), (250, 375), 8),
        ((2000, 3000), (251, 375), 4),
        ((2000, 3000), (250, 376), 4),
    ],
)
def test_the_scale_leaves_the_wanted_size(size_hw: tuple[int, int], least_hw: tuple[int, int], scale: int) -> None:
    assert Enough(least_hw).scale(size_hw) == scale


@pytest.mark.parametrize("scale", [1, 2, 4, 8])
@pytest.mark.parametrize("kind", ["L", "RGB", "CMYK"])
def test_scaled_decoding_gives_about_the_same_picture(scale: int, kind: str) -> None:
    data = encoded(PIL.Image.fromarray(PHOTO).convert(kind), "JPEG", quality=95, subsampling=0)
    least = -(-67 // scale), -(-43 // scale)
    found = decode(data, enough=Enough(least)).pixels
    assert found.shape == (*least, 1 if kind == "L" else 3)
    if scale == 1:
        assert np.array_equal(found, decode(data).pixels)
    if kind != "CMYK":
        flags = {1: 0, 2: cv2.IMREAD_REDUCED_COLOR_2, 4: cv2.IMREAD_REDUCED_COLOR_4, 8: cv2.IMREAD_REDUCED_COLOR_8}
        theirs = cv2.imdecode(np.frombuffer(data, np.uint8), flags[scale] | cv2.IMREAD_COLOR)[..., ::-1]
        assert np.abs(found.astype(int) - theirs).max() <= 2  # levels: another build of libjpeg-turbo


@pytest.mark.parametrize("orientation", [1, 6])
def test_the_wanted_size_is_that_of_the_upright_picture(orientation: int) -> None:
    exif = PIL.Image.Exif()
    exif[0x0112] = orientation
    data = encoded(PHOTO[:64, :40], "JPEG", exif=exif)
    upright = (64, 40) if orientation == 1 else (40, 64)
    assert decode(data, enough=Enough((30, 20))).pixels.shape[:2] == ((32, 20) if orientation == 1 else (40, 64))
    assert decode(data, enough=Enough((20, 30))).pixels.shape[:2] == ((64, 40) if orientation == 1 else (20, 32))
    assert decode(data).pixels.shape[:2] == upright


def test_other_kinds_are_decoded_whole() -> None:
    assert decode(encoded(PHOTO), enough=Enough((1, 1))).pixels.shape == (67, 43, 3)


def test_an_end_that_was_glued_on_does_not_hide_the_cut() -> None:
    for end in (len(DATA) // 2, len(DATA) - 40, len(DATA) - 6):
        with pytest.raises(DecodeError, match="truncated"):
            decode(DATA[:end] + b"\xff\xd9")


def test_what_follows_the_end_is_not_looked_at() -> None:
    assert np.array_equal(decode(DATA + b"a second picture, as phones append them").pixels, decode(DATA).pixels)


def test_bytes_before_the_end_that_libjpeg_skips_do_no_harm() -> None:
    odd = DATA[:-2] + b"\0\0\0" + DATA[-2:]
    assert np.array_equal(decode(odd).pixels, decode(DATA).pixels)


def test_too_many_scans_are_refused() -> None:
    data = encoded(PHOTO, "JPEG", progressive=True)
    start = data.index(b"\xff\xda")
    scan = data[start : data.index(b"\xff", start + 20)]
    with pytest.raises(DecodeError, match=f"more than {MAX_SCANS} scans"):
        decode(data[:start] + scan * (MAX_SCANS + 1) + data[start:])


def test_the_header_is_read_past_padding_and_comments() -> None:
    header = read_header(DATA[:2] + b"\xff\xff\xff\xfe\0\5hey" + DATA[2:])
    assert (header.height, header.width, header.components) == (67, 43, 3)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xff\xd8\xff\xd9", "truncated before its first scan"),
        (b"\xff\xd8\xff\xd9\0\0", "ends before its first scan"),
        (b"\xff\xd8\xff\xe0\0\4ab\0\0\0\0", "does not begin"),
        (DATA.replace(b"\0\x43\0\x2b\3", b"\0\0\0\x2b\3"), "43×0 pixels"),
        (DATA.replace(b"\0\x43\0\x2b\3", b"\0\x43\0\x2b\2"), "2 components"),
        (DATA.replace(b"\0\x43\0\x2b\3", b"\xff\xff\xff\xff\3"), "65535×65535 pixels are more than the limit"),
    ],
)
def test_headers_that_make_no_sense(data: bytes, message: str) -> None:
    with pytest.raises(DecodeError, match=message):
        decode(data)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("size_hw", [(240, 181), (241, 160), (159, 243)])
@pytest.mark.parametrize("fit", ["stretch", "pad", "crop"])
def test_reduced_pictures_end_where_the_whole_one_does(size_hw: tuple[int, int], orientation: int, fit: str) -> None:
    """Sizes that 2, 4 and 8 do not divide: counted to the end of the array, the picture would drift by half a pixel."""
    y, x = np.mgrid[: size_hw[0], : size_hw[1]]
    waves = 127 + 100 * np.sin(y / 7) * np.cos(x / 9)
    picture = np.stack([waves, 255 - waves, waves // 2], axis=2).astype(np.uint8)
    exif = PIL.Image.Exif()
    exif[0x0112] = orientation
    data = encoded(picture, "JPEG", quality=98, subsampling=0, exif=exif)
    recipe = Preprocessing(3, (37, 30), fit)  # type: ignore[arg-type]
    whole, reduced = decode(data), decode(data, enough=recipe.enough)
    if orientation in (1, 5):
        assert reduced.reduced > 1
    error = recipe.pixels(whole.pixels).astype(float) - recipe.pixels(reduced.pixels, reduced.extent_hw)
    assert np.mean(error**2) < 255**2 / 10**4  # 40 dB; counted to the end of the array: 24 to 35


def test_a_reduced_picture_says_where_it_ends() -> None:
    found = decode(encoded(PHOTO, "JPEG"), enough=Enough((20, 20)))
    assert (found.pixels.shape[:2], found.reduced, found.extent_hw) == ((34, 22), 2, (33.5, 21.5))
    whole = decode(encoded(PHOTO, "JPEG"))
    assert (whole.reduced, whole.extent_hw) == (1, None)
