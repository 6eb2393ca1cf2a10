"""Pictures, masks, boxes and keypoints stay together: after each transform that moves, and after each fused chain."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from hardy.augmentation import (
    TRANSFORMS,
    Affine,
    CenterCrop,
    Compose,
    ElasticTransform,
    GridDistortion,
    HorizontalFlip,
    Invert,
    OneOf,
    PadIfNeeded,
    Perspective,
    PolicyMove,
    RandomCrop,
    RandomResizedCrop,
    RandomRotate90,
    Resize,
    Rotate,
    Scale,
    Shear,
    Translate,
    Transpose,
    VerticalFlip,
    Zoom,
)
from hardy.augmentation.fuse import fuse
from hardy.augmentation.kinds import Moving
from hardy.augmentation.transform import Transform
from hardy.errors import InputError

SIZE_HW = (71, 83)
IDS = [f"{number * 0x9E3779B97F4A7C15:032x}" for number in range(1, 7)]
NEAR = 0.05  # of a pixel: what the issue allows; the rest is the interpolation between two pixels

SINGLE: list[Transform] = [
    Affine(scale=(0.8, 1.3), rotate=(-40, 40), shear=(-10, 10), translate_percent=(-0.1, 0.1), p=1),
    Affine(rotate=(20, 70), fit_output=True, p=1),
    CenterCrop(50, 41),
    ElasticTransform(alpha=80, sigma=8, p=1),
    GridDistortion(p=1),
    HorizontalFlip(p=1),
    PadIfNeeded(100, 91, position="random"),
    Perspective(p=1),
    Perspective(keep_size=False, p=1),
    Perspective(fit_output=True, p=1),
    PolicyMove("Rotate", [10, 20, 30], interpolation="linear"),
    PolicyMove("ShearX", [0.1, 0.2], interpolation="linear"),
    PolicyMove("TranslateY", [0.1, 0.2], relative=True, interpolation="linear"),
    RandomCrop(50, 41),
    RandomResizedCrop((60, 47), scale=(0.5, 1)),
    RandomRotate90(),
    Resize(120, 50),
    Resize(60, 70, "cubic"),
    Rotate("incline", p=1),
    Rotate("any", fit=True, p=1),
    Scale((-0.3, 0.4), p=1),
    Shear((-15, 15), p=1),
    Translate(pixels=12),
    Transpose(p=1),
    VerticalFlip(p=1),
    Zoom((0.8, 1.4), p=1),
]
CHAINS: list[list[Transform]] = [
    [RandomResizedCrop((60, 47), scale=(0.5, 1)), HorizontalFlip(), Affine(rotate=(-20, 20), p=1), Invert()],
    [Transpose(), Rotate("head-on", fit=True, p=1), Perspective(p=1), Resize(64, 64)],
    [Zoom(p=1), GridDistortion(distort_limit=0.15, p=1), Shear((-9, 9), p=1)],
    [OneOf([HorizontalFlip(), RandomRotate90()], p=1), ElasticTransform(40, 8, p=1), Translate(fraction=0.1)],
]
EVERY = [pytest.param([t], id=repr(t)) for t in SINGLE] + [
    pytest.param(c, id=f"chain {i}") for i, c in enumerate(CHAINS)
]


def read(image: np.ndarray, points: np.ndarray) -> np.ndarray:
    """A picture's values between its pixels."""
    x, y = points.T
    left, top = (
        np.clip(np.floor(x), 0, image.shape[1] - 2).astype(int),
        np.clip(np.floor(y), 0, image.shape[0] - 2).astype(int),
    )
    fx, fy = (x - left)[:, None], (y - top)[:, None]
    upper = image[top, left] * (1 - fx) + image[top, left + 1] * fx
    lower = image[top + 1, left] * (1 - fx) + image[top + 1, left + 1] * fx
    return upper * (1 - fy) + lower * fy


def check_places(chain: list[Transform], name: str) -> int:
    """Each pixel says where it was, and the one under a keypoint has to say the keypoint; how many were looked at."""
    height, width = SIZE_HW
    y, x = np.mgrid[:height, :width].astype(np.float32)
    image = np.stack([x / width, y / height, np.ones_like(x)], -1)
    points = np.array([[30.0, 31], [41.5, 36.25], [50, 40], [35, 45], [38.75, 28]])
    geometry = [t for t in chain if not isinstance(t, Invert)]
    try:
        found = Compose(geometry, seed=3)(image=image, keypoints=points, id=name)
    except InputError as error:
        assert "larger than a picture" in str(error)  # a crop after another
        return 0
    out, moved = found["image"], found["keypoints"]
    inside = (moved >= 1).all(1) & (moved <= np.array(out.shape[1::-1]) - 2).all(1)
    inside[inside] = read(out, moved[inside])[:, 2] > 0.999  # none of the border in it
    there = read(out, moved[inside])[:, :2] * [width, height]
    stretch = max(1.0, width / out.shape[1], height / out.shape[0])
    assert np.abs(there - points[inside]).max(initial=0) < NEAR * stretch
    return int(inside.sum())


def test_every_transform_that_moves_is_among_them() -> None:
    assert {type(t) for t in SINGLE} == {kind for kind in TRANSFORMS.values() if issubclass(kind, Moving)}


@given(st.lists(st.sampled_from(SINGLE), min_size=1, max_size=5), st.integers(0, 2**128 - 1))
@settings(max_examples=80, deadline=None)
def test_a_keypoint_lies_where_its_place_went_after_any_chain(chain: list[Transform], number: int) -> None:
    event(str(check_places(chain, f"{number:032x}") > 0))


@pytest.mark.parametrize("chain", EVERY)
def test_a_keypoint_lies_where_its_place_in_the_picture_went(chain: list[Transform]) -> None:
    assert sum(check_places(chain, name) for name in IDS) >= 10


@pytest.mark.parametrize("chain", EVERY)
def test_a_drawn_dot_lands_where_its_keypoint_does(chain: list[Transform]) -> None:
    if any(isinstance(t, ElasticTransform | GridDistortion | Perspective) for t in chain):
        pytest.skip("a dot's middle moves where the picture is bent; the test above reads single pixels")
    y, x = np.mgrid[: SIZE_HW[0], : SIZE_HW[1]]
    seen = 0
    for name in IDS:
        for point in ((40.0, 34.0), (43.5, 36.25)):
            dot = np.exp(-((x - point[0]) ** 2 + (y - point[1]) ** 2) / 8).astype(np.float32)[..., None]
            chain = [t for t in chain if not isinstance(t, Invert)]
            found = Compose(chain, seed=4)(image=dot, keypoints=[point], id=name)
            out, moved = found["image"][..., 0], found["keypoints"][0]
            if (moved < 8).any() or (moved > np.array(out.shape[::-1]) - 9).any():
                continue
            rows, columns = np.mgrid[: out.shape[0], : out.shape[1]]
            middle = np.array([(columns * out).sum(), (rows * out).sum()]) / out.sum()
            assert np.abs(middle - moved).max() < NEAR
            seen += 1
    assert seen >= 4


@pytest.mark.parametrize("chain", EVERY)
def test_a_mask_and_a_box_hold_the_drawn_rectangle(chain: list[Transform]) -> None:
    image = np.zeros((*SIZE_HW, 1), np.uint8)
    image[25:44, 30:52] = 255
    mask = image[..., 0] > 0
    box = [30, 25, 52, 44, 7]
    nearest = [replace(t, interpolation="nearest") if hasattr(t, "interpolation") else t for t in chain]
    nearest = [t for t in nearest if not isinstance(t, Invert)]
    for name in IDS:
        found = Compose(nearest, seed=5)(image=image, mask=mask, boxes=[box], id=name)
        drawn = found["image"][..., 0] > 0
        assert np.array_equal(found["mask"], drawn)
        if not drawn.any():
            continue
        left, top, right, bottom, label = found["boxes"][0]
        rows, columns = np.flatnonzero(drawn.any(1)), np.flatnonzero(drawn.any(0))
        assert label == 7
        slack = 0.5 * len(fuse(Compose(nearest, seed=5).plan([name], 0, SIZE_HW))) - 0.5  # of each pass but the first
        assert left - slack <= columns[0] + 0.5 <= columns[-1] + 0.5 <= right + slack
        assert top - slack <= rows[0] + 0.5 <= rows[-1] + 0.5 <= bottom + slack
        assert min(left, top) >= 0 and right <= drawn.shape[1] and bottom <= drawn.shape[0]


FITTED: list[Transform] = [
    Rotate("any", fit=True, p=1),
    Affine(rotate=(-180, 180), shear=(-30, 30), scale=(0.5, 2), fit_output=True, p=1),
    Perspective(fit_output=True, p=1),
    Perspective((0.2, 0.9), fit_output=True, p=1),
]


MANY = [f"{number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128:032x}" for number in range(1, 301)]


@pytest.mark.parametrize("transform", FITTED, ids=repr)
def test_nothing_leaves_a_frame_that_fits(transform: Transform) -> None:
    for number, name in enumerate(MANY):
        height, width = 1 + number * 7 % 61, 1 + number * 11 % 53
        rim = np.array([[0.0, 0], [width, 0], [width, height], [0, height]]) - 0.5
        found = Compose([transform])(image=np.zeros((height, width, 1), np.uint8), keypoints=rim, id=name)
        frame = np.array(found["image"].shape[1::-1])
        assert (found["keypoints"] >= -0.5 - 1e-6).all() and (found["keypoints"] <= frame - 0.5 + 1e-6).all()


@pytest.mark.parametrize("fit", [True, False])
def test_a_box_that_the_horizon_cuts_encloses_what_is_seen(fit: bool) -> None:
    steep, generator = Compose([Perspective((0.3, 0.9), fit_output=fit, p=1)]), np.random.default_rng(0)
    for name in MANY:
        (left, right), (top, bottom) = (np.sort(generator.choice(side + 1, 2, replace=False)) for side in (41, 31))
        mask = np.zeros((31, 41), np.uint8)
        mask[top:bottom, left:right] = 1
        found = steep(image=mask[..., None], mask=mask, boxes=[[left, top, right, bottom]], id=name)
        rows, columns = (np.flatnonzero(found["mask"].any(axis)) for axis in (1, 0))
        if rows.size:
            left_most, upper, right_most, lower = found["boxes"][0]
            assert left_most - 1e-6 <= columns[0] + 0.5 <= columns[-1] + 0.5 <= right_most + 1e-6
            assert upper - 1e-6 <= rows[0] + 0.5 <= rows[-1] + 0.5 <= lower + 1e-6


def test_the_three_interfaces_give_the_same_pixels() -> None:
    from hardy.augmentation import apply

    images = np.random.default_rng(0).integers(0, 256, (6, *SIZE_HW, 3), np.uint8)
    for chain in CHAINS:
        alter = Compose(chain, seed=9)
        batch = apply(alter.plan(IDS, 2, SIZE_HW), images)
        for row, name in enumerate(IDS):
            assert np.array_equal(batch[row], alter(image=images[row], id=name, epoch=2)["image"])
