import numpy as np

from hardy.augmentation import (
    CLAHE,
    AlphaBeta,
    AutoContrast,
    Compose,
    Contrast,
    Equalize,
    HorizontalFlip,
    Invert,
    Translate,
    apply,
)
from hardy.augmentation.fuse import fuse
from hardy.augmentation.transform import Transform

IDS = ["ab" * 16]


def stages(*transforms: Transform) -> int:
    return len(fuse(Compose(list(transforms)).plan(IDS, 0, (17, 11))))


def test_geometry_and_tone_become_one_stage() -> None:
    assert stages(Translate(pixels=1), HorizontalFlip(), Invert(), HorizontalFlip()) == 1
    assert stages(Invert(), Translate(pixels=1), Translate(pixels=2)) == 1
    assert stages(Translate(pixels=1, border_mode="wrap"), Invert(), Translate(pixels=1, border_mode="wrap")) == 1


def test_another_border_or_fill_begins_a_new_stage() -> None:
    assert stages(Translate(pixels=1), Translate(pixels=1, fill=3)) == 2
    assert stages(Translate(pixels=1), Translate(pixels=1, border_mode="edge")) == 2
    assert stages(Translate(pixels=1), Invert(), Translate(pixels=1)) == 2


def test_stages_do_not_depend_on_what_was_drawn() -> None:
    assert stages(Translate(pixels=1), Invert(p=0), Translate(pixels=1)) == 2


def test_matrices_are_composed_in_order() -> None:
    image = np.arange(11, dtype=np.uint8).reshape(1, 11, 1)
    right = Translate(pixels={"x": (2, 2)}, border_mode="wrap")
    for order, expected in (
        ([right, HorizontalFlip(p=1)], np.roll(image, 2, 1)[:, ::-1]),
        ([HorizontalFlip(p=1), right], np.roll(image[:, ::-1], 2, 1)),
    ):
        plan = Compose(order).plan(IDS, 0, (1, 11))
        assert np.array_equal(apply(plan, image[None])[0], expected)
        assert np.array_equal(apply(plan, image[None], fuse=False)[0], expected)


def test_a_fill_goes_through_the_tone_that_comes_after() -> None:
    image = np.full((1, 1, 4, 1), 100, np.uint8)
    right, invert = Translate(pixels={"x": (1, 1)}, fill=40), Invert(p=1)
    for order, expected in (
        ([right, invert], [215, 155, 155, 155]),
        ([invert, right], [40, 155, 155, 155]),
        ([invert, right, invert], [215, 100, 100, 100]),
        ([right, invert, right], [40, 215, 155, 155]),
    ):
        plan = Compose(order).plan(IDS, 0, (1, 4))
        for backend in ("cpu", "reference"):
            for fused in (True, False):
                assert apply(plan, image, backend=backend, fuse=fused)[0, 0, :, 0].tolist() == expected


def test_statistics_are_taken_at_their_place_or_as_the_picture_comes_in() -> None:
    image = np.random.default_rng(0).integers(0, 200, (17, 11, 3), np.uint8)
    darker, flip = AlphaBeta((0.5, 0.5), 0, p=1), HorizontalFlip(p=1)
    then = Compose([darker])(image=image)["image"]
    for equalize in (Equalize(p=1), AutoContrast(p=1), CLAHE(p=1)):  # of the picture as it is there
        expected = Compose([equalize])(image=then)["image"][:, ::-1]
        assert np.array_equal(Compose([darker, equalize, flip])(image=image)["image"], expected)
        assert not np.array_equal(Compose([equalize, darker, flip])(image=image)["image"], expected)
    mean = (image.astype(float).mean((0, 1)) * [0.299, 0.587, 0.114]).sum()  # as it enters the chain
    found = Compose([darker, Contrast((0.5, 0.5), p=1)])(image=image)["image"]
    np.testing.assert_allclose(found, image * 0.25 + mean * 0.5, atol=0.6)


def test_a_chain_is_rounded_and_cut_off_once() -> None:
    image = np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1)
    there_and_back = [AlphaBeta((0.1, 0.1), 0, p=1), AlphaBeta((40, 40), 0, p=1), AlphaBeta((0.25, 0.25), 0, p=1)]
    plan = Compose(there_and_back).plan(IDS, 0, (16, 16))
    for backend in ("cpu", "reference"):
        for fused in (True, False):
            assert np.array_equal(apply(plan, image, backend=backend, fuse=fused), image)


def test_fused_keeps_what_moves_out_and_back() -> None:
    image = np.arange(1, 5, dtype=np.uint8).reshape(1, 1, 4, 1)
    there, back = Translate(pixels={"x": (2, 2)}), Translate(pixels={"x": (-2, -2)})
    plan = Compose([there, back]).plan(IDS, 0, (1, 4))
    assert apply(plan, image).ravel().tolist() == [1, 2, 3, 4]
    assert apply(plan, image, fuse=False).ravel().tolist() == [1, 2, 0, 0]
