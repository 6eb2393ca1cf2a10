"""The reference against scikit-image and NumPy, to the bit."""

import platform

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage
from skimage.transform import warp as skimage_warp

from hardy.augmentation.border import BORDERS, source_index
from hardy.augmentation.reference import nearest, warp

SIZES_HW = [(17, 11), (1, 1), (1, 9), (6, 1)]
CHANNELS = [1, 3, 13]

# Compilers may contract a·b+c on other processors; there the coordinates, and so the pixels, differ in the last bits.
SAME_BITS = platform.machine() in ("x86_64", "AMD64")
CONTRACTED = 1e-9


def assert_same(ours: np.ndarray, theirs: np.ndarray) -> None:
    if SAME_BITS:
        assert np.array_equal(ours, theirs)
    else:
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=CONTRACTED)


def matrices(count: int, size_hw: tuple[int, int]) -> list[np.ndarray]:
    """Random affine matrices that reach well outside the picture."""
    generator = np.random.default_rng(5)
    found = []
    for _ in range(count):
        matrix = np.eye(3)
        matrix[:2, :2] += generator.normal(0, 0.7, (2, 2))
        matrix[:2, 2] = generator.normal(0, 1.5, 2) * size_hw[::-1]
        found.append(matrix)
    return found


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("size_hw", SIZES_HW)
@pytest.mark.parametrize("channels", CHANNELS)
def test_equal_to_scikit_image(order: int, border: str, size_hw: tuple[int, int], channels: int) -> None:
    image = np.random.default_rng(1).random((*size_hw, channels))
    for matrix in matrices(4, size_hw):
        if order == 0:  # scikit-image turns a matrix into coordinates by BLAS here, whose last bits are its own
            y, x = np.mgrid[: size_hw[0], : size_hw[1]].astype(float)
            coordinates = np.array([matrix[row, 0] * x + matrix[row, 1] * y + matrix[row, 2] for row in (1, 0)])
            options = {"order": 0, "mode": border, "cval": 0.25, "clip": False}
            theirs = np.dstack([skimage_warp(image[..., c], coordinates, **options) for c in range(channels)])
        else:
            theirs = skimage_warp(image, matrix, order=1, mode=border, cval=0.25, clip=False)
        assert_same(warp(image, matrix, border, 0.25, ("nearest", "linear")[order]), theirs.reshape(image.shape))


def test_projective_equal_to_scikit_image() -> None:
    image = np.random.default_rng(1).random((17, 11, 3))
    matrix = np.array([[1.1, 0.1, -1.0], [0.05, 0.9, 0.7], [0.01, 0.02, 1.0]])
    assert_same(warp(image, matrix, "reflect"), skimage_warp(image, matrix, order=1, mode="reflect", clip=False))


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_index_equal_to_numpy_pad(border: str, size: int) -> None:
    line = np.arange(size)
    options = {"constant_values": -1} if border == "constant" else {}
    padded = np.pad(line, 20, mode=border, **options)
    assert np.array_equal(source_index(np.arange(-20, size + 20), size, border), padded)


@pytest.mark.parametrize("border", BORDERS)
def test_halfway_between_two_pixels_it_is_the_later_one(border: str) -> None:
    image = np.arange(1.0, 6)[None, :, None]
    for shift in (0.5, -0.5, -1.5, 2.5):
        matrix = np.array([[1.0, 0, shift], [0, 1, 0], [0, 0, 1]])
        place = source_index(np.floor(np.arange(5) + shift + 0.5).astype(int), 5, border)
        expected = np.where(place < 0, 0.25, image[0, place, 0])
        assert np.array_equal(warp(image, matrix, border, 0.25, "nearest")[0, :, 0], expected)
        assert np.array_equal(nearest(image, matrix, border, (0.25,))[0, :, 0], expected)


def test_infinite_coordinates_are_outside() -> None:
    image = np.ones((5, 4, 1))
    nowhere = np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 0]])
    assert (warp(image, nowhere, "constant", 9) == 9).all()
    assert (warp(image, nowhere, "wrap") == 1).all()


def test_values_that_are_no_numbers_stay_where_they_are() -> None:
    image = np.arange(12.0).reshape(3, 4, 1)
    image[1, 1], image[2, 3] = np.nan, np.inf
    assert np.array_equal(warp(image, np.eye(3), "edge"), image, equal_nan=True)


SCIPY = {
    "constant": "grid-constant",
    "edge": "nearest",
    "reflect": "mirror",
    "symmetric": "reflect",
    "wrap": "grid-wrap",
}
SPLINE = 1e-6  # SciPy lets 12 pixels of the outside take part, we 24


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("size_hw", [(17, 11), (6, 1), (7, 5)])
def test_cubic_equal_to_scipy(border: str, size_hw: tuple[int, int]) -> None:
    image = np.random.default_rng(1).random((*size_hw, 2))
    y, x = np.mgrid[:9, :13].astype(float)
    for matrix in matrices(4, size_hw):
        (a, b, c), (d, e, f) = matrix[:2]
        place = np.array([d * x + e * y + f, a * x + b * y + c])
        ours = warp(image, matrix, border, 0.25, "cubic", (9, 13))
        options = {"order": 3, "mode": SCIPY[border], "cval": 0.25}
        theirs = np.stack([ndimage.map_coordinates(image[..., k], place, **options) for k in range(2)], -1)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=SPLINE)


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("border", BORDERS)
def test_another_output_size_equal_to_scikit_image(order: int, border: str) -> None:
    image = np.random.default_rng(1).random((17, 11, 3))
    for matrix in matrices(4, (17, 11)):
        options = {"order": order, "mode": border, "cval": 0.25, "clip": False}
        if order == 0:  # as above
            y, x = np.mgrid[:23, :7].astype(float)
            place = np.array([matrix[row, 0] * x + matrix[row, 1] * y + matrix[row, 2] for row in (1, 0)])
            theirs = np.dstack([skimage_warp(image[..., c], place, **options) for c in range(3)])
        else:
            theirs = skimage_warp(image, matrix, output_shape=(23, 7), **options)
        assert_same(warp(image, matrix, border, 0.25, ("nearest", "linear")[order], (23, 7)), theirs)


@pytest.mark.parametrize("size_hw", [(7, 5), (17, 11), (30, 29), (3, 40)])
def test_area_of_a_resize_equal_to_pillow(size_hw: tuple[int, int]) -> None:
    image = np.random.default_rng(1).random((31, 29)).astype(np.float32)
    theirs = np.asarray(Image.fromarray(image).resize(size_hw[::-1], Image.Resampling.BILINEAR))
    sx, sy = 29 / size_hw[1], 31 / size_hw[0]
    matrix = np.array([[sx, 0, sx / 2 - 0.5], [0, sy, sy / 2 - 0.5], [0, 0, 1]])
    inner = warp(image[..., None].astype(float), matrix, "edge", 0, "area", size_hw)[..., 0]
    rim = int(np.ceil(max(1 / sx, 1 / sy, 1))) + 1  # Pillow lets no weight fall outside of the picture
    cut = (slice(rim, -rim), slice(rim, -rim))
    np.testing.assert_allclose(inner[cut], theirs[cut], atol=1e-5)


def test_area_is_the_written_sum() -> None:
    image = np.random.default_rng(2).random((9, 8, 1))
    matrix = np.array([[1.9, 0.4, 1.0], [-0.3, 2.6, 0.5], [0.01, 0.02, 1.0]])
    found = warp(image, matrix, "reflect", 0, "area", (3, 3))
    rows, columns = (source_index(np.arange(-20, 30), size, "reflect") for size in (9, 8))
    for v in range(3):
        for u in range(3):
            x, y, scale = matrix @ [u, v, 1]
            x, y = x / scale, y / scale
            step = 1e-6
            moved = [matrix @ [u + du, v + dv, 1] for du, dv in ((step, 0), (0, step))]
            gradient = np.array([[m[0] / m[2] - x, m[1] / m[2] - y] for m in moved]) / step
            rx, ry = np.maximum(np.hypot(*gradient), 1)
            total = weights = 0.0
            for row in range(-20, 30):
                for column in range(-20, 30):
                    weight = max(0, 1 - abs(column - x) / rx) * max(0, 1 - abs(row - y) / ry)
                    total, weights = total + weight * image[rows[row + 20], columns[column + 20], 0], weights + weight
            np.testing.assert_allclose(found[v, u, 0], total / weights, rtol=1e-5)
