"""What an architecture's layers make of a picture: shapes, parameters, multiplications."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from hardy.models.architecture import Architecture
from hardy.models.network import Network, count_parameters, count_statistics

_HIDDEN = (nn.Dropout, nn.Identity)
_COUNTED = (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)


@dataclass(frozen=True)
class Layer:
    """One layer.

    Args:
        name: as in the file of weights.
        kind: of torch's module, such as Conv2d.
        output: its shape without the batch.
        parameters: trainable.
        multiply_adds: for one picture; None for layers that are neither convolutions nor linear.
    """

    name: str
    kind: str
    output: tuple[int, ...]
    parameters: int
    multiply_adds: int | None


@dataclass(frozen=True)
class LayerTable:
    """An architecture, layer by layer, at one size.

    Args:
        name: of the architecture.
        input: (channels, height, width).
        classes: outputs.
        layers: in the order in which they are run.
        stages: (name, output shape) of the network's parts, in order.
        parameters: trainable, of the whole, auxiliary heads included.
        statistics: numbers kept beside them that are measured, not learned.
    """

    name: str
    input: tuple[int, int, int]
    classes: int
    layers: tuple[Layer, ...]
    stages: tuple[tuple[str, tuple[int, ...]], ...]
    parameters: int
    statistics: int

    @property
    def multiply_adds(self) -> int:
        """For one picture, on the way from the picture to its scores."""
        return sum(layer.multiply_adds or 0 for layer in self.layers)


def layer_table(
    architecture: Architecture,
    channels: int | None = None,
    size_hw: tuple[int, int] | None = None,
    classes: int | None = None,
) -> LayerTable:
    """Run an architecture on a picture that has a shape and no content.

    Args:
        architecture: see `hardy.models.find_architecture`.
        channels: as it was published for, by default.
        size_hw: likewise.
        classes: likewise.

    Raises:
        InputError: the size is too small for the layers.

    Example:
        >>> from hardy.models import find_architecture
        >>> table = layer_table(find_architecture("conv-16"))
        >>> [(layer.name, layer.output) for layer in table.layers][:2]
        [('features.0', (16, 26, 26)), ('features.2', (16, 13, 13))]
        >>> table.multiply_adds  # 26·26 places of 3·3·16, and 2,704·10
        124384
    """
    shape = (channels or architecture.input[0], *(size_hw or architecture.input[1:]))
    count = classes or architecture.classes
    with torch.device("meta"):
        network = architecture.build(shape[0], shape[1:], count).eval()
        images = torch.empty(1, *shape)
    layers: list[Layer] = []
    stages: list[tuple[str, tuple[int, ...]]] = []
    with contextlib.ExitStack() as listening, torch.inference_mode():
        for name, module in network.named_modules():
            if not list(module.children()) and not isinstance(module, _HIDDEN):
                listening.enter_context(_told(module, _collect_layer(name, layers)))
        for name, module in _parts(network):
            listening.enter_context(_told(module, _collect_stage(name, stages)))
        network(images)
    return LayerTable(
        architecture.name,
        shape,
        count,
        tuple(layers),
        tuple(stages),
        count_parameters(network),
        count_statistics(network),
    )


def _parts(network: Network) -> list[tuple[str, nn.Module]]:
    """The network's own children, and those of its `features` where that is a sequence."""
    parts: list[tuple[str, nn.Module]] = []
    for name, child in network.named_children():
        inner = isinstance(child, nn.Sequential | nn.ModuleList) and name in (
            "features",
            "head",
            "classifier",
            "down",
            "up",
        )
        parts += [(f"{name}.{n}", c) for n, c in child.named_children()] if inner else [(name, child)]
    return parts


def _told(module: nn.Module, hook: Callable[..., None]) -> contextlib.AbstractContextManager[None]:
    @contextlib.contextmanager
    def listening() -> Iterator[None]:
        handle = module.register_forward_hook(hook)
        try:
            yield
        finally:
            handle.remove()

    return listening()


def _collect_stage(name: str, stages: list[tuple[str, tuple[int, ...]]]) -> Callable[..., None]:
    def hook(_: nn.Module, __: Any, output: Tensor) -> None:
        stages.append((name, tuple(output.shape[1:])))

    return hook


def _collect_layer(name: str, layers: list[Layer]) -> Callable[..., None]:
    def hook(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        parameters = count_parameters(module)
        if not parameters and output.shape == inputs[0].shape:
            return  # activations, and what only turns axes
        products = _multiply_adds(module, inputs[0], output) if isinstance(module, _COUNTED) else None
        layers.append(Layer(name, type(module).__name__, tuple(output.shape[1:]), parameters, products))

    return hook


def _multiply_adds(module: nn.Module, images: Tensor, output: Tensor) -> int:
    """Each output of a convolution sees a kernel's weights once; transposed, each input does."""
    weights = module.get_parameter("weight")
    places = images if isinstance(module, nn.ConvTranspose2d) else output
    if isinstance(module, nn.Linear):
        return weights.numel() * (output.numel() // output.shape[-1])
    return weights.numel() * places.shape[-2] * places.shape[-1]
