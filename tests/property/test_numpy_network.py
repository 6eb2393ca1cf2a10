"""The NumPy network's slopes against finite differences, and what holds for any sizes."""

from typing import Any

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from hardy.models.numpy_network import (
    Convolution,
    Dense,
    Flatten,
    Layer,
    MaxPooling,
    NumpyNetwork,
    Relu,
    cross_entropy,
    digit_layers,
    softmax,
)

STEP = 1e-5
FEW = st.integers(1, 4)
SIZE = st.integers(1, 9)


def spread(generator: np.random.Generator, *shape: int) -> np.ndarray:
    """Numbers of both signs, no two of them nearer than a thousand steps to each other or to 0: far from every kink."""
    count = int(np.prod(shape))
    ranks = generator.permutation(count) - count // 2
    return ((ranks + 0.5) * STEP * 1000).reshape(shape)


def slope_along(function: Any, where: np.ndarray, direction: np.ndarray) -> float:
    """The central difference."""
    return float((function(where + STEP * direction) - function(where - STEP * direction)) / (2 * STEP))


def check(layer: Layer, x: np.ndarray, seed: int) -> None:
    """Along a drawn direction, for x and each parameter: the slope that backward gives is the one that is measured."""
    generator = np.random.default_rng(seed)
    parameters = tuple(each.astype(np.float64) for each in layer.start(generator))
    y, kept = layer.forward(x, parameters)
    weights = generator.standard_normal(y.shape)  # the loss is the sum of y times these
    slopes = layer.backward(weights, kept, parameters, True)
    for number, (where, slope) in enumerate(zip((x, *parameters), (slopes[0], *slopes[1]), strict=True)):
        direction = generator.uniform(-1, 1, where.shape)

        def loss(moved: np.ndarray, number: int = number) -> float:
            given = [x, *parameters]
            given[number] = moved
            return float((layer.forward(given[0], tuple(given[1:]))[0] * weights).sum())

        measured = slope_along(loss, where, direction)
        assert abs(measured - (slope * direction).sum()) < 1e-6 * (1 + abs(measured))


@given(FEW, SIZE, SIZE, FEW, FEW, FEW, FEW, st.integers(1, 3), st.integers(0, 2), st.integers(0, 99))
def test_convolution(
    channels: int, h: int, w: int, count: int, filters: int, fh: int, fw: int, stride: int, padding: int, seed: int
) -> None:
    assume(fh <= h + 2 * padding and fw <= w + 2 * padding)
    x = np.random.default_rng(seed).standard_normal((channels, h, w, count))
    check(Convolution(channels, filters, (fh, fw), stride, padding), x, seed)


@given(FEW, SIZE, SIZE, FEW, st.integers(1, 4), st.integers(1, 4), st.integers(0, 99))
def test_max_pooling(channels: int, h: int, w: int, count: int, size: int, stride: int, seed: int) -> None:
    assume(size <= min(h, w))
    check(MaxPooling(size, stride), spread(np.random.default_rng(seed), channels, h, w, count), seed)


@given(FEW, SIZE, SIZE, FEW, st.integers(0, 99))
def test_relu_flatten_and_dense(channels: int, h: int, w: int, count: int, seed: int) -> None:
    x = spread(np.random.default_rng(seed), channels, h, w, count)
    check(Relu(), x, seed)
    check(Flatten(), x, seed)
    check(Dense(channels * h * w, 3), x.reshape(-1, count), seed)


@given(st.integers(1, 6), FEW, st.floats(0, 30), st.integers(0, 99))
def test_cross_entropy(classes: int, count: int, size: float, seed: int) -> None:
    generator = np.random.default_rng(seed)
    scores = size * generator.standard_normal((classes, count))
    targets = generator.integers(0, classes, count)
    loss, slope = cross_entropy(scores, targets)
    direction = generator.uniform(-1, 1, scores.shape)
    measured = slope_along(lambda moved: cross_entropy(moved, targets)[0], scores, direction)
    assert abs(measured - (slope * direction).sum()) < 1e-6
    assert loss >= -1e-12 and abs(slope.sum(axis=0)).max() < 1e-12
    shares = (np.arange(classes)[:, None] == targets).astype(float)
    assert np.isclose(cross_entropy(scores, shares)[0], loss)


@given(st.integers(1, 6), FEW, st.floats(1, 1e30), st.floats(-1e6, 1e6), st.integers(0, 99))
def test_softmax(classes: int, count: int, size: float, more: float, seed: int) -> None:
    scores = size * np.random.default_rng(seed).standard_normal((classes, count))
    shares = softmax(scores)
    assert np.isfinite(shares).all() and (shares >= 0).all()
    np.testing.assert_allclose(shares.sum(axis=0), 1)
    np.testing.assert_array_equal(shares.argmax(axis=0), scores.argmax(axis=0))
    if size < 1e6:
        np.testing.assert_allclose(softmax(scores + more), shares, rtol=1e-6, atol=1e-12)


@given(st.integers(1, 3), st.integers(16, 24), st.integers(16, 24), st.integers(2, 5), FEW)
def test_a_picture_has_the_scores_it_has_alone(channels: int, h: int, w: int, classes: int, count: int) -> None:
    network = NumpyNetwork.start(digit_layers(channels, (h, w), classes), seed=1)
    images = np.random.default_rng(0).standard_normal((count, channels, h, w)).astype(np.float32)
    together = network.scores(images)
    assert together.shape == (count, classes) and together.dtype == np.float32
    alone = np.concatenate([network.scores(images[n : n + 1]) for n in range(count)])
    np.testing.assert_allclose(together, alone, atol=1e-5)
