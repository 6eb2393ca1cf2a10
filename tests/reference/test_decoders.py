"""Every golden file against Pillow's own reading of it, and 16-bit colour against tifffile and what was written."""

import io
import warnings

import numpy as np
import PIL.Image
import PIL.ImageCms
import PIL.ImageOps
import pytest
import tifffile

from hardy.pixels.decode import decode
from tests.builders import pixels
from tests.files import png
from tests.golden.pictures import FOLDER, cases

NAMES = sorted(cases())
CUT_TO_8_BITS = 1  # levels: Pillow cuts 16-bit colour to 8 bits, the comparison rounds
CODEC = 1  # levels: Pillow and simplejpeg bring their own builds of libjpeg-turbo
PROFILE = 1  # levels: profiles that change nothing by more are passed over


def by_pillow(data: bytes) -> PIL.Image.Image:
    """Upright, in sRGB, palettes and transparency resolved."""
    image = PIL.Image.open(io.BytesIO(data))
    image.load()
    profile = image.info.get("icc_profile")
    image = PIL.ImageOps.exif_transpose(image)
    if profile and image.mode in ("L", "RGB"):
        grey = image.mode == "L"
        source = PIL.ImageCms.ImageCmsProfile(io.BytesIO(profile))
        image = PIL.ImageCms.profileToProfile(image, source, PIL.ImageCms.createProfile("sRGB"), outputMode="RGB")
        image = image.getchannel(0) if grey else image
    if image.mode.startswith("I"):
        return image
    transparent = "transparency" in image.info
    if image.mode == "1":
        return image.convert("L")
    if image.mode == "P" or transparent:
        return image.convert("LA" if image.mode == "L" else "RGBA" if transparent else "RGB")
    return image.convert("RGB") if image.mode not in ("L", "LA", "RGB", "RGBA") else image


@pytest.mark.parametrize("name", NAMES)
def test_pillow_reads_the_same(name: str) -> None:
    data = (FOLDER / name).read_bytes()
    ours = decode(data).pixels
    try:
        theirs = np.asarray(by_pillow(data))
    except (OSError, ValueError):
        assert name == "grey-alpha-16.tiff"  # the one kind here that Pillow does not know
        return
    if name.startswith("grey-alpha-16") and theirs.shape[2] == 4:
        theirs = theirs[..., [0, 3]]
    if ours.dtype == np.uint16 and theirs.dtype == np.uint8:
        ours, allowed = ours / 257, CUT_TO_8_BITS
        if name == "key-rgb-16.png":  # Pillow compares its 8 bits with a key of 16
            ours, theirs = ours[..., :3], theirs[..., :3]
        if name == "rgb-16-planes.tiff":  # Pillow reads each plane's low bytes as pixels
            return
    else:
        allowed = CODEC * name.endswith(".jpg") + PROFILE * ("icc" in name)
    theirs = theirs.astype(float).reshape(ours.shape)
    assert np.abs(ours - theirs).max() <= allowed


@pytest.mark.parametrize("name", [name for name in NAMES if "-16" in name and name.endswith(".tiff")])
def test_tifffile_reads_the_same_16_bits(name: str) -> None:
    ours = decode((FOLDER / name).read_bytes()).pixels
    theirs = tifffile.imread(FOLDER / name)
    if "planes" in name:
        theirs = np.moveaxis(theirs, 0, 2)
    assert ours.dtype == np.dtype(np.uint16)
    assert np.array_equal(ours, theirs.reshape(ours.shape))


@pytest.mark.parametrize("size_hw", [(17, 11), (1, 1), (1, 11), (17, 1), (3, 3), (8, 8), (67, 43)])
@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_16_bit_png_of_any_size(size_hw: tuple[int, int], interlaced: bool, channels: int) -> None:
    image = pixels(*size_hw, channels, dtype="uint16")
    found = decode(png(image, 16, None, interlaced)).pixels
    assert found.dtype == np.dtype(np.uint16)
    assert np.array_equal(found, image)


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
@pytest.mark.parametrize("size_hw", [(17, 11), (1, 1), (3, 9)])
def test_few_bits_are_spread_over_the_whole_range(depth: int, size_hw: tuple[int, int]) -> None:
    image = pixels(*size_hw, 1) >> (8 - depth)
    found = decode(png(image, depth)).pixels
    assert np.array_equal(found, image * np.uint8(255 // (2**depth - 1)))


@pytest.mark.parametrize("name", NAMES)
def test_no_warning_leaks(name: str) -> None:
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        decode((FOLDER / name).read_bytes())
    assert not seen
