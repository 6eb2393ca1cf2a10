"""The NumPy network against torch, in float64: every layer, the loss, the optimisers, and all of them together."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from hardy.models.numpy_network import (
    Adam,
    Convolution,
    Dense,
    Flatten,
    Layer,
    MaxPooling,
    NumpyNetwork,
    Relu,
    Sgd,
    cross_entropy,
    digit_layers,
    layers,
    softmax,
)

CLOSE = {"rtol": 1e-6, "atol": 1e-9}
"""What the issue asks for is 1e-6; both add in float64, in another order."""


def last(tensor: torch.Tensor) -> np.ndarray:
    """Torch's batch, which leads, as ours, which is the last axis."""
    return np.ascontiguousarray(tensor.detach().movedim(0, -1).numpy())


def check(layer: Layer, theirs: Callable[..., torch.Tensor], shape: tuple[int, ...], ties: bool = False) -> None:
    """Result and all slopes of a layer for an input (N, …), with parameters and slopes drawn."""
    generator = torch.Generator().manual_seed(sum(shape))
    x = torch.randn(shape, generator=generator, dtype=torch.float64)
    x = (x * 2).round() / 2 if ties else x
    own = [torch.from_numpy(each.astype(np.float64)) for each in layer.start(np.random.default_rng(3))]
    for tensor in (x, *own):
        tensor.requires_grad_()
    result = theirs(x, *own)
    slope = torch.randn(result.shape, generator=generator, dtype=torch.float64)
    result.backward(slope)

    arrays, given = tuple(each.detach().numpy() for each in own), last(x)
    before = given.copy()
    answer, kept = layer.forward(given, arrays)
    np.testing.assert_allclose(answer, last(result), **CLOSE)
    by_x, by_own = layer.backward(last(slope), kept, arrays, True)
    np.testing.assert_allclose(by_x, last(x.grad), **CLOSE)
    for mine, other in zip(by_own, own, strict=True):
        np.testing.assert_allclose(mine, other.grad.numpy(), **CLOSE)
    np.testing.assert_array_equal(given, before)
    if own:
        none, again = layer.backward(last(slope), kept, arrays, False)
        assert none is None and all(np.array_equal(one, two) for one, two in zip(again, by_own, strict=True))


@pytest.mark.parametrize("strip", [1, 1 << 20])
@pytest.mark.parametrize(
    ("shape", "filters", "size_hw", "stride", "padding"),
    [
        ((3, 1, 28, 28), 8, (5, 5), 1, 0),
        ((2, 3, 17, 11), 4, (3, 3), 1, 1),
        ((1, 2, 17, 11), 3, (5, 2), 2, 0),
        ((5, 2, 11, 17), 3, (4, 3), 3, 2),
        ((2, 65, 4, 3), 33, (3, 3), 1, 1),
        ((4, 7, 9, 5), 2, (1, 1), 1, 0),
        ((4, 7, 9, 5), 2, (1, 1), 2, 0),
        ((1, 1, 1, 1), 1, (1, 1), 1, 0),
        ((2, 1, 1, 1), 2, (3, 3), 1, 1),
        ((2, 3, 6, 4), 5, (6, 4), 1, 0),
    ],
)
def test_convolution(
    shape: tuple[int, ...],
    filters: int,
    size_hw: tuple[int, int],
    stride: int,
    padding: int,
    strip: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(layers, "STRIP_BYTES", strip)
    layer = Convolution(shape[1], filters, size_hw, stride, padding)
    check(layer, lambda x, w, b: functional.conv2d(x, w, b, stride, padding), shape)


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize(
    ("shape", "size", "stride"),
    [
        ((3, 8, 24, 24), 2, None),
        ((2, 3, 17, 11), 2, None),
        ((1, 2, 17, 11), 3, 2),
        ((2, 2, 11, 17), 2, 1),
        ((2, 2, 9, 7), 2, 3),
        ((4, 5, 1, 1), 1, None),
        ((1, 1, 3, 3), 3, None),
    ],
)
def test_max_pooling(shape: tuple[int, ...], size: int, stride: int | None, ties: bool) -> None:
    check(MaxPooling(size, stride), lambda x: functional.max_pool2d(x, size, stride), shape, ties)


@pytest.mark.parametrize("shape", [(3, 2, 17, 11), (1, 1, 1, 1), (4, 5)])
def test_relu_and_flatten(shape: tuple[int, ...]) -> None:
    check(Relu(), functional.relu, shape, ties=True)
    check(Flatten(), lambda x: x.flatten(1), shape)


@pytest.mark.parametrize(("count", "inputs", "outputs"), [(1, 1, 1), (7, 256, 10), (1, 13, 5), (64, 3, 1003)])
def test_dense(count: int, inputs: int, outputs: int) -> None:
    check(Dense(inputs, outputs), functional.linear, (count, inputs))


@pytest.mark.parametrize("size", [1.0, 1e4])
@pytest.mark.parametrize("soft", [False, True])
def test_softmax_and_cross_entropy(soft: bool, size: float) -> None:
    generator = torch.Generator().manual_seed(0)
    scores = (size * torch.randn(9, 5, generator=generator, dtype=torch.float64)).requires_grad_()
    targets = torch.arange(9) % 5
    if soft:
        targets = torch.rand(9, 5, generator=generator, dtype=torch.float64)
        targets = targets / targets.sum(dim=1, keepdim=True)
    theirs = functional.cross_entropy(scores, targets)
    theirs.backward()
    loss, slope = cross_entropy(last(scores), last(targets) if soft else targets.numpy())
    assert loss == pytest.approx(theirs.item(), rel=1e-9)
    np.testing.assert_allclose(slope, last(scores.grad), **CLOSE)
    np.testing.assert_allclose(softmax(last(scores)), last(torch.softmax(scores, dim=1)), **CLOSE)


def twins(seed: int = 0) -> tuple[NumpyNetwork, nn.Sequential]:
    """The network for pictures of 17×19 in two colours, and torch's with the same parameters, in float64."""
    ours = NumpyNetwork.start(digit_layers(2, (17, 19), 3), seed)
    ours.parameters = [tuple(each.astype(np.float64) for each in own) for own in ours.parameters]
    theirs = nn.Sequential(
        *(nn.Conv2d(2, 8, 5), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 16, 5), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(16, 3)),
    ).double()
    flat = [each for own in ours.parameters for each in own]
    with torch.no_grad():
        for parameter, array in zip(theirs.parameters(), flat, strict=True):
            parameter.copy_(torch.from_numpy(array))
    return ours, theirs


@pytest.mark.parametrize(
    ("optimizer", "peer"),
    [
        (Sgd(0.1), lambda p: torch.optim.SGD(p, 0.1)),
        (Sgd(0.05, momentum=0.9), lambda p: torch.optim.SGD(p, 0.05, momentum=0.9)),
        (Adam(0.01), lambda p: torch.optim.Adam(p, 0.01)),
        (Adam(0.01, (0.8, 0.99), 1e-5), lambda p: torch.optim.Adam(p, 0.01, (0.8, 0.99), 1e-5)),
        (Adam(0.01, weight_decay=0.1), lambda p: torch.optim.AdamW(p, 0.01, weight_decay=0.1)),
    ],
)
def test_the_whole_network_and_every_step_of_a_training(
    optimizer: Sgd | Adam, peer: Callable[..., torch.optim.Optimizer]
) -> None:
    ours, theirs = twins()
    other = peer(theirs.parameters())
    generator = torch.Generator().manual_seed(5)
    for count in (4, 1, 6, 6, 5):
        images = torch.randn(count, 2, 17, 19, generator=generator, dtype=torch.float64)
        labels = torch.arange(count) % 3
        np.testing.assert_allclose(ours.scores(images.numpy()), theirs(images).detach().numpy(), **CLOSE)
        other.zero_grad()
        loss = functional.cross_entropy(theirs(images), labels)
        loss.backward()
        mine, slopes = ours.gradients(images.numpy(), labels.numpy())
        assert mine == pytest.approx(loss.item(), rel=1e-9)
        flat = [each for own in slopes for each in own]
        for slope, parameter in zip(flat, theirs.parameters(), strict=True):
            np.testing.assert_allclose(slope, parameter.grad.numpy(), **CLOSE)
        assert ours.step(images.numpy(), labels.numpy(), optimizer) == mine
        other.step()
        weights = [each for own in ours.parameters for each in own]
        for array, parameter in zip(weights, theirs.parameters(), strict=True):
            np.testing.assert_allclose(array, parameter.detach().numpy(), **CLOSE)
