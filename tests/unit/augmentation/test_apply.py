import numpy as np
import pytest
from jaxtyping import TypeCheckError

from hardy.augmentation import Compose, HorizontalFlip, Translate, apply
from hardy.errors import InputError, ShapeError

IMAGES = np.random.default_rng(0).integers(0, 256, (2, 17, 11, 3), np.uint8)
PLAN = Compose([HorizontalFlip(p=1)]).plan(["ab" * 16, "cd" * 16], 0, (17, 11))


@pytest.mark.parametrize("backend", ["cpu", "reference"])
def test_range_and_layout_without_a_plan(backend: str) -> None:
    found = apply(None, IMAGES, output="float32", layout="NCHW", backend=backend)
    assert np.array_equal(found, (IMAGES / 255).astype(np.float32).transpose(0, 3, 1, 2))
    mean, std = np.array([0.1, 0.2, 0.3]), np.array([0.5, 0.6, 0.7])
    found = apply(None, IMAGES, output="float32", mean=mean, std=std, backend=backend)
    assert np.array_equal(found, ((IMAGES / 255 - mean) / std).astype(np.float32))
    assert np.array_equal(apply(None, IMAGES, backend=backend), IMAGES)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_no_pictures(dtype: str) -> None:
    nothing = np.empty((0, 17, 11, 3), dtype)
    assert apply(None, nothing, output="float32", layout="NCHW").shape == (0, 3, 17, 11)
    assert apply(PLAN[:0], nothing).shape == (0, 17, 11, 3)


def test_into_a_given_array() -> None:
    for layout, shape in (("NHWC", (2, 17, 11, 3)), ("NCHW", (2, 3, 17, 11))):
        out = np.empty(shape, np.float32)
        assert apply(PLAN, IMAGES, output="float32", layout=layout, out=out) is out
        assert np.array_equal(out, apply(PLAN, IMAGES, output="float32", layout=layout))


def test_ranges_between_dtypes() -> None:
    wide = np.array([[[[0], [128], [129], [65535]]]], np.uint16)
    assert apply(None, wide)[0, 0, :, 0].tolist() == [0, 0, 1, 255]  # 65535 / 255 = 257: halves lie at 128.5
    assert apply(None, np.array([[[[1], [255]]]], np.uint8), output="uint16").ravel().tolist() == [257, 65535]
    assert apply(None, np.array([[[[0.5], [7.0]]]], np.float32)).ravel().tolist() == [128, 255]


@pytest.mark.parametrize(
    ("images", "options", "message"),
    [
        (IMAGES.astype(np.float64), {}, "uint8, uint16 or float32, got float64"),
        (IMAGES.astype(">u2"), {}, "byte order"),
        (IMAGES[:, :0], {}, "1 or more"),
        (IMAGES[:1], {}, "a plan for 1 pictures, got one for 2"),
        (IMAGES.transpose(0, 2, 1, 3), {}, r"planned size \(17, 11\).*got \(11, 17\)"),
        (IMAGES, {"out": np.empty((2, 17, 11, 3), np.float32)}, "out: expected uint8"),
        (IMAGES, {"out": np.empty((2, 17, 22, 3), np.uint8)[:, :, ::2]}, "contiguous"),
        (IMAGES, {"out": IMAGES}, "apart from images"),
    ],
)
def test_wrong_shapes_are_answered(images: np.ndarray, options: dict, message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        apply(PLAN, images, **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"output": "float64"}, "output"),
        ({"layout": "CHW"}, "layout"),
        ({"backend": "gpu"}, "backend"),
        ({"mean": 0.5}, "both or none"),
        ({"mean": 0.5, "std": 0.5}, "float32"),
        ({"mean": [0.5, 0.5], "std": 1, "output": "float32"}, "mean: expected a number or 3"),
        ({"mean": 0.5, "std": 0, "output": "float32"}, "std.*above 0"),
        ({"mean": "grey", "std": 1, "output": "float32"}, "mean"),
    ],
)
def test_wrong_options_are_answered(options: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        apply(PLAN, IMAGES, **options)


def test_a_single_picture_is_no_batch() -> None:
    with pytest.raises((ShapeError, TypeCheckError)):  # under the type checker it is refused before the call
        apply(None, IMAGES[0])


def test_a_fill_needs_as_many_numbers_as_there_are_channels() -> None:
    plan = Compose([Translate(pixels=1, fill=(1, 2))]).plan(["ab" * 16] * 2, 0, (17, 11))
    with pytest.raises(ShapeError, match="1 or 3 numbers for 3 channels"):
        apply(plan, IMAGES)
