"""Weights from files: what fits is taken, what does not is named."""

from pathlib import Path

import pytest
import safetensors.torch
import torch

from hardy.errors import InputError
from hardy.models import ARCHITECTURES, Network, build_model
from hardy.models.weights import compare, read_weights, take_weights


def network(name: str = "lenet-5", classes: int = 5, channels: int = 1, seed: int = 0) -> Network:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return build_model(name, channels, (17, 13), classes).eval()


def narrow(name: str, classes: int, seed: int = 0, channels: int = 3) -> Network:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return ARCHITECTURES[name].build(channels, (80, 77), classes, None, 0.125).eval()


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_a_file_of_the_same_network_gives_the_same_scores(tmp_path: Path, suffix: str) -> None:
    one, other = network(), network(seed=1)
    path = tmp_path / f"weights{suffix}"
    if suffix == ".pth":
        torch.save(one.state_dict(), path)
    else:
        safetensors.torch.save_file(one.state_dict(), path)
    assert take_weights(other, path, "lenet-5") == [f"10 tensors taken from {path}"]
    images = torch.rand(3, 1, 17, 13, generator=torch.Generator().manual_seed(0))
    assert torch.equal(one(images), other(images))


def test_wrappers_prefixes_and_halves_are_seen_through(tmp_path: Path) -> None:
    one, other = network(), network(seed=1)
    halves = {f"module.{name}": tensor.half() for name, tensor in one.state_dict().items()}
    torch.save({"epoch": 3, "state_dict": halves}, tmp_path / "checkpoint.pt")
    take_weights(other, tmp_path / "checkpoint.pt", "lenet-5")
    for name, tensor in other.state_dict().items():
        assert tensor.dtype == torch.float32
        assert torch.equal(tensor, one.state_dict()[name].half().float())


@pytest.mark.parametrize("name", ["resnet-18", "alexnet", "inception-v3", "convnext-tiny"])
def test_a_head_of_other_classes_is_made_anew_and_said_so(tmp_path: Path, name: str) -> None:
    one, other = narrow(name, 7), narrow(name, 3, seed=1)
    before = {key: tensor.clone() for key, tensor in other.state_dict().items()}
    torch.save(one.state_dict(), tmp_path / "w.pth")
    said = take_weights(other, tmp_path / "w.pth", name)
    heads = (other.last, *other.auxiliary)
    assert said[1] == f"made anew, as the file's are of other classes or missing: {', '.join(heads)}" or set(
        said[1].split(": ")[1].split(", ")
    ) == set(heads)
    for key, tensor in other.state_dict().items():
        if key.startswith(tuple(f"{head}." for head in heads)):
            assert torch.equal(tensor, before[key])
        else:
            assert torch.equal(tensor, one.state_dict()[key])


def test_auxiliary_heads_of_the_file_are_left_out_where_there_are_none(tmp_path: Path) -> None:
    one, other = narrow("googlenet-aux", 4), narrow("googlenet", 4, seed=1)
    torch.save(one.state_dict(), tmp_path / "w.pth")
    assert take_weights(other, tmp_path / "w.pth", "googlenet")[1:] == [
        "left out, as googlenet has no such part: aux1, aux2"
    ]
    images = torch.rand(2, 3, 80, 77, generator=torch.Generator().manual_seed(0))
    assert torch.equal(one(images), other(images))
    torch.save(other.state_dict(), tmp_path / "without.pth")
    again = narrow("googlenet-aux", 4, seed=2)
    assert "aux1, aux2" in take_weights(again, tmp_path / "without.pth", "googlenet-aux")[1]


def test_a_mismatch_is_told_layer_by_layer_and_nothing_is_taken(tmp_path: Path) -> None:
    torch.save(narrow("resnet-18", 4).state_dict(), tmp_path / "w.pth")
    grey = narrow("resnet-18", 4, channels=1, seed=1)
    before = {key: tensor.clone() for key, tensor in grey.state_dict().items()}
    with pytest.raises(InputError, match="conv1.weight is 8×3×7×7 there and 8×1×7×7 here.*--channels 3"):
        take_weights(grey, tmp_path / "w.pth", "resnet-18")
    assert all(torch.equal(tensor, before[key]) for key, tensor in grey.state_dict().items())
    with pytest.raises(InputError) as raised:
        take_weights(narrow("resnet-34", 4), tmp_path / "w.pth", "resnet-34")
    said = str(raised.value)
    assert "layer1.2.conv1.weight (8×8×3×3) is not there" in said
    assert "and 72 more; 122 tensors fit" in said


def test_files_of_old_torch_lack_a_count_that_nothing_rests_on() -> None:
    one = narrow("resnet-18", 4)
    old = {key: tensor for key, tensor in one.state_dict().items() if not key.endswith("num_batches_tracked")}
    fit = compare(one, old)
    assert fit.wrong == () and fit.anew == ()


class Evil:
    def __reduce__(self) -> tuple:
        return (print, ("executed",))


def test_nothing_in_a_file_is_executed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torch.save({"conv1.weight": torch.zeros(3), "x": Evil()}, tmp_path / "evil.pth")
    with pytest.raises(InputError, match="holds more than tensors"):
        read_weights(tmp_path / "evil.pth")
    assert "executed" not in capsys.readouterr().out


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 no zip", bytes(64)])
def test_a_damaged_file_is_named(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"broken{suffix}"
    path.write_bytes(content)
    with pytest.raises(InputError, match="broken"):
        read_weights(path)


@pytest.mark.parametrize("value", [[1, 2], {}, {"a": 3}, torch.zeros(3)])
def test_what_is_no_state_dict(tmp_path: Path, value: object) -> None:
    torch.save(value, tmp_path / "odd.pth")
    with pytest.raises(InputError, match=r"odd\.pth is no state dict"):
        read_weights(tmp_path / "odd.pth")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    for name in ("gone.pth", "gone.safetensors"):
        with pytest.raises(InputError, match=f"cannot read .*{name}"):
            read_weights(tmp_path / name)
