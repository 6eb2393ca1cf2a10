import pytest

from hardy.errors import InputError
from hardy.models import ARCHITECTURES
from hardy.models.choice import choose_model


def choice(size: int = 32, images: int = 45_000, **rest: object):
    return choose_model((size, size), rest.pop("channels", 3), 10, images, rest.pop("epochs", 10), **rest)


def test_more_time_gives_a_more_able_network() -> None:
    names = [choice(budget_minutes=minutes).name for minutes in (3, 60, 1000)]
    assert names == ["conv-16-32", "whitening-cnn", "resnet-9"]
    assert choice(budget_minutes=3, gpu=True).name == "resnet-9"
    assert choice(budget_minutes=5, processors=64).name == "resnet-9"


def test_few_pictures_get_a_small_network_whatever_the_time() -> None:
    chosen = choice(images=300, budget_minutes=1e6)
    assert chosen.name == "whitening-cnn"
    assert any("300 training pictures are few" in line for line in chosen.reasons)
    assert choice(224, 1_999, budget_minutes=1e6).name == "whitening-cnn"


def test_large_pictures_in_number_get_a_large_network() -> None:
    assert choice(224, 60_000, budget_minutes=1e6).name == "resnet-50"
    assert choice(224, 10_000, budget_minutes=1e6).name == "resnet-18"


def test_it_says_why_and_what_is_given_up() -> None:
    chosen = choice(224, 10_000, budget_minutes=30, processors=2)
    text = " ".join(chosen.reasons)
    assert chosen.name in text and "224×224" in text and "of 30 min" in text and "on 2 processors" in text
    assert "efficientnet-b0 would take about" in text and "--budget" in text
    assert "pretrained" in chosen.given_up and "--weights" in chosen.given_up
    assert "it will take longer" in " ".join(choice(224, 60_000, budget_minutes=0.01).reasons)


@pytest.mark.parametrize("size_hw", [(1, 1), (3, 100), (9, 5), (17, 11), (48, 49), (640, 480)])
def test_what_is_chosen_can_be_built(size_hw: tuple[int, int]) -> None:
    for images in (10, 5_000, 100_000):
        chosen = choose_model(size_hw, 1, 2, images, 1)
        assert ARCHITECTURES[chosen.name].smallest <= min(size_hw)
        assert chosen.minutes > 0


@pytest.mark.parametrize("budget", [0, -1, float("nan")])
def test_a_budget_that_is_none(budget: float) -> None:
    with pytest.raises(InputError, match="budget must be above 0"):
        choice(budget_minutes=budget)
