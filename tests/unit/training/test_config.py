import inspect
import json

import pytest
from jaxtyping import TypeCheckError

from hardy.errors import InputError
from hardy.training.config import TrainConfig


def test_it_comes_back_from_json() -> None:
    config = TrainConfig(
        "conv-16", epochs=3, dropout=0.1, augment=({"HorizontalFlip": {"p": 0.5}},), seed=7, keep="best"
    )
    assert TrainConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config
    assert TrainConfig.from_dict({}) == TrainConfig()


@pytest.mark.parametrize(
    "change",
    [
        {"epochs": 0},
        {"batch_size": 0},
        {"batch_size": -3},
        {"seed": -1},
        {"learning_rate": 0.0},
        {"learning_rate": -0.1},
        {"learning_rate": float("nan")},
        {"learning_rate": float("inf")},
        {"weight_decay": -0.1},
        {"weight_decay": float("nan")},
        {"weight_decay": float("inf")},
        {"keep": "first"},
        {"on_error": "ignore"},
        {"balance": "rows"},
        {"balance": {}},
        {"balance": {"owl": -1.0}},
        {"balance": {"owl": float("inf")}},
    ],
)
def test_what_is_out_of_range_is_named(change: dict) -> None:
    with pytest.raises((InputError, TypeCheckError), match=next(iter(change))):
        TrainConfig(**change)


def test_unknown_settings_are_named() -> None:
    with pytest.raises(InputError, match="unknown training settings: learn_rate, optimizer"):
        TrainConfig.from_dict({"learn_rate": 1, "optimizer": "sgd", "epochs": 2})


@pytest.mark.parametrize(
    "change",
    [
        {"epochs": "3"},
        {"epochs": 2.5},
        {"epochs": None},
        {"batch_size": 2.5},
        {"seed": "x"},
        {"learning_rate": "fast"},
        {"balance": ["owl"]},
        {"balance": {3: 1.0}},
        {"balance": {"owl": "much"}},
    ],
)
def test_values_of_another_kind_are_named(change: dict) -> None:
    """As they come from a config.yaml that somebody edited; the type checker of the tests is passed by."""
    unchecked = inspect.unwrap(TrainConfig.__post_init__)
    config = object.__new__(TrainConfig)
    for name, value in {**TrainConfig().to_dict(), **change}.items():
        object.__setattr__(config, name, value)
    with pytest.raises(InputError, match=next(iter(change))):
        unchecked(config)
