"""Colours changed where nothing moves, at widths around the sizes of vectors, against the reference."""

import numpy as np
import pytest

import hardy as h
from hardy.augmentation import apply

WORDS = np.array([[1, 2], [3, 4]], np.uint64)


@pytest.mark.parametrize("layout", ["NHWC", "NCHW"])
@pytest.mark.parametrize("output", ["uint8", "float32"])
@pytest.mark.parametrize("width", [1, 15, 16, 17, 33])
def test_a_matrix_alone_is_the_reference(width: int, output: str, layout: str) -> None:
    images = np.random.default_rng(width).integers(0, 256, (2, 7, width, 3), dtype=np.uint8)
    plan = h.Compose([h.HueSaturation(p=1), h.ColorJitter(p=1)]).plan(WORDS, 0, (7, width))
    for pictures in (images, np.ascontiguousarray(images[:, :, ::-1])[:, :, ::-1], list(images)):
        found, truth = (apply(plan, pictures, output=output, layout=layout, backend=b) for b in ("cpu", "reference"))
        apart = np.abs(np.asarray(found, np.float64) - np.asarray(truth, np.float64))
        if output == "uint8":
            assert apart.max() <= 1 and (apart > 0).mean() < 0.01
        else:
            assert apart.max() < 1e-5
