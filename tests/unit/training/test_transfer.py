"""Going on from weights: what is frozen stays, what is thawed moves, and a cut goes on to the same."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import torch

from hardy.errors import InputError
from hardy.models import ARCHITECTURES, Network, build_model
from hardy.training import fit as module
from hardy.training.config import TrainConfig
from hardy.training.fit import fit
from hardy.training.transfer import begin_epoch, parameter_groups, training_scores
from tests.builders import digits, measured

DATA = digits(60)
RECIPE = measured(DATA)
CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def one_torch_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def config(tmp_path: Path) -> TrainConfig:
    """With weights of the same network for five classes, where the data has two."""
    with torch.random.fork_rng():
        torch.manual_seed(5)
        torch.save(build_model("cifar-vignette-bn", 1, RECIPE.size_hw, 5).state_dict(), tmp_path / "w.pth")
    weights = str(tmp_path / "w.pth")
    return TrainConfig("cifar-vignette-bn", epochs=3, batch_size=8, weights=weights, learning_rate=0.003)


class Listener:
    def __init__(self, stop: int | None = None) -> None:
        self.lines: list[str] = []
        self.stop = stop

    def say(self, line: str) -> None:
        self.lines.append(line)

    def advance(self, stage: str, done: int, total: int, note: str = "") -> None:
        if stage == "training" and done == self.stop:
            raise InterruptedError


def trained(folder: Path, config: TrainConfig, **options: object) -> Network:
    return fit(DATA, RECIPE, config, folder, "f" * 32, CPU, **options)[0]


def changed(network: Network, config: TrainConfig) -> set[str]:
    """Names of tensors that are not the file's any more."""
    file = torch.load(config.weights, weights_only=True)
    return {name for name, tensor in network.state_dict().items() if not torch.equal(tensor, file[name])}


def test_frozen_features_stay_to_the_last_bit_statistics_included(tmp_path: Path, config: TrainConfig) -> None:
    listener = Listener()
    network = trained(tmp_path / "run", replace(config, freeze="features"), progress=listener)
    assert changed(network, config) == {f"{network.last}.weight", f"{network.last}.bias"}
    assert "made anew" in listener.lines[1] and network.last in listener.lines[1]


def test_unfrozen_everything_learns(tmp_path: Path, config: TrainConfig) -> None:
    network = trained(tmp_path / "a", config)
    assert changed(network, config) == set(network.state_dict())
    later = replace(config, freeze="features", unfreeze_at=3)
    assert changed(trained(tmp_path / "b", later), config) == set(network.state_dict())
    frozen = trained(tmp_path / "c", replace(config, freeze="features"))
    assert len(changed(frozen, config)) == 2


@pytest.mark.parametrize("step", [2, 5, 7, 11, 14])
def test_a_transfer_cut_off_anywhere_goes_on_to_the_same_bits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: TrainConfig, step: int
) -> None:
    config = replace(config, freeze="features", unfreeze_at=2, lowest_rate=0.1)
    whole = trained(tmp_path / "whole", config)
    monkeypatch.setattr(module, "CHECKPOINT_EVERY_S", -1.0)
    with pytest.raises(InterruptedError):
        trained(tmp_path / "cut", config, progress=Listener(step))
    again = trained(tmp_path / "cut", config)
    for name, tensor in whole.state_dict().items():
        assert torch.equal(again.state_dict()[name], tensor), name


def test_lower_layers_learn_at_a_lower_rate() -> None:
    network = ARCHITECTURES["resnet-18"].build(3, (17, 11), 3, None, 0.125)
    groups = parameter_groups(network, 0.01)
    factors = [group["factor"] for group in groups]
    assert factors[0] == 0.01 and factors[-1] == 1.0
    assert factors == sorted(factors)
    ratios = [b / a for a, b in pairwise(factors)]
    assert max(ratios) == pytest.approx(min(ratios))
    assert len(groups) == 21  # convolutions, with the normalisation after each, and the last layer
    listed = [id(parameter) for group in groups for parameter in group["params"]]
    assert sorted(listed) == sorted(id(parameter) for parameter in network.parameters())
    (alone,) = parameter_groups(network, 1.0)
    assert alone["factor"] == 1.0 and len(alone["params"]) == len(listed)


@pytest.mark.parametrize("name", ["googlenet-aux", "inception-v3"])
def test_auxiliary_heads_learn_at_the_full_rate_and_are_never_frozen(name: str) -> None:
    network = ARCHITECTURES[name].build(3, (80, 77), 3, None, 0.125)
    heads = [network.get_submodule(layer) for layer in (network.last, *network.auxiliary)]
    own = {id(parameter) for head in heads for parameter in head.parameters()}
    assert {id(parameter) for parameter in parameter_groups(network, 0.1)[-1]["params"]} == own
    begin_epoch(network, TrainConfig(weights="w", freeze="features"), 1)
    assert {id(p) for p in network.parameters() if p.requires_grad} == own


def test_the_auxiliary_losses_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a weight of 0 instead of 0.4 the features end up elsewhere."""
    data = digits(24, size_hw=(76, 75))
    narrow = ARCHITECTURES["inception-v3"]

    def build(name: str, channels: int, size_hw: tuple, classes: int, dropout: float | None) -> Network:
        return narrow.build(channels, size_hw, classes, dropout, 0.0625)

    monkeypatch.setattr("hardy.training.transfer.build_model", build)
    config = TrainConfig("inception-v3", epochs=1, batch_size=8, learning_rate=0.001)
    one, _ = fit(data, measured(data), config, tmp_path / "a", "f" * 32, CPU)
    monkeypatch.setattr(type(one), "auxiliary_weight", 0.0)
    other, _ = fit(data, measured(data), config, tmp_path / "b", "f" * 32, CPU)
    assert not torch.equal(
        one.state_dict()["Mixed_5b.branch1x1.conv.weight"], other.state_dict()["Mixed_5b.branch1x1.conv.weight"]
    )


def test_a_batch_of_one_picture_can_be_learned_from() -> None:
    network = build_model("cifar-vignette-bn", 1, (8, 8), 2)
    begin_epoch(network, TrainConfig("cifar-vignette-bn"), 1)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    (scores,) = training_scores(network, torch.randn(1, 1, 8, 8))
    scores.sum().backward()
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())
    assert all(m.training for m in network.modules())
    training_scores(network, torch.randn(2, 1, 8, 8))
    assert not torch.equal(network.state_dict()["features.2.running_mean"], before["features.2.running_mean"])


def test_the_measured_layer_is_measured_on_training_rows_and_never_learns(tmp_path: Path) -> None:
    config = TrainConfig("whitening-cnn", epochs=1, batch_size=16, learning_rate=0.003)
    network = trained(tmp_path / "a", config)
    with torch.random.fork_rng():
        torch.manual_seed(1)
        fresh = build_model("whitening-cnn", 1, RECIPE.size_hw, 2)
    fresh.measure(measured_images())
    first = network.state_dict()["features.0.weight"]
    assert torch.allclose(first, fresh.state_dict()["features.0.weight"], atol=1e-3)


def measured_images() -> torch.Tensor:
    from hardy.loader import Loader

    train = DATA.split("train")
    return next(iter(Loader(train, len(train), preprocessing=RECIPE, shuffle=False))).images


@pytest.mark.parametrize(
    ("settings", "answer"),
    [
        ({"freeze": "features"}, "add --weights"),
        ({"unfreeze_at": 2}, "needs --freeze features"),
        ({"unfreeze_at": 1, "freeze": "features", "weights": "w"}, "an epoch from 2 to the last, 12"),
        ({"unfreeze_at": 13, "freeze": "features", "weights": "w"}, "an epoch from 2 to the last, 12"),
        ({"lowest_rate": 0}, "lowest_rate must be above 0"),
        ({"lowest_rate": 1.5}, "lowest_rate must be above 0"),
    ],
)
def test_settings_that_cannot_be(settings: dict, answer: str) -> None:
    with pytest.raises(InputError, match=answer):
        TrainConfig(**settings)


def test_a_recipe_without_transfer_is_stored_as_before() -> None:
    assert set(TrainConfig().to_dict()) == {
        *(
            "model",
            "epochs",
            "batch_size",
            "learning_rate",
            "weight_decay",
            "dropout",
            "augment",
            "seed",
            "keep",
            "exact",
        )
    }
    whole = TrainConfig(weights="w", weights_hash="h", freeze="features", unfreeze_at=2, lowest_rate=0.5)
    assert TrainConfig.from_dict(whole.to_dict()) == whole
