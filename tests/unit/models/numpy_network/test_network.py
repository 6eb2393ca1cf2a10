import ast
import gzip
import sys
from pathlib import Path

import numpy as np
import pytest

from hardy.models import numpy_network
from hardy.models.numpy_network import Adam, NumpyNetwork, Sgd, digit_layers


def read_idx(path: Path) -> np.ndarray:
    data = gzip.decompress(path.read_bytes())
    sizes = [int.from_bytes(data[4 + 4 * n : 8 + 4 * n], "big") for n in range(data[3])]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * len(sizes)).reshape(sizes)


@pytest.fixture(scope="module")
def mnist(hardy_data: Path) -> dict[str, np.ndarray]:
    """Digits by torch's and NumPy's doing: (N, 1, 28, 28), −1 to 1."""
    names = {"train": "train", "test": "t10k"}
    images = {side: read_idx(hardy_data / "mnist" / f"{n}-images-idx3-ubyte.gz") for side, n in names.items()}
    labels = {
        f"{side} labels": read_idx(hardy_data / "mnist" / f"{n}-labels-idx1-ubyte.gz") for side, n in names.items()
    }
    return {side: x[:, None] / np.float32(127.5) - 1 for side, x in images.items()} | labels


def accuracy(network: NumpyNetwork, images: np.ndarray, labels: np.ndarray) -> float:
    right = [
        network.scores(images[at : at + 500]).argmax(axis=1) == labels[at : at + 500]
        for at in range(0, len(images), 500)
    ]
    return float(np.concatenate(right).mean())


def test_it_learns_digits_by_itself(mnist: dict[str, np.ndarray]) -> None:
    network = NumpyNetwork.start(digit_layers(1, (28, 28), 10), seed=0)
    losses = list(network.train(mnist["train"][:4_000], mnist["train labels"][:4_000], 3, 50, Adam(0.003)))
    assert losses[2] < losses[1] < losses[0]
    assert accuracy(network, mnist["test"][:2_000], mnist["test labels"][:2_000]) > 0.93


@pytest.mark.slow
def test_it_learns_all_of_mnist_by_itself(mnist: dict[str, np.ndarray]) -> None:
    network = NumpyNetwork.start(digit_layers(1, (28, 28), 10), seed=0)
    for rate in (0.003, 0.003, 0.003, 0.0005):
        list(network.train(mnist["train"], mnist["train labels"], 1, 100, Adam(rate), seed=round(rate * 1e4)))
    assert accuracy(network, mnist["test"], mnist["test labels"]) >= 0.985


def drawn() -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    return generator.standard_normal((20, 3, 17, 19)).astype(np.float32), np.arange(20) % 4


@pytest.mark.parametrize("optimizer", [Sgd, Adam])
def test_the_same_seed_gives_the_same_bits(optimizer: type) -> None:
    images, labels = drawn()

    def weights(seed: int, order: int) -> np.ndarray:
        network = NumpyNetwork.start(digit_layers(3, (17, 19), 4), seed)
        list(network.train(images, labels, 2, 6, optimizer(0.01), seed=order))
        return np.concatenate([each.ravel() for own in network.parameters for each in own])

    assert np.array_equal(weights(1, 2), weights(1, 2))
    assert not np.array_equal(weights(1, 2), weights(1, 3))
    assert not np.array_equal(weights(1, 2), weights(2, 2))


def test_probabilities_are_of_the_scores() -> None:
    images, _ = drawn()
    network = NumpyNetwork.start(digit_layers(3, (17, 19), 4), 0)
    powers = np.exp(network.scores(images))
    np.testing.assert_allclose(network.probabilities(images), powers / powers.sum(axis=1, keepdims=True), rtol=1e-5)


def test_pictures_too_small_for_it() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        digit_layers(1, (15, 28), 10)


def test_nothing_but_numpy_is_imported() -> None:
    folder = Path(numpy_network.__file__).parent
    allowed = {"numpy", *sys.stdlib_module_names}
    for file in folder.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                name = node.module or ""
                assert name.split(".")[0] in allowed or name.startswith("hardy.models.numpy_network"), (file, name)
            elif isinstance(node, ast.Import):
                assert all(each.name.split(".")[0] in allowed for each in node.names), file
