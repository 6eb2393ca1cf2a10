"""The NumPy network as `--model numpy`: the run's loop talks to torch, and NumPy does the work.

Each layer is a torch module whose forward and backward are those of `hardy.models.numpy_network`; so are the loss and
Adam. What torch adds is the order in which backwards are called, and names for the parameters: checkpoints, `--resume`,
`--weights`, prediction and reports are what they are for every network. torch's own layers, from which these inherit,
draw the first weights and answer on "meta", where there are shapes and no numbers.
"""

import contextlib
import functools
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch
from threadpoolctl import ThreadpoolController
from torch import Tensor, nn

from hardy.errors import InputError
from hardy.models import numpy_network
from hardy.models.architecture import Architecture
from hardy.models.blocks import at_width, refuse_small
from hardy.models.network import TwoPart

NAME, SMALLEST = "numpy", 16


def to_array(maps: Tensor) -> np.ndarray:
    """The same numbers with the batch as the last axis; nothing is copied."""
    return maps.detach().movedim(0, -1).numpy()


def to_tensor(maps: np.ndarray) -> Tensor:
    """Back."""
    return torch.from_numpy(maps).movedim(-1, 0)


@functools.cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController().select(user_api="blas")


def one_thread() -> contextlib.AbstractContextManager[object]:
    """NumPy's products of matrices in one thread, and afterwards as they were.

    They are small: a second thread costs more than it does, ten times as much where another program wants the
    processor; and without it, the same seed has the same bits on any number of processors.
    """
    return _controller().limit(limits=1)


class _Applied(torch.autograd.Function):
    """A layer of NumPy's among torch's."""

    @staticmethod
    def forward(ctx: Any, layer: numpy_network.Layer, maps: Tensor, *parameters: Tensor) -> Tensor:
        ctx.layer, ctx.parameters = layer, tuple(each.detach().numpy() for each in parameters)
        with one_thread():
            result, ctx.kept = layer.forward(np.ascontiguousarray(to_array(maps)), ctx.parameters)
        return to_tensor(result)

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor) -> tuple[Tensor | None, ...]:
        slope = np.ascontiguousarray(to_array(slopes[0]))
        with one_thread():
            below, own = ctx.layer.backward(slope, ctx.kept, ctx.parameters, ctx.needs_input_grad[1])
        return None, None if below is None else to_tensor(below), *map(torch.from_numpy, own)


class _Loss(torch.autograd.Function):
    """The cross-entropy of NumPy's."""

    @staticmethod
    def forward(ctx: Any, scores: Tensor, targets: Tensor) -> Tensor:
        wanted = targets.numpy() if targets.ndim == 1 else to_array(targets)
        loss, ctx.slope = numpy_network.cross_entropy(to_array(scores), wanted)
        return scores.new_tensor(loss)

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor) -> tuple[Tensor | None, ...]:
        return slopes[0] * to_tensor(ctx.slope), None


class _Bridged(nn.Module):
    """Mixed into a module of torch's: its parameters, and NumPy's arithmetic."""

    layer: numpy_network.Layer

    def forward(self, maps: Tensor) -> Tensor:
        """Apply the layer."""
        if maps.is_meta:
            return super().forward(maps)
        if maps.device.type != "cpu":
            raise InputError(f"{NAME} runs on the CPU alone, and the pictures are on {maps.device}")
        return _Applied.apply(self.layer, maps, *self.parameters())


class NumpyConv2d(_Bridged, nn.Conv2d):
    """See `numpy_network.Convolution`."""


class NumpyReLU(_Bridged, nn.ReLU):
    """See `numpy_network.Relu`."""


class NumpyMaxPool2d(_Bridged, nn.MaxPool2d):
    """See `numpy_network.MaxPooling`."""


class NumpyFlatten(_Bridged, nn.Flatten):
    """See `numpy_network.Flatten`."""


class NumpyLinear(_Bridged, nn.Linear):
    """See `numpy_network.Dense`."""


def bridge(layer: numpy_network.Layer) -> nn.Module:
    """The module that computes with a layer.

    Example:
        >>> module = bridge(numpy_network.MaxPooling(2))
        >>> module(torch.arange(16.0).reshape(1, 1, 4, 4)).flatten().tolist()
        [5.0, 7.0, 13.0, 15.0]
    """
    module: _Bridged
    match layer:
        case numpy_network.Convolution():
            sizes = (layer.channels, layer.filters, layer.size_hw, layer.stride, layer.padding)
            module = NumpyConv2d(*sizes)
        case numpy_network.MaxPooling():
            module = NumpyMaxPool2d(layer.size, layer.stride)
        case numpy_network.Dense():
            module = NumpyLinear(layer.inputs, layer.outputs)
        case numpy_network.Flatten():
            module = NumpyFlatten()
        case _:
            module = NumpyReLU()
    module.layer = layer
    return module


class NumpyAdam(torch.optim.Optimizer):
    """NumPy's Adam on parameters of torch's; its memory is saved and restored as that of torch's own.

    Args:
        groups: of parameters.
        weight_decay: decoupled.
    """

    def __init__(self, groups: Iterable[dict[str, Any]], weight_decay: float) -> None:
        super().__init__(list(groups), {"lr": 0.001, "weight_decay": weight_decay})

    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """Move what has a slope."""
        del closure  # torch's signature; none of ours is called again
        for group in self.param_groups:
            for weights in group["params"]:
                if weights.grad is not None:
                    self._move(weights, weights.grad, group)

    def _move(self, weights: Tensor, slope: Tensor, group: dict[str, Any]) -> None:
        memory = self.state[weights]
        if not memory:
            memory["step"] = torch.tensor(0.0)
            memory["exp_avg"] = torch.zeros_like(weights.detach())
            memory["exp_avg_sq"] = torch.zeros_like(weights.detach())
        memory["step"] += 1
        arrays = (weights.detach().numpy(), slope.numpy(), memory["exp_avg"].numpy(), memory["exp_avg_sq"].numpy())
        rest = {"rate": group["lr"], "weight_decay": group["weight_decay"]}
        numpy_network.adam_step(*arrays, step=int(memory["step"]), **rest)


class BridgedNetwork(TwoPart):
    """The NumPy network, with its own loss and optimiser."""

    def loss(self, scores: Tensor, targets: Tensor) -> Tensor:
        """See `Network.loss`."""
        return _Loss.apply(scores, targets)

    def make_optimizer(self, groups: list[dict[str, Any]], weight_decay: float) -> torch.optim.Optimizer:
        """See `Network.make_optimizer`."""
        return NumpyAdam(groups, weight_decay)


def build(
    channels: int, size_hw: tuple[int, int], classes: int, dropout: float | None = None, width: float = 1.0
) -> BridgedNetwork:
    """See `hardy.models.architecture.Build`.

    Raises:
        InputError: the pictures are too small, or dropout is asked for.
    """
    refuse_small(NAME, size_hw, SMALLEST)
    if dropout:
        raise InputError(f"{NAME} has no dropout: leave it out, or take conv-16-32, which has it")
    layers = numpy_network.digit_layers(channels, size_hw, classes, (at_width(8, width), at_width(16, width)))
    modules = [bridge(layer) for layer in layers]
    return BridgedNetwork(nn.Sequential(*modules[:-2]), nn.Sequential(*modules[-2:]), "head.1")


ARCHITECTURES = (
    Architecture(
        name=NAME,
        build=build,
        summary="two 5×5 convolutions, each pooled, and a dense layer: forwards, backwards and Adam in plain NumPy",
        author="lecture",
        year=None,
        depth=3,
        input=(1, 28, 28),
        classes=10,
        reference="the lecture's network in NumPy",
        error=None,
        error_note="the lecture trains none of this size",
        smallest=SMALLEST,
        learning_rate=0.005,
        devices=("cpu",),
    ),
)
