"""What a resized store keeps of each picture."""

import io
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from hardy.dataset import Preprocessing
from hardy.dataset.ready import Wishes
from hardy.errors import InputError
from hardy.pixels.decode import decode
from hardy.pixels.resize import resize
from hardy.sources import open_source
from hardy.store import open_store, pack
from hardy.store.recipe import Recipe, Resized
from tests.builders import encoded, pixels, write


def smooth(height: int, width: int, channels: int = 3) -> np.ndarray:
    """A picture that JPEG keeps well."""
    rows, columns = np.mgrid[:height, :width]
    plain = np.stack([rows * 200 // height, columns * 200 // width, (rows + columns) * 100 // (height + width)], axis=2)
    return plain[..., :channels].astype(np.uint8)


def stored(data: bytes, how: Resized) -> bytes:
    return Recipe("resized", resized=how).encoded(data, decode(data))


@pytest.mark.parametrize(
    ("size_hw", "expected"),
    [((34, 22), (26, 17)), ((22, 34), (17, 26)), ((17, 100), (17, 100)), ((100, 17), (100, 17)), ((5, 5), (5, 5))],
)
def test_without_a_fit_the_picture_just_covers_the_size(size_hw: tuple[int, int], expected: tuple[int, int]) -> None:
    assert Resized((17, 17)).target_hw(size_hw) == expected
    assert decode(stored(encoded(smooth(*size_hw)), Resized((17, 17)))).size_hw == expected


@pytest.mark.parametrize("fit", ["stretch", "pad", "crop"])
def test_with_a_fit_it_has_exactly_the_size(fit: str) -> None:
    image = smooth(34, 22)
    found = decode(stored(encoded(image), Resized((17, 13), fit))).pixels
    assert np.array_equal(found, resize(image, (17, 13), fit))


def test_the_filter_is_what_shrinks() -> None:
    image = smooth(34, 22)
    image[::2] = 255 - image[::2]  # rows that the two mix otherwise
    found = decode(stored(encoded(image), Resized((17, 11), filter="area"))).pixels
    assert np.array_equal(found, resize(image, (17, 11), "stretch", filter="area"))
    assert not np.array_equal(found, resize(image, (17, 11), "stretch"))


def test_the_filter_is_kept_where_it_is_not_the_usual_one() -> None:
    assert "filter" not in Resized((9, 9)).to_dict()
    assert Resized((9, 9), filter="area").to_dict()["filter"] == "area"


def test_a_jpeg_stays_one_and_is_near(tmp_path: Path) -> None:
    image = smooth(340, 220)
    data = encoded(image, "JPEG", quality=98)
    found = stored(data, Resized((64, 64)))
    assert found[:2] == b"\xff\xd8"
    assert len(found) < len(data)
    near = decode(found).pixels.astype(int) - resize(decode(data).pixels, (99, 64), "stretch")
    assert np.abs(near).mean() < 1.5
    assert len(stored(data, Resized((64, 64), quality=50))) < len(found)


@pytest.mark.parametrize("format", ["PNG", "BMP", "TIFF", "PPM"])
def test_what_was_lossless_stays_so(format: str) -> None:
    image = smooth(34, 22)
    found = stored(encoded(image, format), Resized((17, 11)))
    assert found[1:4] == b"PNG"
    assert np.array_equal(decode(found).pixels, resize(image, (17, 11), "stretch"))


@pytest.mark.parametrize(("lossless", "kind"), [(True, b"\x89PNG"), (False, b"\xff\xd8\xff\xe0")])
def test_webp_is_told_apart(lossless: bool, kind: bytes) -> None:
    assert stored(encoded(smooth(34, 22), "WEBP", lossless=lossless), Resized((17, 11)))[:4] == kind


def test_quality_100_is_png() -> None:
    assert stored(encoded(smooth(34, 22), "JPEG"), Resized((17, 11), quality=100))[1:4] == b"PNG"


def test_16_bits_and_alpha_are_kept() -> None:
    deep = decode(stored(encoded(pixels(34, 22, 1, dtype="uint16")), Resized((17, 11)))).pixels
    assert (deep.dtype, deep.shape) == (np.uint16, (17, 11, 1))
    clear = decode(stored(encoded(pixels(34, 22, 4)), Resized((17, 11)))).pixels
    assert clear.shape == (17, 11, 4)


def test_hidden_colours_do_not_bleed() -> None:
    image = np.zeros((4, 4, 4), np.uint8)
    image[:, :2] = (200, 100, 50, 255)
    image[:, 2:] = (0, 255, 0, 0)  # green, and not to be seen
    found = decode(stored(encoded(image), Resized((2, 2), "stretch"))).pixels
    seen = found[found[..., 3] > 0]
    assert np.abs(seen[:, :3].astype(int) - (200, 100, 50)).max() <= 8  # few levels are left where little is seen


def test_small_enough_pictures_keep_their_bytes() -> None:
    data = encoded(smooth(17, 11), "JPEG")
    assert stored(data, Resized((17, 11))) is data


def test_turned_pictures_are_upright(tmp_path: Path) -> None:
    image = PIL.Image.fromarray(smooth(34, 22))
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    found = stored(encoded(image, "JPEG", exif=exif.tobytes()), Resized((11, 11)))
    with PIL.Image.open(io.BytesIO(found)) as opened:
        assert opened.size == (17, 11)
        assert not opened.getexif()


def test_a_resized_store_from_a_folder(tmp_path: Path) -> None:
    for number in range(6):
        for name in ("cats", "dogs"):
            image = smooth(60 + number, 40)
            write(tmp_path / "photos" / name / f"{number}.jpg", encoded(image ^ (64 * (name == "dogs")), "JPEG"))
    pack(
        open_source(tmp_path / "photos"),
        tmp_path / "a.hardy",
        recipe=Recipe("resized", resized=Resized((20, 20))),
        wishes=Wishes(),
    )
    store = open_store(tmp_path / "a.hardy")
    assert store.preprocessing is None
    assert {image.shape[1] for image in store.images()} == {20}
    assert store.column("width") == [40] * 12  # as found


@pytest.mark.parametrize(
    "make",
    [
        lambda: Resized((0, 5)),
        lambda: Resized((5, 5), quality=0),
        lambda: Resized((5, 5), quality=101),
        lambda: Recipe("resized"),
        lambda: Recipe("raw"),
        lambda: Recipe("original", Preprocessing(1, (5, 5))),
        lambda: Recipe("original", decode="scaled"),
    ],
)
def test_what_makes_no_sense_is_refused(make: object) -> None:
    with pytest.raises(InputError):
        make()
