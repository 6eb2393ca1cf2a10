import io
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import PIL.Image
import PIL.ImageCms
import pytest

from hardy.pixels.decode import decode
from hardy.pixels.icc import array_to_srgb, to_srgb
from tests.builders import encoded, pixels
from tests.files import icc_profile

SRGB = PIL.ImageCms.ImageCmsProfile(PIL.ImageCms.createProfile("sRGB")).tobytes()
IMAGE = PIL.Image.fromarray(pixels(67, 43, 3))


def test_a_profile_changes_the_colours_as_littlecms_does() -> None:
    profile = PIL.ImageCms.ImageCmsProfile(io.BytesIO(icc_profile()))
    theirs = PIL.ImageCms.profileToProfile(IMAGE, profile, PIL.ImageCms.createProfile("sRGB"))
    ours = to_srgb(IMAGE, icc_profile())
    assert np.array_equal(np.asarray(ours), np.asarray(theirs))
    assert np.abs(np.asarray(ours).astype(int) - np.asarray(IMAGE)).max() > 20


def test_srgb_and_what_is_no_profile_change_nothing() -> None:
    grey = IMAGE.convert("L")
    for profile in (SRGB, b"", b"nonsense" * 40, icc_profile(grey=True), icc_profile()[:150]):
        assert to_srgb(IMAGE, profile) is IMAGE
    assert to_srgb(grey, icc_profile()) is grey


def test_grey_stays_grey() -> None:
    found = to_srgb(IMAGE.convert("L"), icc_profile(grey=True))
    assert found.mode == "L"
    assert np.abs(np.asarray(found).astype(int) - np.asarray(IMAGE.convert("L"))).max() > 10


def test_every_kind_that_carries_a_profile_is_converted_alike() -> None:
    image = pixels()
    right = np.asarray(to_srgb(PIL.Image.fromarray(image), icc_profile()))
    for kind, options in {"PNG": {}, "TIFF": {}, "WEBP": {"lossless": True}}.items():
        data = encoded(image, kind, icc_profile=icc_profile(), **options)
        assert np.array_equal(decode(data).pixels, right), kind


def test_alpha_is_left_alone() -> None:
    image = pixels(17, 11, 4)
    for kind, options in {"PNG": {}, "WEBP": {"lossless": True, "exact": True}}.items():
        found = decode(encoded(image, kind, icc_profile=icc_profile(), **options)).pixels
        assert np.array_equal(found[..., 3], image[..., 3])
        right = to_srgb(PIL.Image.fromarray(np.ascontiguousarray(image[..., :3])), icc_profile())
        assert np.array_equal(found[..., :3], np.asarray(right))


def test_threads_share_a_transform() -> None:
    data = encoded(pixels(67, 43, 3), "JPEG", icc_profile=icc_profile())
    right = decode(data).pixels
    with ThreadPoolExecutor(4) as threads:
        assert all(np.array_equal(found.pixels, right) for found in threads.map(decode, [data] * 64))


def test_bands_of_rows_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardy.pixels.icc._BAND_BYTES", 500)
    for image, grey in ((IMAGE, False), (IMAGE.convert("L"), True)):
        levels = np.array(image).reshape(67, 43, -1)
        right = np.asarray(to_srgb(image, icc_profile(grey=grey))).reshape(levels.shape)
        assert np.array_equal(array_to_srgb(levels.copy(), icc_profile(grey=grey)), right)
        assert np.array_equal(array_to_srgb(levels.copy(), SRGB), levels)
