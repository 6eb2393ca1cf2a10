"""What policies are given; plans of them come back from files; what cannot be moved is said."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hardy.augmentation as h
from hardy.errors import InputError

POLICIES = [h.AutoAugment(), h.RandAugment(), h.TrivialAugmentWide(), h.AugMix()]


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: type(policy).__name__)
def test_policies_and_their_plans_come_back_from_files(policy: Any, tmp_path: Path) -> None:
    compose = h.Compose([policy], seed=3)
    assert h.Compose.load(compose.to_yaml(), seed=3) == compose
    assert "operation" not in compose.to_yaml()
    plan = compose.plan([f"{n:032x}" for n in range(9)], 1, (17, 11))
    plan.save(tmp_path / "plan.json")
    assert h.Plan.load(tmp_path / "plan.json") == plan


@pytest.mark.parametrize("policy", POLICIES[:3], ids=lambda policy: type(policy).__name__)
def test_pictures_are_clamped_after_each_operation(policy: Any) -> None:
    image = np.random.default_rng(0).random((17, 11, 3)).astype(np.float32)
    compose = h.Compose([policy], seed=3)
    for number in range(30):
        found = compose(image=image, id=f"{number:032x}")["image"]
        assert found.min() >= 0 and found.max() <= 1


def test_two_policies_do_not_share_their_numbers() -> None:
    compose = h.Compose([h.TrivialAugmentWide(), h.TrivialAugmentWide()])
    assert len(set(compose.keys)) == len(compose.keys)


def test_aug_mix_refuses_what_it_cannot_move() -> None:
    image = np.zeros((17, 11, 3), np.uint8)
    for name, target in (("mask", image[:, :, 0]), ("boxes", [[0, 0, 3, 3]]), ("keypoints", [[1, 1]])):
        with pytest.raises(InputError, match="AugMix .* cannot move"):
            h.Compose([h.AugMix()])(image=image, **{name: target})


@pytest.mark.parametrize(
    ("transform", "arguments"),
    [
        (h.AutoAugment, {"policy": "mnist"}),
        (h.AutoAugment, {"interpolation": "best"}),
        (h.RandAugment, {"num_ops": 0}),
        (h.RandAugment, {"magnitude": 31}),
        (h.RandAugment, {"magnitude": 1.5}),
        (h.RandAugment, {"fill": "black"}),
        (h.TrivialAugmentWide, {"num_magnitude_bins": 1}),
        (h.AugMix, {"severity": 11}),
        (h.AugMix, {"mixture_width": 0}),
        (h.AugMix, {"chain_depth": 0}),
        (h.AugMix, {"alpha": 0}),
        (h.AugMix, {"all_ops": 1}),
        (h.PolicyMove, {"operation": "Jump", "magnitudes": [1]}),
        (h.PolicyMove, {"operation": "Rotate", "magnitudes": []}),
        (h.PolicyTone, {"operation": "Contrast", "magnitudes": "0.5"}),
        (h.PolicyTone, {"operation": "Rotate"}),
    ],
)
def test_wrong_arguments_are_answered(transform: Any, arguments: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="expected"):
        transform(**arguments)
