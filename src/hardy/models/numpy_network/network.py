"""Layers in a row, and how they learn."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from hardy.models.numpy_network.layers import Array, Convolution, Dense, Flatten, Layer, MaxPooling, Parameters, Relu
from hardy.models.numpy_network.loss import cross_entropy, softmax
from hardy.models.numpy_network.optimizers import Adam, Sgd


def digit_layers(
    channels: int, size_hw: tuple[int, int], classes: int, filters: tuple[int, int] = (8, 16)
) -> list[Layer]:
    """Two convolutions of 5×5, each with ReLU and pooled 2×2, and a dense layer for the scores.

    Args:
        channels: of the pictures.
        size_hw: (height, width) of the pictures, at least 16×16.
        classes: outputs.
        filters: of the two convolutions.

    Raises:
        ValueError: the pictures are too small.

    Example:
        >>> digit_layers(1, (28, 28), 10)[-1]
        Dense(inputs=256, outputs=10)
    """
    first = Convolution(channels, filters[0], (5, 5))
    second = Convolution(filters[0], filters[1], (5, 5))
    pool = MaxPooling(2)
    for layer in (first, pool, second, pool):
        size_hw = layer.output_hw(size_hw)
    dense = Dense(filters[1] * size_hw[0] * size_hw[1], classes)
    return [first, Relu(), pool, second, Relu(), pool, Flatten(), dense]


@dataclass
class NumpyNetwork:
    """Layers and their parameters.

    Args:
        layers: from the pictures to the scores.
        parameters: of each layer, (weights, bias) or none.

    Example:
        Dark from bright, from eight pictures of 16×16.

        >>> bright = np.repeat([0.0, 1.0], 4)
        >>> images = np.ones((8, 1, 16, 16), np.float32) * bright[:, None, None, None].astype(np.float32)
        >>> network = NumpyNetwork.start(digit_layers(1, (16, 16), 2), seed=0)
        >>> for loss in network.train(images, bright.astype(int), epochs=12, batch_size=4):
        ...     pass
        >>> network.probabilities(images).argmax(axis=1).tolist()
        [0, 0, 0, 0, 1, 1, 1, 1]
    """

    layers: list[Layer]
    parameters: list[Parameters]

    @classmethod
    def start(cls, layers: list[Layer], seed: int) -> "NumpyNetwork":
        """A network that knows nothing; the same seed gives the same."""
        generator = np.random.default_rng(seed)
        return cls(layers, [layer.start(generator) for layer in layers])

    def scores(self, images: Array) -> Array:
        """(N, C, H, W) → (N, classes), before softmax."""
        return self._forward(images).T

    def probabilities(self, images: Array) -> Array:
        """(N, C, H, W) → (N, classes), each row adding up to 1."""
        return softmax(self._forward(images)).T

    def gradients(self, images: Array, targets: Array) -> tuple[float, list[Parameters]]:
        """The loss of a batch, and its slope by each parameter of each layer.

        Args:
            images: (N, C, H, W).
            targets: see `cross_entropy`.
        """
        kept: list[Any] = []
        loss, slope = cross_entropy(self._forward(images, kept.append), targets)
        found: list[Parameters] = []
        for number in reversed(range(len(self.layers))):
            below, own = self.layers[number].backward(slope, kept.pop(), self.parameters[number], number > 0)
            found.insert(0, own)
            if below is not None:
                slope = below
        return loss, found

    def step(self, images: Array, targets: Array, optimizer: Sgd | Adam) -> float:
        """Learn from one batch.

        Returns:
            The loss before the step.
        """
        loss, slopes = self.gradients(images, targets)
        optimizer.step([p for own in self.parameters for p in own], [s for own in slopes for s in own])
        return loss

    def train(
        self,
        images: Array,
        labels: Array,
        epochs: int = 1,
        batch_size: int = 100,
        optimizer: Sgd | Adam | None = None,
        seed: int = 0,
    ) -> Iterator[float]:
        """Learn from pictures in memory, shuffled anew in each epoch.

        Args:
            images: (N, C, H, W), about −2 to 2.
            labels: (N,) numbers of classes.
            epochs: passes over the pictures.
            batch_size: pictures a step.
            optimizer: Adam by default.
            seed: of the order.

        Yields:
            The mean loss of each epoch, when it is over.
        """
        optimizer = optimizer or Adam()
        generator = np.random.default_rng(seed)
        for _ in range(epochs):
            order = generator.permutation(len(images))
            batches = [order[at : at + batch_size] for at in range(0, len(order), batch_size)]
            losses = [self.step(images[rows], labels[rows], optimizer) * len(rows) for rows in batches]
            yield sum(losses) / len(images)

    def _forward(self, images: Array, keep: Callable[[Any], None] = lambda _: None) -> Array:
        """Scores, (classes, N); `keep` is told what each layer needs on the way back."""
        x = np.ascontiguousarray(images.transpose(1, 2, 3, 0))
        for layer, own in zip(self.layers, self.parameters, strict=True):
            x, kept = layer.forward(x, own)
            keep(kept)
        return x
