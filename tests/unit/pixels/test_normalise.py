import numpy as np
import pytest
from jaxtyping import TypeCheckError

from hardy.errors import InputError, ShapeError
from hardy.pixels.normalise import FLOATS, RANGES, standardise, to_range
from tests.builders import pixels

ROUNDING = {"float16": 2**-10, "float32": 2**-22, "float64": 2**-50}  # of values up to about 4


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("depth", ["uint8", "uint16"])
@pytest.mark.parametrize("channels", [1, 3])
def test_ranges_against_the_formula(depth: str, dtype: str, channels: int) -> None:
    image = pixels(17, 11, channels, dtype=depth)
    before, exact = image.copy(), image.astype(np.float64) / np.iinfo(depth).max
    for range, right in (("0..1", exact), ("-1..1", 2 * exact - 1)):
        found = to_range(image, range, dtype)
        assert (found.shape, found.dtype, found.flags.c_contiguous) == (image.shape, dtype, True)
        assert np.abs(found.astype(np.float64) - right).max() <= ROUNDING[dtype]
    assert np.array_equal(image, before)


@pytest.mark.parametrize("depth", ["uint8", "uint16"])
def test_the_ends_are_exact(depth: str) -> None:
    ends = np.array([[[0], [np.iinfo(depth).max]]], depth)
    for dtype in FLOATS:
        assert to_range(ends, "0..1", dtype).ravel().tolist() == [0, 1]
        assert to_range(ends, "-1..1", dtype).ravel().tolist() == [-1, 1]


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("depth", ["uint8", "uint16"])
def test_standardising_a_picture(depth: str, dtype: str) -> None:
    image = pixels(17, 11, 3, dtype=depth)
    found = to_range(image, "standard", dtype)
    exact = image.astype(np.float64)
    assert np.abs(found - (exact - exact.mean()) / exact.std()).max() <= ROUNDING[dtype]
    assert np.array_equal(found, standardise(image, dtype))


def test_a_plain_picture_becomes_zeros_and_a_nearly_plain_one_is_not_blown_up() -> None:
    assert not standardise(np.full((17, 11, 3), 77, np.uint8)).any()
    nearly = np.full((17, 11, 1), 77, np.uint8)
    nearly[3, 4] = 78
    assert np.abs(standardise(nearly)).max() <= np.sqrt(nearly.size)


def test_what_cannot_be_done_is_said() -> None:
    for call in (lambda: to_range(pixels(), "0..255"), lambda: to_range(pixels(), "0..1", "int8")):
        with pytest.raises((InputError, TypeCheckError)):
            call()
    with pytest.raises((InputError, TypeCheckError)):
        standardise(pixels(), "int8")
    with pytest.raises((ShapeError, TypeCheckError)):
        to_range(np.zeros((17, 11, 3), np.float32))
    assert RANGES == ("0..1", "-1..1", "standard")
