import numpy as np
import pytest

from hardy.augmentation import Compose, Invert


@pytest.mark.parametrize(("dtype", "maximum"), [("uint8", 255), ("uint16", 65535)])
def test_whole_numbers_are_turned_around_exactly(dtype: str, maximum: int) -> None:
    image = np.arange(maximum + 1, dtype=dtype).reshape(1, -1, 1)
    found = Compose([Invert(p=1)])(image=image)["image"]
    assert found.dtype == image.dtype and np.array_equal(found, maximum - image)


def test_float_is_not_clipped() -> None:
    image = np.array([[[0.25], [1.5], [-1.0]]], np.float32)
    assert Compose([Invert(p=1)])(image=image)["image"][0, :, 0].tolist() == [0.75, -0.5, 2.0]
