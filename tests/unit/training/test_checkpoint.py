import math
from dataclasses import fields
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch.nn import functional

from hardy.errors import InputError
from hardy.models import Network, build_model
from hardy.training.checkpoint import Checkpoint, optimizer_tensors, restore
from hardy.training.history import EpochMetrics

NAN = float("nan")
HISTORY = (EpochMetrics(1, 0.5, 0.25, NAN, NAN, 0.01, 2.0), EpochMetrics(2, 1 / 3, 0.5, 0.1, 0.75, 1e-9, 2.5))


def training(steps: int, seed: int = 0) -> tuple[Network, torch.optim.Optimizer]:
    """A network after some steps, with its optimiser."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = build_model("conv-4", 1, (17, 11), 3, dropout=0.0)
    optimizer = torch.optim.AdamW(network.parameters(), lr=0.01, fused=True)
    go_on(network, optimizer, steps)
    return network, optimizer


def go_on(network: Network, optimizer: torch.optim.Optimizer, steps: int) -> None:
    images = torch.rand(6, 1, 17, 11, generator=torch.Generator().manual_seed(1))
    for _ in range(steps):
        optimizer.zero_grad()
        functional.cross_entropy(network(images), torch.arange(6) % 3).backward()
        optimizer.step()


def checkpoint(network: Network, optimizer: torch.optim.Optimizer) -> Checkpoint:
    state = {"seed": 0, "epoch": 2, "position": 5, "batch_size": 8, "fingerprint": "ab"}
    return Checkpoint(
        "f" * 32, network.state_dict(), optimizer_tensors(optimizer), state, 17, HISTORY, 1 / 3, 5, 7, 0.1, 0.75
    )


def test_everything_comes_back(tmp_path: Path) -> None:
    one = checkpoint(*training(3))
    one.save(tmp_path / "last.safetensors")
    other = Checkpoint.load(tmp_path / "last.safetensors")
    assert {name: t.tolist() for name, t in other.model.items()} == {name: t.tolist() for name, t in one.model.items()}
    assert [{n: t.tolist() for n, t in state.items()} for state in other.optimizer] == [
        {n: t.tolist() for n, t in state.items()} for state in one.optimizer
    ]
    for field in fields(Checkpoint):
        if field.name not in ("model", "optimizer", "history"):
            assert getattr(other, field.name) == getattr(one, field.name)
    assert other.history[1] == HISTORY[1]
    assert math.isnan(other.history[0].val_loss)


def test_training_goes_on_to_the_same_bits(tmp_path: Path) -> None:
    straight, _ = training(7)
    checkpoint(*training(3)).save(tmp_path / "last.safetensors")
    network, optimizer = training(0, seed=99)
    restore(Checkpoint.load(tmp_path / "last.safetensors"), network, optimizer)
    go_on(network, optimizer, 4)
    for name, tensor in straight.state_dict().items():
        assert torch.equal(network.state_dict()[name], tensor), name


def test_more_than_ten_parameters_stay_in_order(tmp_path: Path) -> None:
    """As names, 10 sorts before 2."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = build_model("dense-4-4-4-4-4-4", 1, (17, 11), 3)
    optimizer = torch.optim.AdamW(network.parameters(), lr=0.01)
    go_on(network, optimizer, 1)
    checkpoint(network, optimizer).save(tmp_path / "last.safetensors")
    shapes = [state["exp_avg"].shape for state in Checkpoint.load(tmp_path / "last.safetensors").optimizer]
    assert shapes == [p.shape for p in network.parameters()]
    assert len(shapes) == 14


def test_before_the_first_step_there_is_nothing_to_remember(tmp_path: Path) -> None:
    network, optimizer = training(0)
    checkpoint(network, optimizer).save(tmp_path / "last.safetensors")
    loaded = Checkpoint.load(tmp_path / "last.safetensors")
    assert loaded.optimizer == []
    restore(loaded, network, optimizer)
    go_on(network, optimizer, 1)
    assert torch.equal(network.state_dict()["head.bias"], training(1)[0].state_dict()["head.bias"])


@pytest.mark.parametrize("damage", ["gone", "empty", "cut", "text", "folder", "header", "foreign", "no history"])
def test_what_is_no_checkpoint_is_named(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "last.safetensors"
    checkpoint(*training(1)).save(path)
    whole = path.read_bytes()
    path.unlink()
    if damage == "folder":
        path.mkdir()
    elif damage == "foreign":
        path.write_bytes(safetensors.torch.save({"model.x": torch.zeros(2)}))
    elif damage == "no history":
        path.write_bytes(safetensors.torch.save({"model.x": torch.zeros(2)}, metadata={"hardy": '{"step": 3}'}))
    elif damage != "gone":
        broken = {"empty": b"", "cut": whole[:-1], "text": b"hello" * 9, "header": whole[:8] + b"x" + whole[9:]}
        path.write_bytes(broken[damage])
    with pytest.raises(InputError, match=r"last\.safetensors is no checkpoint, or is damaged"):
        Checkpoint.load(path)
