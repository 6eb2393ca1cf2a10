"""Blocks that several architectures are built of."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from hardy.errors import InputError

Activation = Callable[[], nn.Module]


def relu() -> nn.Module:
    """max(0, x), in place."""
    return nn.ReLU(inplace=True)


def at_width(filters: int, width: float) -> int:
    """So many filters of a network that is made narrower or wider, at least one."""
    return max(1, round(filters * width))


def to_multiple(filters: float, of: int = 8) -> int:
    """The nearest multiple, but never below nine tenths of what was asked for (the rule of MobileNet's authors).

    Example:
        >>> to_multiple(18), to_multiple(12), to_multiple(3)
        (24, 16, 8)
    """
    rounded = max(of, int(filters + of / 2) // of * of)
    return rounded + of if rounded < 0.9 * filters else rounded


class ConvNorm(nn.Sequential):
    """A convolution without bias, batch normalisation, and an activation; "same" padding for odd kernels.

    The parts are numbered 0, 1, 2.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int = 1,
        stride: int = 1,
        groups: int = 1,
        activation: Activation | None = relu,
        eps: float = 1e-5,
        momentum: float = 0.1,
    ) -> None:
        parts: list[nn.Module] = [
            nn.Conv2d(inputs, outputs, kernel, stride, (kernel - 1) // 2, groups=groups, bias=False),
            nn.BatchNorm2d(outputs, eps, momentum),
        ]
        super().__init__(*parts, *([activation()] if activation else []))


class NamedConvNorm(nn.Module):
    """The same with the parts called `conv` and `bn`, as in the Inception family; ReLU.

    Args:
        inputs: channels.
        outputs: channels.
        kernel: of both sides, or (height, width).
        stride: of both sides.
        padding: of both sides, or (height, width).
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int | tuple[int, int] = 1,
        stride: int = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(outputs, eps=0.001)

    def forward(self, maps: Tensor) -> Tensor:
        """Convolve, normalise, cut off below zero."""
        return functional.relu(self.bn(self.conv(maps)), inplace=True)


class AveragePoolTo(nn.Module):
    """Averages over a grid of so many cells, whatever the size of the maps.

    Cell i covers rows floor(i·h/n) to ceil((i+1)·h/n), as torch's adaptive pooling has it. Written as two products with
    fixed matrices, since torch's own has no backward pass on a GPU that gives the same bits twice.

    Args:
        cells: of a side.
    """

    def __init__(self, cells: int) -> None:
        super().__init__()
        self.cells = cells

    def forward(self, maps: Tensor) -> Tensor:
        """(N, D, h, w) → (N, D, cells, cells)."""
        height, width = maps.shape[-2:]
        if height == width == self.cells:
            return maps
        if self.cells == 1:
            return maps.mean(dim=(2, 3), keepdim=True)
        return self._matrix(height, maps) @ maps @ self._matrix(width, maps).T

    def _matrix(self, size: int, like: Tensor) -> Tensor:
        matrix = torch.zeros(self.cells, size, dtype=like.dtype)
        for cell in range(self.cells):
            first, end = cell * size // self.cells, -(-(cell + 1) * size // self.cells)
            matrix[cell, first:end] = 1 / (end - first)
        return matrix.to(like.device)

    def extra_repr(self) -> str:
        """For printing."""
        return str(self.cells)


class GlobalMaxPool(nn.Module):
    """The largest value of each map: (N, D, h, w) → (N, D)."""

    def forward(self, maps: Tensor) -> Tensor:
        """Take it."""
        return maps.amax(dim=(2, 3))


class SqueezeExcite(nn.Module):
    """Each map times a weight between 0 and 1 that the averages of all maps decide.

    Source: Hu, Shen and Sun, "Squeeze-and-excitation networks", 2018.
    """

    def __init__(self, channels: int, squeezed: int, activation: Activation, gate: Activation) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(channels, squeezed, 1)
        self.fc2 = nn.Conv2d(squeezed, channels, 1)
        self.activation = activation()
        self.gate = gate()

    def forward(self, maps: Tensor) -> Tensor:
        """Weigh the maps."""
        means = maps.mean(dim=(2, 3), keepdim=True)
        weighed: Tensor = maps * self.gate(self.fc2(self.activation(self.fc1(means))))
        return weighed


class StochasticDepth(nn.Module):
    """While training, leaves a residual branch out for some pictures and makes up for it in the others.

    Source: Huang et al., "Deep networks with stochastic depth", 2016.

    Args:
        rate: of pictures whose branch is left out, below 1.
    """

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, branch: Tensor) -> Tensor:
        """(N, …) → the same, zero for some of N."""
        if not self.training or self.rate == 0:
            return branch
        shape = [len(branch)] + [1] * (branch.ndim - 1)
        kept = torch.empty(shape, dtype=branch.dtype, device=branch.device).bernoulli_(1 - self.rate)
        return branch * kept / (1 - self.rate)

    def extra_repr(self) -> str:
        """For printing."""
        return str(self.rate)


class ResponseNorm(nn.Module):
    """Each value over (2 + 10⁻⁴ · the sum of squares of 5 neighbouring maps at that place) to the power of ¾.

    Source: Krizhevsky, Sutskever and Hinton, 2012, section 3.3, with the constants given there.
    """

    def forward(self, maps: Tensor) -> Tensor:
        """Normalise across maps."""
        squares = functional.pad(maps.square(), (0, 0, 0, 0, 2, 2))
        count = maps.shape[1]
        total = sum(squares[:, first : first + count] for first in range(5))
        normalised: Tensor = maps * (2 + 1e-4 * total) ** -0.75
        return normalised


class SamePad(nn.Module):
    """Zeros around, so that a kernel at a stride gives ceil(size / stride), the odd one at the bottom and right.

    Args:
        kernel: of the layer that follows.
        stride: of the layer that follows.
    """

    def __init__(self, kernel: int, stride: int) -> None:
        super().__init__()
        self.kernel, self.stride = kernel, stride

    def forward(self, maps: Tensor) -> Tensor:
        """Pad."""
        around: list[int] = []
        for size in (maps.shape[-1], maps.shape[-2]):
            lacking = max(0, (-(-size // self.stride) - 1) * self.stride + self.kernel - size)
            around += [lacking // 2, lacking - lacking // 2]
        return functional.pad(maps, around)

    def extra_repr(self) -> str:
        """For printing."""
        return f"{self.kernel}, stride={self.stride}"


def dropout_or(rate: float | None, own: float) -> nn.Dropout:
    """Dropout at the rate asked for, or the architecture's own."""
    return nn.Dropout(own if rate is None else rate)


def initialise(network: nn.Module) -> None:
    """He's normal distribution for convolutions, N(0, 0.01²) for linear layers, zero for biases.

    Source: He et al., "Delving deep into rectifiers", 2015. Linear layers are drawn as VGG's authors drew theirs.
    """
    if _has_shapes_only(network):
        return
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        elif isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, 0, 0.01)
        if isinstance(module, nn.Conv2d | nn.Linear) and module.bias is not None:
            nn.init.zeros_(module.bias)


def initialise_uniform(network: nn.Module) -> None:
    """He's uniform distribution everywhere, with which signals keep their size where nothing normalises them."""
    if _has_shapes_only(network):
        return
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            nn.init.kaiming_uniform_(module.weight, nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)


def _has_shapes_only(network: nn.Module) -> bool:
    """Drawing for the meta device loads torch's compiler, a second that `hardy models` need not wait."""
    return all(parameter.is_meta for parameter in network.parameters())


def refuse_small(name: str, size_hw: tuple[int, int], smallest: int) -> None:
    """Raise where the layers would leave nothing of a picture.

    Raises:
        InputError: a side is below `smallest`.
    """
    if min(size_hw) < smallest:
        raise InputError(
            f"pictures of {size_hw[0]}×{size_hw[1]} pixels are too small for {name}, which needs "
            f"{smallest}×{smallest}; take another model, or a larger --size"
        )
