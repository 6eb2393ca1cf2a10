import io
import struct

import numpy as np
import PIL.Image
import PIL.ImageCms
import pytest

from hardy.pixels import icc
from hardy.pixels.icc_shaper import Shaper, shaper_of
from tests.builders import pixels
from tests.files import icc_profile

SRGB = PIL.ImageCms.createProfile("sRGB")
IMAGE = np.concatenate(
    [pixels(167, 143, 3).reshape(-1, 3), np.repeat(np.arange(256, dtype=np.uint8), 3).reshape(-1, 3)]
)


def table(count: int, gamma: float = 1.8) -> bytes:
    points = np.linspace(0, 1, count) ** gamma * 65535
    return b"curv\0\0\0\0" + struct.pack(">I", count) + points.astype(">u2").tobytes()


def parametric(kind: int, *numbers: float) -> bytes:
    return b"para\0\0\0\0" + struct.pack(">HH", kind, 0) + np.round(np.array(numbers) * 65536).astype(">i4").tobytes()


CURVES = {
    "gamma": b"",
    "identity": table(0),
    "two points": table(2),
    "26 points": table(26),
    "1024 points": table(1024, 2.4),
    "4096 points": table(4096),
    "para 0": parametric(0, 2.2),
    "para 3, Display P3": parametric(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045),
}


def shaper(profile: bytes) -> Shaper | None:
    return shaper_of(profile, opened(profile), PIL.ImageCms.ImageCmsProfile(SRGB))


def opened(profile: bytes) -> PIL.ImageCms.ImageCmsProfile:
    return PIL.ImageCms.ImageCmsProfile(io.BytesIO(profile))


@pytest.mark.parametrize("name", CURVES)
def test_every_kind_of_curve_gives_the_levels_of_littlecms(name: str) -> None:
    profile = icc_profile(curve=CURVES[name])
    theirs = PIL.ImageCms.buildTransform(opened(profile), SRGB, "RGB", "RGB")
    right = np.asarray(theirs.apply(PIL.Image.fromarray(IMAGE[None])))
    found = shaper(profile)
    assert found is not None
    assert np.array_equal(found.applied(IMAGE[None]), right)
    assert isinstance(icc._transform(profile, "RGB"), Shaper)


@pytest.mark.parametrize("shape", [(1, 1), (1, 17), (11, 1), (11, 17)])
def test_any_shape_in_place_also_where_rows_lie_apart(shape: tuple[int, int]) -> None:
    found = shaper(icc_profile())
    assert found is not None
    image = pixels(22, 34, 3)
    part = image[: 2 * shape[0] : 2, : shape[1]]
    right = found.applied(np.ascontiguousarray(part))
    before = image.copy()
    found.apply(part)
    assert np.array_equal(part, right)
    assert np.array_equal(image[1::2], before[1::2])


@pytest.mark.parametrize(
    "curve", [parametric(4, *[1.0] * 7), parametric(3, 2.2), table(26)[:40], b"curv", parametric(0)[:12], b"mft2"]
)
def test_a_curve_that_is_not_known_or_not_whole_is_left_to_littlecms(curve: bytes) -> None:
    good = icc_profile()
    assert shaper_of(icc_profile(curve=curve), opened(good), PIL.ImageCms.ImageCmsProfile(SRGB)) is None


@pytest.mark.parametrize(
    "curve", [parametric(0, -2.0), parametric(0, -32768.0), parametric(3, -9.0, -9.0, 0.0, 1.0, 0.0)]
)
def test_numbers_beyond_all_bounds_make_no_tables_and_no_noise(curve: bytes) -> None:
    found = shaper_of(icc_profile(curve=curve), opened(icc_profile()), PIL.ImageCms.ImageCmsProfile(SRGB))
    assert found is None or (found.light >= 0).all()
    assert decoded_alike(icc_profile(curve=curve))


def decoded_alike(profile: bytes) -> bool:
    """Whether a picture is what LittleCMS makes of it, or left as it is where that refuses the profile."""
    try:
        theirs = PIL.ImageCms.buildTransform(opened(profile), SRGB, "RGB", "RGB")
    except (PIL.ImageCms.PyCMSError, OSError):
        right = IMAGE[None]
    else:
        right = np.asarray(theirs.apply(PIL.Image.fromarray(IMAGE[None])))
    return np.array_equal(icc.array_to_srgb(IMAGE[None].copy(), profile), right)


def test_a_profile_with_a_table_of_colours_is_left_to_littlecms() -> None:
    profile = icc_profile()
    other = profile.replace(b"cprt", b"A2B0", 1)
    assert shaper_of(other, opened(profile), PIL.ImageCms.ImageCmsProfile(SRGB)) is None


@pytest.mark.parametrize("kind", [1, 2, 4])
def test_rare_curves_are_converted_all_the_same(kind: int) -> None:
    count = {1: 3, 2: 4, 4: 7}[kind]
    profile = icc_profile(curve=parametric(kind, *(2.4, 0.9, 0.05, 0.07, 0.04, 0.01, 0.005)[:count]))
    theirs = PIL.ImageCms.buildTransform(opened(profile), SRGB, "RGB", "RGB")
    right = np.asarray(theirs.apply(PIL.Image.fromarray(IMAGE[None])))
    assert np.array_equal(icc.array_to_srgb(IMAGE[None].copy(), profile), right)


def test_where_the_two_differ_littlecms_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    profile = icc_profile(gamma=1.75)
    plain = Shaper.applied
    monkeypatch.setattr(Shaper, "applied", lambda self, levels: plain(self, levels) ^ 1)
    assert isinstance(icc._transform(profile, "RGB"), PIL.ImageCms.ImageCmsTransform)
