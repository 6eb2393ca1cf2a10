import json
from collections.abc import Callable
from pathlib import Path

import pytest
import safetensors.torch
import torch

from hardy.dataset import Preprocessing
from hardy.errors import InputError
from hardy.models import build_model
from hardy.training.bundle import Bundle

RECIPE = Preprocessing(3, (17, 11), "crop", 9, (0.1, 0.2, 0.3), (0.4, 0.5, 0.6))


def bundle(name: str = "conv-4", dropout: float | None = None) -> Bundle:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = build_model(name, 3, (17, 11), 3, dropout).eval()
    return Bundle(name, network, ("cat", "dog", "é"), RECIPE, "f" * 32, {"torch": "2"}, dropout)


@pytest.mark.parametrize("name", ["conv-4", "dense-8-8"])
@pytest.mark.parametrize("dropout", [None, 0.0, 0.5])
def test_saved_and_loaded_it_says_the_same(tmp_path: Path, name: str, dropout: float | None) -> None:
    one = bundle(name, dropout)
    one.save(tmp_path)
    other = Bundle.load(tmp_path)
    images = torch.rand(5, 3, 17, 11, generator=torch.Generator().manual_seed(0))
    assert torch.equal(one.network(images), other.network(images))
    assert not other.network.training
    for field in ("name", "classes", "preprocessing", "data_fingerprint", "versions", "dropout"):
        assert getattr(other, field) == getattr(one, field)


def test_saving_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        bundle().save(tmp_path / name)
    for file in ("model.safetensors", "bundle.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_weights_in_channels_last_order_come_back(tmp_path: Path) -> None:
    one = bundle()
    one.network.to(memory_format=torch.channels_last)
    one.save(tmp_path)
    back = Bundle.load(tmp_path).network.state_dict()
    assert all(torch.equal(tensor, back[name]) for name, tensor in one.network.state_dict().items())


def test_loading_leaves_the_global_generator_alone(tmp_path: Path) -> None:
    bundle().save(tmp_path)
    before = torch.random.get_rng_state()
    Bundle.load(tmp_path)
    assert torch.equal(torch.random.get_rng_state(), before)


@pytest.mark.parametrize("name", ["model.safetensors", "bundle.json"])
@pytest.mark.parametrize("damage", ["gone", "empty", "cut", "text"])
def test_a_damaged_file_is_named(tmp_path: Path, name: str, damage: str) -> None:
    folder = tmp_path / "my model"
    bundle().save(folder)
    whole = (folder / name).read_bytes()
    (folder / name).unlink()
    if damage != "gone":
        (folder / name).write_bytes({"empty": b"", "cut": whole[: len(whole) // 2], "text": b"hello"}[damage])
    with pytest.raises(InputError, match="my model"):
        Bundle.load(folder)


@pytest.mark.parametrize(
    "edit",
    [
        lambda _: {},
        lambda _: [],
        lambda _: None,
        lambda value: {**value, "model": "resnet-9000"},
        lambda value: {**value, "model": 3},
        lambda value: {**value, "model": "conv-8"},
        lambda value: {**value, "classes": ["cat", "dog"]},
        lambda value: {**value, "classes": None},
        lambda value: {**value, "dropout": "half"},
        lambda value: {**value, "dropout": 7},
        lambda value: {**value, "preprocessing": None},
        lambda value: {**value, "preprocessing": []},
        lambda value: {**value, "preprocessing": {}},
        lambda value: {**value, "preprocessing": {**value["preprocessing"], "channels": 2}},
        lambda value: {**value, "preprocessing": {**value["preprocessing"], "size_hw": "large"}},
        lambda value: {**value, "preprocessing": {**value["preprocessing"], "size_hw": [15, 11]}},
        lambda value: {**value, "format_version": "1"},
        lambda value: {key: value[key] for key in value if key != "versions"},
    ],
)
def test_a_description_that_does_not_fit_is_named(tmp_path: Path, edit: Callable) -> None:
    folder = tmp_path / "my model"
    bundle().save(folder)
    value = json.loads((folder / "bundle.json").read_bytes())
    (folder / "bundle.json").write_text(json.dumps(edit(value)))
    with pytest.raises(InputError, match="my model"):
        Bundle.load(folder)


def test_a_newer_bundle_is_refused_with_what_to_do(tmp_path: Path) -> None:
    bundle().save(tmp_path)
    value = json.loads((tmp_path / "bundle.json").read_bytes())
    (tmp_path / "bundle.json").write_text(json.dumps({**value, "format_version": 2}))
    with pytest.raises(InputError, match="newer hardy: pip install --upgrade hardy"):
        Bundle.load(tmp_path)


def test_weights_of_other_names_are_refused(tmp_path: Path) -> None:
    bundle().save(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(safetensors.torch.save({"other": torch.zeros(3)}))
    with pytest.raises(InputError, match="damaged"):
        Bundle.load(tmp_path)
