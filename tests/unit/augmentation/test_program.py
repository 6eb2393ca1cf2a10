"""A pipeline in two compiled calls gives the numbers and the bits of the general way."""

import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import hardy as h
from hardy.augmentation import apply
from hardy.augmentation.plan import Plan
from hardy.augmentation.program import DrawnPlan, Program
from hardy.augmentation.transform import Transform

SIZE_HW = (17, 23)
WORDS = np.arange(10, dtype=np.uint64).reshape(5, 2)
PIPELINES: dict[str, list[Transform]] = {
    "all": [
        h.RandomResizedCrop((19, 33)),
        h.HorizontalFlip(),
        h.Affine(rotate=(-20, 20), fill=9),
        h.ColorJitter(p=0.8),
    ],
    "small": [h.RandomResizedCrop((7, 5)), h.ColorJitter(hue=0.1, p=1)],
    "colour before": [h.ColorJitter(p=1), h.VerticalFlip(), h.Affine(scale=(0.5, 2), fill=(1, 2, 3), p=1)],
    "around": [h.ColorJitter(), h.Affine(translate_percent=(-0.3, 0.3), p=1), h.ColorJitter(p=1)],
    "borders": [h.Affine(shear=(-9, 9), border_mode="reflect", p=1), h.ColorJitter(p=1)],
    "seam": [h.Affine(rotate=30, border_mode="wrap", p=1)],
    "copies": [h.HorizontalFlip(), h.VerticalFlip()],
}


def general(compose: h.Compose) -> h.Compose:
    """The same without a program."""
    found = h.Compose(compose.transforms, compose.seed)
    found._looked = True
    return found


def images() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (5, *SIZE_HW, 3), dtype=np.uint8)


@pytest.mark.parametrize("name", PIPELINES)
def test_plans_are_the_general_ones(name: str) -> None:
    alter = h.Compose(PIPELINES[name], seed=4)
    ours, theirs = alter.plan(WORDS, 3, SIZE_HW, range(5)), general(alter).plan(WORDS, 3, SIZE_HW, range(5))
    assert isinstance(ours, DrawnPlan) and not isinstance(theirs, DrawnPlan)
    assert ours == theirs and theirs == ours and str(ours) == str(theirs)
    assert (ours.output_sizes_hw == theirs.output_sizes_hw).all()
    assert ours.take([3, 1]) == theirs.take([3, 1]) and type(ours[1:]) is Plan
    later = replace(ours, epoch=9)
    assert later == replace(theirs, epoch=9) and (later.output_sizes_hw == theirs.output_sizes_hw).all()
    assert np.array_equal(apply(later, images()), apply(theirs, images()))
    assert pickle.loads(pickle.dumps(ours)) == theirs
    for mine, other in zip(ours.steps, theirs.steps, strict=True):
        assert {n: v.dtype for n, v in mine.parameters.items()} == {n: v.dtype for n, v in other.parameters.items()}


@pytest.mark.parametrize("name", PIPELINES)
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"output": "uint16"},
        {"output": "float32", "layout": "NCHW", "mean": (0.4, 0.5, 0.6), "std": (0.2, 0.3, 0.4)},
        {"output": "float32", "layout": "NHWC"},
    ],
)
def test_pixels_are_the_general_ones(name: str, options: dict[str, Any]) -> None:
    alter = h.Compose(PIPELINES[name], seed=4)
    ours = apply(alter.plan(WORDS, 1, SIZE_HW), images(), **options)
    assert np.array_equal(ours, apply(general(alter).plan(WORDS, 1, SIZE_HW), images(), **options))
    alone = [apply(alter.plan(WORDS[n : n + 1], 1, SIZE_HW), images()[n : n + 1], **options)[0] for n in range(5)]
    assert np.array_equal(ours, np.stack(alone))


def test_what_it_cannot_do_goes_the_general_way(monkeypatch: pytest.MonkeyPatch) -> None:
    alter = h.Compose(PIPELINES["all"], seed=4)
    plan, other = alter.plan(WORDS, 1, SIZE_HW), general(alter).plan(WORDS, 1, SIZE_HW)
    for pictures in (images()[:, :, ::-1], images().astype(np.uint16), images()[..., :1].copy(), list(images())):
        assert np.array_equal(apply(plan, pictures), apply(other, pictures))
    done: list[bool] = []
    run = Program.run
    monkeypatch.setattr(Program, "run", lambda *given: done.append(run(*given)) or done[-1])
    apply(plan, images())
    apply(h.Compose(PIPELINES["copies"]).plan(WORDS, 1, SIZE_HW), images())
    assert done == [True, False]


@pytest.mark.parametrize(
    "transform",
    [
        h.RandomResizedCrop((9, 9), p=0.5),
        h.RandomResizedCrop((9, 9), interpolation="area"),
        h.Affine(translate_px=3),
        h.Affine(fit_output=True),
        h.Affine(keep_ratio=True),
        h.Affine(scale=(0.5, 2), balanced_scale=True),
        h.ColorJitter(hue_as="hsv"),
        h.ColorJitter(),
        h.Rotate(),
    ],
)
def test_others_have_no_program(transform: Transform) -> None:
    assert not isinstance(h.Compose([transform]).plan(WORDS, 0, SIZE_HW), DrawnPlan)
