import numpy as np
import pytest

from hardy.augmentation import Affine, Compose, HorizontalFlip, Translate, UserFunction
from hardy.augmentation.targets import FORMATS, read_boxes, write_boxes
from hardy.errors import InputError, ShapeError

IMAGE = np.zeros((20, 40, 3), np.uint8)
FLIP = Compose([HorizontalFlip(p=1)])


@pytest.mark.parametrize("style", FORMATS)
def test_formats_lead_back(style: str) -> None:
    boxes = np.array([[1.0, 2, 11, 7], [0, 0, 40, 20]])
    np.testing.assert_allclose(read_boxes(write_boxes(boxes, style, (20, 40)), style, (20, 40)), boxes)


@pytest.mark.parametrize(
    ("style", "box"),
    [
        ("pascal_voc", [4, 2, 12, 10]),
        ("coco", [4, 2, 8, 8]),
        ("yolo", [0.2, 0.3, 0.2, 0.4]),
        ("albumentations", [0.1, 0.1, 0.3, 0.5]),
    ],
)
def test_every_format_is_the_same_box(style: str, box: list[float]) -> None:
    assert read_boxes([box], style, (20, 40)).round(9).tolist() == [[4, 2, 12, 10]]
    found = FLIP(image=IMAGE, boxes=[[*box, 3]], box_format=style)["boxes"]
    assert read_boxes(found, style, (20, 40)).round(9).tolist() == [[28, 2, 36, 10]] and found[0, 4] == 3


def test_a_hair_outside_is_cut_off_and_counted() -> None:
    found = FLIP(image=IMAGE, boxes=[[-1e-9, 0, 5, 5], [1, 1, 2, 2], [30, 0, 40.5, 21]])
    assert found["boxes_clipped"] == 2 and found["boxes"].tolist() == [[35, 0, 40, 5], [38, 1, 39, 2], [0, 0, 10, 20]]


def test_what_has_left_the_picture_is_left_out() -> None:
    right = Compose([Translate(pixels={"x": (20, 20)})])
    found = right(image=IMAGE, boxes=[[0, 0, 5, 5, 1], [25, 0, 35, 5, 2], [15, 0, 25, 5, 3]], keypoints=[[30, 3, 9]])
    assert found["boxes"].tolist() == [[20, 0, 25, 5, 1], [35, 0, 40, 5, 3]]
    assert found["boxes_kept"].tolist() == [0, 2] and found["keypoints"].tolist() == [[50, 3, 9]]


def test_several_of_each_come_back_by_their_names() -> None:
    masks = {"sky": np.eye(20, 40, dtype=bool), "depth": np.ones((20, 40, 2), np.float32)}
    found = FLIP(image=IMAGE, mask=masks, boxes={"cars": [[0, 0, 1, 1]], "none": []}, keypoints={"eyes": [[0, 0]]})
    assert np.array_equal(found["mask"]["sky"], masks["sky"][:, ::-1]) and found["mask"]["depth"].shape == (20, 40, 2)
    assert found["boxes"]["cars"].tolist() == [[39, 0, 40, 1]] and found["boxes"]["none"].shape == (0, 4)
    assert found["keypoints"]["eyes"].tolist() == [[39, 0]]


def test_no_rows_keep_their_columns() -> None:
    found = FLIP(image=IMAGE, boxes=np.zeros((0, 6), np.float32), keypoints=np.zeros((0, 3)))
    assert found["boxes"].shape == (0, 6) and found["keypoints"].shape == (0, 3)
    found = FLIP(image=IMAGE, boxes=[], keypoints=())
    assert found["boxes"].shape == (0, 4) and found["keypoints"].shape == (0, 2)
    out = Compose([Translate(pixels={"x": (40, 40)})])(image=IMAGE, boxes=[[0, 0, 5, 5, 1]])
    assert out["boxes"].shape == (0, 5) and out["boxes_kept"].shape == (0,)


def test_masks_have_their_own_fill_and_interpolation() -> None:
    right = Compose([Translate(pixels={"x": (1, 1)}, fill=9, fill_mask=255)])
    assert right(image=IMAGE, mask=np.ones((20, 40), np.uint8))["mask"][0, :2].tolist() == [255, 1]
    half = Compose([Affine(translate_px={"x": 1}, scale={"x": 0.5}, mask_interpolation="linear", p=1)])
    assert half(image=IMAGE, mask=np.tile(np.arange(40, dtype=np.uint8), (20, 1)))["mask"][0, 20] == 19  # 18.5, half up


def test_what_cannot_be_moved_is_refused() -> None:
    def swap(image, generator):
        return image[::-1]

    points = {"mask": np.zeros((20, 40)), "boxes": [[0, 0, 1, 1]], "keypoints": [[0, 0]]}
    for name, value in points.items():
        with pytest.raises(InputError, match="swap does not say what it does to"):
            Compose([swap])(image=IMAGE, **{name: value})
        assert name in Compose([UserFunction(swap, moves=False)])(image=IMAGE, **{name: value})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"boxes": [[0, 0, 1]]}, "rows of four"),
        ({"boxes": [[3, 0, 1, 1]]}, r"boxes\[0\]"),
        ({"boxes": [[np.nan, 0, 1, 1]]}, r"boxes\[0\]"),
        ({"boxes": [[0, 0, 1, 1, "car"]]}, "boxes: expected rows of four numbers, got .*car.*labels that are words"),
        ({"boxes": [[[0, 0, 1, 1]], [[0, 0, 2, 2], [1, 1, 3, 3]]]}, "boxes: .*several boxes go into a dict"),
        ({"keypoints": [[1]]}, "keypoints: expected rows"),
        ({"keypoints": [[1, 2], [np.nan, 1]]}, r"keypoints\[1\]: expected finite numbers"),
        ({"keypoints": [[1, 2], [3]]}, r"keypoints: expected rows \(x, y\)"),
        ({"mask": [np.zeros((20, 40)), np.zeros((20, 40))]}, "several masks go into a dict"),
        ({"mask": np.zeros((40, 20))}, "image's size"),
    ],
)
def test_wrong_shapes_are_answered(given: dict, message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        FLIP(image=IMAGE, **given)
    with pytest.raises(InputError, match="box_format"):
        FLIP(image=IMAGE, boxes=[[0, 0, 1, 1]], box_format="voc")
