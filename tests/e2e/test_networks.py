"""Networks by name, chosen, and begun from weights, as one types it."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from PIL import Image

from hardy.cli.app import run_command
from hardy.models import build_model

Hardy = Callable[..., object]
QUICK = ("--size", 20, 17, "--epochs", 2, "--batch-size", 16, "--threads", 1)


@pytest.fixture
def pile(tmp_path: Path) -> Path:
    """Dark and bright noise, 33 each, so that a batch of one is left over."""
    generator = np.random.default_rng(0)
    for name, low in (("dark", 0), ("bright", 120)):
        folder = tmp_path / "pile" / name
        folder.mkdir(parents=True)
        for number in range(33):
            pixels = generator.integers(low, low + 130, (20, 17, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / f"{number}.png")
    return tmp_path / "pile"


def test_weights_of_a_run_and_of_a_file(hardy: Hardy, pile: Path, tmp_path: Path) -> None:
    first = hardy("train", pile, "--model", "cifar-vignette-bn", *QUICK, "--out", tmp_path / "first")
    assert first.returncode == 0, first.stderr
    model = ("--model", "cifar-vignette-bn", "--weights", tmp_path / "first", "--freeze", "features")
    second = hardy("train", pile, *model, *QUICK, "--out", tmp_path / "second")
    assert second.returncode == 0, second.stderr
    assert "tensors taken from" in second.stderr
    config = yaml.safe_load((tmp_path / "second" / "config.yaml").read_text())["train"]
    assert config["freeze"] == "features" and len(config["weights_hash"]) == 32
    assert config["learning_rate"] == 0.003
    torch.save(build_model("cifar-vignette-bn", 3, (20, 17), 7).state_dict(), tmp_path / "seven.pth")
    third = hardy("train", pile, *model[:2], "--weights", tmp_path / "seven.pth", *QUICK, "--out", tmp_path / "third")
    assert third.returncode == 0 and "made anew" in third.stderr
    moved = (tmp_path / "seven.pth").rename(tmp_path / "moved.pth")
    again = hardy("train", pile, *model[:2], "--weights", moved, *QUICK, "--out", tmp_path / "third")
    assert again.returncode == 0 and "already" in again.stderr
    other = hardy("train", pile, "--model", "resnet-18", "--weights", moved, *QUICK, "--out", tmp_path / "fourth")
    assert other.returncode == 2 and "does not fit resnet-18: conv1.weight (64×3×7×7) is not there" in other.stderr
    assert not (tmp_path / "fourth").exists()


def test_auto_says_why_and_stays_with_its_choice(hardy: Hardy, pile: Path, tmp_path: Path) -> None:
    out = ("--out", tmp_path / "run")
    chosen = hardy("train", pile, "--model", "auto", *QUICK, *out)
    assert chosen.returncode == 0, chosen.stderr
    assert "whitening-cnn: 20×17 are small pictures" in chosen.stderr
    assert "without pretrained weights" in chosen.stderr
    again = hardy("train", pile, "--model", "auto", "--budget", 0.0001, *QUICK, *out)
    assert again.returncode == 0 and "already" in again.stderr
    predicted = json.loads(hardy("predict", tmp_path / "run", pile / "dark" / "0.png", "--json").stdout)
    assert predicted


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["--model", "resnet18"], "did you mean resnet-18"),
        (["--model", "vgg-16"], "pictures of 20×17 pixels are too small for vgg-16, which needs 32×32"),
        (["--model", "u-net"], "u-net scores each pixel"),
        (["--freeze", "features"], "add --weights"),
        (["--weights", "gone.pth"], "gone.pth does not exist"),
        (["--budget", "3"], "--budget is for --model auto"),
        (["--model", "auto", "--budget", "0"], "budget must be above 0"),
        (["--lowest-rate", "0"], "lowest_rate must be above 0"),
        (["--model", "lenet-5", "--weights", "imagenet"], "nobody publishes ImageNet weights"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(hardy: Hardy, pile: Path, tmp_path: Path, words: list, answer: str) -> None:
    result = hardy("train", pile, *words, *QUICK, "--out", tmp_path / "run")
    assert result.returncode == 2
    assert answer in result.stderr and result.stderr.count("\n") <= 4
    assert not (tmp_path / "run").exists()


def test_rare_classes_more_often_as_one_types_it(hardy: Hardy, pile: Path, tmp_path: Path) -> None:
    given = ("train", pile, "--model", "dense-8", *QUICK, "--quiet", "--on-error", "skip")
    found = hardy(*given, "--out", tmp_path / "run", "--balance", "{dark: 3}")
    assert found.returncode == 0, found.stderr
    config = yaml.safe_load((tmp_path / "run" / "config.yaml").read_text())["train"]
    assert config["balance"] == {"dark": 3.0} and config["on_error"] == "skip"
    for text, words in (
        ("rows", "--balance must be classes, or weights"),
        ("{dark: much}", "--balance must be classes, or weights"),
        ("{owl: 3}", "no class 'owl'; the classes are bright, dark"),
        ("{dark: -1}", "the weight of 'dark' must be a number of at least 0"),
    ):
        refused = hardy(*given, "--out", tmp_path / "other", "--balance", text)
        assert refused.returncode == 2 and words in refused.stderr, refused.stderr
        assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["--device", "cuda"], "numpy runs on cpu alone, and --device says cuda"),
        (["--device", "mps"], "numpy runs on cpu alone, and --device says mps"),
        (["--dropout", "0.25"], "numpy has no dropout"),
        (["--weights", "imagenet"], "nobody publishes ImageNet weights"),
        (["--freeze", "features"], "add --weights"),
        (["--size", "15", "17"], "pictures of 15×17 pixels are too small for numpy, which needs 16×16"),
    ],
)
def test_numpy_refuses_what_it_cannot(hardy: Hardy, pile: Path, tmp_path: Path, words: list, answer: str) -> None:
    result = hardy("train", pile, "--model", "numpy", *QUICK, *words, "--out", tmp_path / "run")
    assert result.returncode == 2
    assert answer in result.stderr and result.stderr.count("\n") <= 4
    assert not (tmp_path / "run").exists()


def test_numpy_is_a_network_like_the_others(hardy: Hardy, pile: Path, tmp_path: Path) -> None:
    policy = ("--augment", "[HorizontalFlip: {p: 0.5}, MixUp: {alpha: 0.2}]")
    line = ("train", pile, "--model", "numpy", *QUICK, "--weight-decay", "0.01", *policy)
    for name in ("one", "two"):
        made = hardy(*line, "--out", tmp_path / name)
        assert made.returncode == 0, made.stderr
    one, two = ((tmp_path / name / "model" / "model.safetensors").read_bytes() for name in ("one", "two"))
    assert one == two
    assert (tmp_path / "one" / "report.html").is_file()
    assert json.loads(hardy("predict", tmp_path / "one", pile / "dark" / "0.png", "--json").stdout)
    assert hardy("challenge", tmp_path / "one").returncode == 0
    refused = hardy("predict", tmp_path / "one", pile / "dark" / "0.png", "--device", "cuda")
    assert refused.returncode == 2 and "numpy runs on cpu alone" in refused.stderr
    begun = ("--weights", tmp_path / "one", "--freeze", "features", "--lowest-rate", "0.5")
    third = hardy(*line, *begun, "--out", tmp_path / "three")
    assert third.returncode == 0 and "6 tensors taken" in third.stderr, third.stderr


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_numpy_learns_mnist(tmp_path: Path, hardy_data: Path) -> None:
    out = tmp_path / "run"
    assert (
        run_command(["train", str(hardy_data / "mnist"), "--model", "numpy", "--epochs", "4", "--out", str(out)]) == 0
    )
    assert json.loads((out / "evaluation.json").read_text())["accuracy"]["value"] >= 0.985
