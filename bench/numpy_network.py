"""The network in NumPy: the lecture's loops, ours, and torch, in one thread.

    python bench/numpy_network.py            about six minutes
    python bench/numpy_network.py --quick    under a minute

`name value unit | peer value | ratio [its 95% interval]`, milliseconds a picture; above 1 we are faster. Convolution
and pooling are of 8 filters of 5×5 on 28×28, the step is of the whole network with Adam
(`hardy.models.numpy_network.digit_layers`); the loops take a picture at a time, ours and torch's a batch. Results are
compared before anything is timed. Goals, for a batch: at least 600 times the loops' convolution and 300 times their
step; at most 3.5 times torch's time, a ratio of 0.286.

The loops are written anew from the lecture's description: a loop over filters, two over places, and NumPy within the
window; backwards the same loops, each place handing its slope to the window that it came from.
"""

import argparse
from collections.abc import Callable
from importlib.metadata import version

import numpy as np
import torch
from pairs import Pair, report, time_pair
from threadpoolctl import threadpool_info, threadpool_limits
from torch import nn
from torch.nn import functional

from hardy.models.numpy_network import Adam, Convolution, MaxPooling, NumpyNetwork, digit_layers

VERSIONS = {name: version(name) for name in ("numpy", "torch")}
LOOPED = 2
"""Pictures that the loops take a call."""

Array = np.ndarray


def convolve_in_loops(x: Array, weights: Array, bias: Array) -> Array:
    """(C, H, W) → (K, h, w): a filter, a row, a column at a time."""
    filters, _, size, _ = weights.shape
    height, width = x.shape[1] - size + 1, x.shape[2] - size + 1
    y = np.zeros((filters, height, width), x.dtype)
    for k in range(filters):
        for i in range(height):
            for j in range(width):
                y[k, i, j] = np.sum(weights[k] * x[:, i : i + size, j : j + size]) + bias[k]
    return y


def convolve_back_in_loops(slope: Array, x: Array, weights: Array) -> tuple[Array, Array, Array]:
    """Slopes by x, weights and bias."""
    filters, _, size, _ = weights.shape
    by_x, by_weights, by_bias = np.zeros_like(x), np.zeros_like(weights), np.zeros(filters, x.dtype)
    for k in range(filters):
        for i in range(slope.shape[1]):
            for j in range(slope.shape[2]):
                by_weights[k] += slope[k, i, j] * x[:, i : i + size, j : j + size]
                by_x[:, i : i + size, j : j + size] += slope[k, i, j] * weights[k]
        by_bias[k] = np.sum(slope[k])
    return by_x, by_weights, by_bias


def pool_in_loops(x: Array, size: int = 2) -> Array:
    """(C, H, W) → (C, h, w): the largest of each window."""
    y = np.zeros((x.shape[0], x.shape[1] // size, x.shape[2] // size), x.dtype)
    for c, i, j in np.ndindex(y.shape):
        y[c, i, j] = np.max(x[c, i * size : (i + 1) * size, j * size : (j + 1) * size])
    return y


def pool_back_in_loops(slope: Array, x: Array, size: int = 2) -> Array:
    """Each slope to where the largest was."""
    by_x = np.zeros_like(x)
    for c, i, j in np.ndindex(slope.shape):
        window = x[c, i * size : (i + 1) * size, j * size : (j + 1) * size]
        u, v = np.unravel_index(np.argmax(window), window.shape)
        by_x[c, i * size + u, j * size + v] = slope[c, i, j]
    return by_x


class LoopedNetwork:
    """The same network as ours, a picture at a time."""

    def __init__(self, network: NumpyNetwork) -> None:
        self.parameters = [each.copy() for own in network.parameters for each in own]
        self.optimizer = Adam(0.001)

    def slopes(self, image: Array, label: int) -> list[Array]:
        """Of one picture's loss, by each parameter."""
        w1, b1, w2, b2, w3, b3 = self.parameters
        first = np.maximum(convolve_in_loops(image, w1, b1), 0)
        pooled = pool_in_loops(first)
        second = np.maximum(convolve_in_loops(pooled, w2, b2), 0)
        last = pool_in_loops(second)
        flat = last.reshape(-1)
        scores = w3 @ flat + b3
        powers = np.exp(scores - scores.max())
        slope = powers / powers.sum()
        slope[label] -= 1
        by_second = pool_back_in_loops((w3.T @ slope).reshape(last.shape), second) * (second > 0)
        by_pooled, *own2 = convolve_back_in_loops(by_second, pooled, w2)
        _, *own1 = convolve_back_in_loops(pool_back_in_loops(by_pooled, first) * (first > 0), image, w1)
        return [*own1, *own2, np.outer(slope, flat), slope]

    def step(self, images: Array, labels: Array) -> None:
        """Learn from a batch."""
        each = [self.slopes(image, label) for image, label in zip(images, labels, strict=True)]
        self.optimizer.step(self.parameters, [np.mean(slopes, axis=0) for slopes in zip(*each, strict=True)])


class TorchNetwork:
    """The same network in torch."""

    def __init__(self, network: NumpyNetwork) -> None:
        self.layers = nn.Sequential(
            *(nn.Conv2d(1, 8, 5), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(8, 16, 5), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Flatten(), nn.Linear(256, 10)),
        )
        with torch.no_grad():
            arrays = [each for own in network.parameters for each in own]
            for parameter, array in zip(self.layers.parameters(), arrays, strict=True):
                parameter.copy_(torch.from_numpy(array))
        self.optimizer = torch.optim.Adam(self.layers.parameters(), 0.001, fused=True)

    def step(self, images: torch.Tensor, labels: torch.Tensor) -> None:
        """Learn from a batch."""
        self.optimizer.zero_grad(set_to_none=True)
        functional.cross_entropy(self.layers(images), labels).backward()
        self.optimizer.step()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a batch of 100 alone, two seconds a pair")
    quick = parser.parse_args().quick
    torch.set_num_threads(1)
    with threadpool_limits(1, user_api="blas"):
        compare(quick)


def compare(quick: bool) -> None:
    """All of it, in as many threads as are set."""
    threads = {each["internal_api"]: each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"}
    print("; ".join(f"{name} {number}" for name, number in VERSIONS.items()), f"; one thread: torch 1, {threads}")
    for batch in (100,) if quick else (1, 32, 100):
        compare_layers(batch, 2.0 if quick else 20.0)
        compare_steps(batch, 2.0 if quick else 20.0)


def compare_layers(batch: int, seconds: float) -> None:
    """Convolution, then pooling of what it gives."""
    generator = np.random.default_rng(0)
    images = generator.standard_normal((batch, 1, 28, 28)).astype(np.float32)
    layer, pool = Convolution(1, 8, (5, 5)), MaxPooling(2)
    own = layer.start(generator)
    theirs, (weights, bias) = torch.from_numpy(images), map(torch.from_numpy, own)

    def convolve() -> Array:
        return layer.forward(np.ascontiguousarray(images.transpose(1, 2, 3, 0)), own)[0]

    maps = convolve()
    maps_torch = functional.conv2d(theirs, weights, bias)
    few = images[:LOOPED]
    maps_few = [convolve_in_loops(image, *own) for image in few]
    same(maps, maps_torch, np.stack(maps_few))
    same(
        pool.forward(maps, ())[0], functional.max_pool2d(maps_torch, 2), np.stack([pool_in_loops(m) for m in maps_few])
    )

    def pooling() -> Array:
        return pool.forward(maps, ())[0]

    timed("convolution", batch, convolve, lambda: [convolve_in_loops(x, *own) for x in few], "loops", seconds)
    timed("convolution", batch, convolve, lambda: functional.conv2d(theirs, weights, bias), "torch", seconds)
    timed("pooling", batch, pooling, lambda: [pool_in_loops(x) for x in maps_few], "loops", seconds)
    timed("pooling", batch, pooling, lambda: functional.max_pool2d(maps_torch, 2), "torch", seconds)


def compare_steps(batch: int, seconds: float) -> None:
    """A training step of the whole network, after one in which all three moved alike."""
    generator = np.random.default_rng(1)
    images, labels = generator.standard_normal((batch, 1, 28, 28)).astype(np.float32), np.arange(batch) % 10
    network, adam = NumpyNetwork.start(digit_layers(1, (28, 28), 10), seed=0), Adam(0.001)
    torched, tensors = TorchNetwork(network), (torch.from_numpy(images), torch.from_numpy(labels))
    few, small = slice(0, min(LOOPED, batch)), NumpyNetwork.start(digit_layers(1, (28, 28), 10), seed=0)
    looped, other = LoopedNetwork(network), TorchNetwork(network)
    small.step(images[few], labels[few], Adam(0.001))
    looped.step(images[few], labels[few])
    other.step(tensors[0][few], tensors[1][few])
    for mine, loops, torchs in zip(
        (each for own in small.parameters for each in own), looped.parameters, other.layers.parameters(), strict=True
    ):
        assert np.allclose(mine, loops, atol=1e-4) and np.allclose(mine, torchs.detach().numpy(), atol=1e-4)

    def step() -> float:
        return network.step(images, labels, adam)

    timed("step", batch, step, lambda: looped.step(images[few], labels[few]), "loops", seconds)
    timed("step", batch, step, lambda: torched.step(*tensors), "torch", seconds)


def same(ours: Array, torchs: torch.Tensor, loops: Array) -> None:
    """Stop where the three do not agree."""
    mine = ours.transpose(3, 0, 1, 2)
    assert np.allclose(mine, torchs.numpy(), atol=1e-5) and np.allclose(mine[: len(loops)], loops, atol=1e-5)


def timed(
    name: str, batch: int, ours: Callable[[], object], peer: Callable[[], object], peer_name: str, seconds: float
) -> None:
    """Per picture, whatever number each side takes in a call."""
    pair = time_pair(ours, peer, seconds)
    theirs = min(batch, LOOPED) if peer_name == "loops" else batch
    scale = batch / theirs
    each = Pair(
        pair.ours_ms / batch,
        pair.peer_ms / theirs,
        pair.ratio * scale,
        pair.low * scale,
        pair.high * scale,
        pair.rounds,
    )
    report("numpy-network", f"{name} of {batch}, a picture", peer_name, each, VERSIONS)


if __name__ == "__main__":
    main()
