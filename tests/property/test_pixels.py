"""Whatever bytes come, decoding gives a picture or says that it is none."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardy.errors import DecodeError
from hardy.pixels.channels import to_channels
from hardy.pixels.decode import decode
from hardy.pixels.resize import FILTERS, FITS, resize
from tests.builders import encoded, pixels
from tests.golden.pictures import FOLDER

FILES = {
    "jpeg": encoded(pixels(), "JPEG"),
    "progressive": encoded(pixels(), "JPEG", progressive=True),
    "png": encoded(pixels()),
    "palette": encoded(pixels()[..., 0] // 64, "GIF"),
    "bmp": encoded(pixels(), "BMP"),
    "tiff": encoded(pixels(), "TIFF"),
    "lzw": encoded(pixels(), "TIFF", compression="tiff_lzw"),
    "webp": encoded(pixels(), "WEBP"),
    "ppm": encoded(pixels(), "PPM"),
    "16-bit png": (FOLDER / "rgb-16-interlaced.png").read_bytes(),
    "16-bit tiff": (FOLDER / "rgb-16-tiles.tiff").read_bytes(),
    "cmyk": (FOLDER / "cmyk.jpg").read_bytes(),
}


@pytest.mark.parametrize("kind", FILES)
@given(data=st.data())
@settings(max_examples=400)
def test_damaged_files_are_pictures_or_decode_errors(kind: str, data: st.DataObject) -> None:
    damaged = bytearray(FILES[kind])
    for _ in range(data.draw(st.integers(1, 3))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(damaged)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            picture = decode(bytes(damaged[: cut or None]), max_pixels=100_000)
        except DecodeError as error:
            assert str(error)
            return
    assert picture.pixels.ndim == 3
    assert picture.pixels.shape[2] in (1, 2, 3, 4)
    assert picture.pixels.dtype in (np.uint8, np.uint16)


@given(st.binary(max_size=64))
def test_random_bytes_are_pictures_or_decode_errors(data: bytes) -> None:
    try:
        assert decode(data, max_pixels=100_000).pixels.ndim == 3
    except DecodeError as error:
        assert str(error)


sizes = st.tuples(st.integers(1, 40), st.integers(1, 40))


@given(sizes, sizes, st.sampled_from(FITS), st.sampled_from([1, 3]), st.integers(0, 255))
@settings(max_examples=200)
def test_a_plain_picture_stays_plain_at_any_size(size_hw, target_hw, fit, channels, level) -> None:
    image = np.full((*size_hw, channels), level, np.uint8)
    found = resize(image, target_hw, fit, background=level)
    assert found.shape == (*target_hw, channels)
    assert (found == level).all()


@given(sizes, sizes, st.sampled_from(FILTERS), st.sampled_from([1, 2, 3, 4]), st.integers(0, 2**32))
def test_no_level_is_outside_those_of_the_picture(size_hw, target_hw, filter, channels, seed) -> None:
    for dtype in ("uint8", "uint16"):
        image = pixels(*size_hw, channels, seed=seed, dtype=dtype)
        found = resize(image, target_hw, "stretch", filter=filter)
        assert (found.min(axis=(0, 1)) >= image.min(axis=(0, 1))).all()
        assert (found.max(axis=(0, 1)) <= image.max(axis=(0, 1))).all()


@given(sizes, sizes, st.sampled_from(FILTERS), st.integers(0, 2**32))
def test_turning_and_mirroring_before_or_after_is_the_same(size_hw, target_hw, filter, seed) -> None:
    image = pixels(*size_hw, 3, seed=seed).astype(np.uint16)
    found = resize(image, target_hw, "stretch", filter=filter).astype(int)
    turned = resize(image.swapaxes(0, 1), target_hw[::-1], "stretch", filter=filter).swapaxes(0, 1)
    mirrored = resize(image[:, ::-1], target_hw, "stretch", filter=filter)[:, ::-1]
    assert np.abs(found - turned).max() <= 1  # level: sums in another order may round a half differently
    assert np.abs(found - mirrored).max() <= 1


@given(sizes, sizes)
def test_padding_shows_the_whole_picture_in_its_proportions(size_hw, target_hw) -> None:
    found = resize(np.full((*size_hw, 1), 255, np.uint8), target_hw, "pad", background=0)[..., 0] == 255
    rows, columns = int(found.any(axis=1).sum()), int(found.any(axis=0).sum())
    assert rows == target_hw[0] or columns == target_hw[1]
    scale = min(target_hw[0] / size_hw[0], target_hw[1] / size_hw[1])
    assert rows == max(1, round(size_hw[0] * scale)) and columns == max(1, round(size_hw[1] * scale))
    above, left = int(found.any(axis=1).argmax()), int(found.any(axis=0).argmax())
    assert 0 <= (target_hw[0] - rows) - 2 * above <= 1  # centred to half a pixel
    assert 0 <= (target_hw[1] - columns) - 2 * left <= 1


@given(
    st.integers(0, 2**32), st.sampled_from([1, 2, 3, 4]), st.sampled_from([1, 3]), st.sampled_from(["uint8", "uint16"])
)
def test_channels_twice_is_channels_once(seed, channels, wanted, dtype) -> None:
    once = to_channels(pixels(5, 3, channels, seed=seed, dtype=dtype), wanted)
    assert np.array_equal(to_channels(once, wanted), once)
