"""What is recorded of a copy is what is carried out."""

import json

import numpy as np
import pytest

from hardy.augmentation import AutoAugment, CoarseDropout, Compose, OneOf, RandomCrop, Rotate, Translate
from hardy.augmentation.offline.record import drawn, recorded
from hardy.errors import InputError
from hardy.rng import id_words

IDS = id_words([f"{number * 0x9E3779B97F4A7C15:032x}" for number in range(20)])
COPIES = np.arange(20) % 3 + 1
SIZES = np.array([[17, 11], [23, 19]] * 10)
POLICY = Compose(
    [RandomCrop(11, 9, p=0.5), OneOf([Rotate(30), Translate(0.2)]), CoarseDropout(p=0.5), AutoAugment("svhn")], seed=3
)


def test_the_plan_comes_back_whole() -> None:
    texts = drawn(POLICY, IDS, COPIES, SIZES)
    assert recorded(POLICY, IDS, texts, SIZES) == POLICY.plan(IDS, 0, SIZES, COPIES)


def test_only_what_is_applied_stands_there() -> None:
    plan = POLICY.plan(IDS, 0, SIZES, COPIES)
    for row, text in enumerate(drawn(POLICY, IDS, COPIES, SIZES)):
        entry = json.loads(text)
        assert entry["copy"] == COPIES[row]
        assert list(entry["steps"]) == [step.key for step in plan.steps if step.applied[row]]


def test_the_text_decides_and_not_what_would_be_drawn() -> None:
    text = '{"copy":1,"steps":{"RandomCrop#0":{"top":3,"left":1}}}'
    policy = Compose([RandomCrop(11, 9, p=0), Rotate(30, p=1)])
    plan = recorded(policy, IDS[:1], [text], SIZES[:1])
    crop, turn = plan.steps
    assert crop.applied.tolist() == [True] and crop.row(0) == {"top": 3, "left": 1}
    assert turn.applied.tolist() == [False]
    assert plan.output_sizes_hw.tolist() == [[11, 9]] == turn.sizes_hw.tolist()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"copy":1,"steps":{"Rotate#7":{}}}', "Rotate#7: the policy has no such transform"),
        ('{"copy":1,"steps":{"Rotate#0":{}}}', "expected the numbers angle_deg, got "),
        ('{"copy":1,"steps":{"Rotate#0":{"angle_deg":[1,2]}}}', "Rotate#0: angle_deg: expected float64"),
        ('{"copy":1,"steps":{"Rotate#0":{"angle_deg":"x"}}}', "Rotate#0: angle_deg: expected float64"),
        ('{"copy":1,"steps":{"Rotate#0":{"angle_deg":[[1],[2,3]]}}}', "Rotate#0: angle_deg: "),
        ('{"copy":1,"steps":[]}', "expected a plan such as"),
        ('{"copy":true,"steps":{}}', "expected a plan such as"),
        ("{", "expected a plan such as"),
        ("7", "expected a plan such as"),
    ],
)
def test_what_is_of_no_such_policy_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        recorded(Compose([Rotate(30)]), IDS[:1], [text], SIZES[:1])
