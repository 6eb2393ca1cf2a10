import cv2
import numpy as np
import pytest
from scipy import ndimage

from hardy.challenges.sets import SETS, blur_sigma, shift_px
from tests.builders import pixels

IDS = [f"{number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128:032x}" for number in range(1, 5)]
ALTERED = {name: entry.alter for name, entry in SETS.items() if entry.alter}
SHAPES = [(4, 17, 11, 3), (4, 17, 11, 1), (4, 1, 1, 1), (4, 1, 5, 3), (4, 5, 1, 3), (4, 2, 2, 1)]
A_LEVEL = 1  # rounding in 8 bits


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", ALTERED)
def test_shape_and_dtype_are_kept_and_the_input_untouched(name: str, shape: tuple[int, ...]) -> None:
    images = pixels(*shape)
    before = images.copy()
    images.setflags(write=False)
    found = ALTERED[name](images, IDS)
    assert (found.shape, found.dtype) == (images.shape, np.uint8)
    assert np.array_equal(images, before)
    assert not np.shares_memory(found, images)


@pytest.mark.parametrize("name", ALTERED)
def test_a_batch_is_a_loop_and_strides_do_not_matter(name: str) -> None:
    images = pixels(4, 17, 11, 3)
    found = ALTERED[name](images, IDS)
    for row in range(4):
        assert np.array_equal(ALTERED[name](images[row : row + 1], IDS[row : row + 1])[0], found[row])
    wide = np.zeros((4, 17, 22, 3), np.uint8)
    wide[:, :, ::2] = images
    assert np.array_equal(ALTERED[name](wide[:, :, ::2], IDS), found)


@pytest.mark.parametrize("name", ALTERED)
def test_no_pictures(name: str) -> None:
    assert ALTERED[name](np.zeros((0, 17, 11, 3), np.uint8), []).shape == (0, 17, 11, 3)


@pytest.mark.parametrize("name", ALTERED)
def test_something_changes(name: str) -> None:
    images = pixels(4, 17, 11, 3)
    assert (ALTERED[name](images, IDS) != images).mean() > 0.5


def test_the_test_set_is_left_as_it_is_and_comes_first() -> None:
    assert next(iter(SETS)) == "test"
    assert SETS["test"].alter is None
    assert all(entry.describe((17, 11)) for entry in SETS.values())


def test_inverted() -> None:
    images = pixels(4, 17, 11, 3)
    assert np.array_equal(ALTERED["inverted"](images, IDS), 255 - images)


def test_shifted_to_the_right_by_four_pixels_at_28() -> None:
    images = pixels(4, 28, 28, 1)
    images[:, :, -4:] = images[:, :, :4] = 0  # an empty border, as MNIST has it
    found = ALTERED["shifted"](images, IDS)
    assert np.array_equal(found, np.roll(images, 4, axis=2))
    assert np.array_equal(found, np.roll(images, 4))  # the handbook's, on the flattened array


def test_the_left_column_is_repeated_where_the_picture_came_from() -> None:
    images = pixels(1, 17, 14, 1)
    found = ALTERED["shifted"](images, IDS[:1])
    assert np.array_equal(found[:, :, 2:], images[:, :, :-2])
    assert (found[:, :, :2] == images[:, :, :1]).all()


@pytest.mark.parametrize(("width", "by"), [(1, 0), (2, 1), (7, 1), (28, 4), (32, 5), (224, 32)])
def test_the_shift_grows_with_the_width(width: int, by: int) -> None:
    assert shift_px(width) == by
    assert f"moved {by} of {width}" in SETS["shifted"].describe((1, width))


def test_rotated_against_the_clock_about_the_centre() -> None:
    images = np.zeros((1, 41, 41, 1), np.uint8)
    images[0, 20, 30:36] = 255  # right of the centre
    images[0, 20, 20] = 255  # the centre
    found = ALTERED["rotated"](images, IDS[:1])[0, ..., 0]
    assert found[20, 20] == 255
    rows, columns = np.nonzero(found[:, 25:] > 100)
    angle = np.degrees(np.arctan2(20 - rows.mean(), columns.mean() + 5))
    assert angle == pytest.approx(15, abs=1)  # upwards: against the clock


def test_rotated_equals_scipys() -> None:
    images = cv2.GaussianBlur(pixels(33, 21), (0, 0), 2)[None, ..., None]
    theirs = ndimage.rotate(images[0, ..., 0].astype(float), 15, reshape=False, order=1, mode="nearest")
    difference = np.abs(ALTERED["rotated"](images, IDS[:1])[0, ..., 0] - theirs)
    assert difference.mean() < A_LEVEL
    assert difference.max() < 8  # OpenCV rounds coordinates to 1/32 pixel


@pytest.mark.parametrize("width", [11, 28, 56])
def test_blurred_equals_scipys(width: int) -> None:
    images = pixels(1, 37, width, 3)
    sigma = blur_sigma(width)
    theirs = ndimage.gaussian_filter(images[0].astype(float), (sigma, sigma, 0), mode="nearest")
    assert np.abs(ALTERED["blurred"](images, IDS[:1])[0] - theirs).max() <= 2 * A_LEVEL  # weights of 8 bits, two passes


def test_blur_is_one_pixel_at_28_and_never_nothing() -> None:
    assert (blur_sigma(28), blur_sigma(56), blur_sigma(1)) == (1.0, 2.0, 0.5)


@pytest.mark.parametrize(
    ("name", "formula"), [("darker", lambda x: x * 0.5), ("low-contrast", lambda x: 127.5 + (x - 127.5) * 0.4)]
)
def test_tone_is_exact_to_half_a_level_and_never_wraps(name: str, formula: object) -> None:
    levels = np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1)
    found = ALTERED[name](levels, IDS[:1]).ravel()
    assert np.abs(found - formula(np.arange(256))).max() <= 0.5
    assert (np.diff(found.astype(int)) >= 0).all()


def test_noise_has_the_lectures_deviation_and_no_drift() -> None:
    images = np.full((4, 101, 67, 3), 128, np.uint8)
    noise = ALTERED["noisy"](images, IDS).astype(float) - 128
    count = noise.size
    assert noise.mean() == pytest.approx(0, abs=5 * 40 / count**0.5)
    assert noise.std() == pytest.approx(0.155 * 255, rel=0.01)
    assert np.abs(np.corrcoef(noise[0].ravel(), noise[1].ravel())[0, 1]) < 5 / (count / 4) ** 0.5


def test_noise_saturates_at_both_ends() -> None:
    for level, ends in ((0, 0), (255, 255)):
        found = ALTERED["noisy"](np.full((1, 67, 43, 1), level, np.uint8), IDS[:1])
        assert (found == ends).mean() == pytest.approx(0.5, abs=0.05)
        assert np.abs(found.astype(int) - level).max() < 230  # five deviations: nothing came round


def test_noise_follows_from_the_id_alone() -> None:
    image = pixels(1, 17, 11, 1)
    same = ALTERED["noisy"](np.repeat(image, 4, axis=0), IDS)
    assert len({row.tobytes() for row in same}) == 4
    assert np.array_equal(ALTERED["noisy"](image, IDS[2:3])[0], same[2])
