"""GoogLeNet: nine Inception modules, each of which looks at four sizes at once.

Source: Szegedy et al., "Going deeper with convolutions", 2014, table 1. As in torchvision, whose parameter names
these are: batch normalisation after each convolution, which the paper does not have yet, and 3×3 where the paper's
third branch has 5×5. `googlenet-aux` has the paper's two auxiliary heads, which only training uses.
"""

from functools import partial
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from hardy.models.architecture import IMAGENET, Architecture
from hardy.models.blocks import AveragePoolTo, NamedConvNorm, at_width, dropout_or, initialise, refuse_small
from hardy.models.network import Network

SMALLEST = 15
MODULES = {
    "inception3a": (64, 96, 128, 16, 32, 32),
    "inception3b": (128, 128, 192, 32, 96, 64),
    "inception4a": (192, 96, 208, 16, 48, 64),
    "inception4b": (160, 112, 224, 24, 64, 64),
    "inception4c": (128, 128, 256, 24, 64, 64),
    "inception4d": (112, 144, 288, 32, 64, 64),
    "inception4e": (256, 160, 320, 32, 128, 128),
    "inception5a": (256, 160, 320, 32, 128, 128),
    "inception5b": (384, 192, 384, 48, 128, 128),
}
"""The paper's columns: 1×1; 3×3 reduced, 3×3; 5×5 reduced, 5×5; after pooling."""


class Inception(nn.Module):
    """Four branches side by side: 1×1; 1×1 and 3×3; 1×1 and a larger; pooling and 1×1."""

    def __init__(self, inputs: int, filters: tuple[int, ...]) -> None:
        super().__init__()
        one, reduce3, three, reduce5, five, pooled = filters
        self.outputs = one + three + five + pooled
        self.branch1 = NamedConvNorm(inputs, one)
        self.branch2 = nn.Sequential(NamedConvNorm(inputs, reduce3), NamedConvNorm(reduce3, three, 3, padding=1))
        self.branch3 = nn.Sequential(NamedConvNorm(inputs, reduce5), NamedConvNorm(reduce5, five, 3, padding=1))
        self.branch4 = nn.Sequential(nn.MaxPool2d(3, 1, 1, ceil_mode=True), NamedConvNorm(inputs, pooled))

    def forward(self, maps: Tensor) -> Tensor:
        """(N, inputs, h, w) → (N, outputs, h, w)."""
        return torch.cat([self.branch1(maps), self.branch2(maps), self.branch3(maps), self.branch4(maps)], dim=1)


class AuxiliaryHead(nn.Module):
    """Class scores from maps half way up."""

    def __init__(self, inputs: int, classes: int, dropout: float | None, width: float) -> None:
        super().__init__()
        filters, dense = at_width(128, width), at_width(1024, width)
        self.pool = AveragePoolTo(4)
        self.conv = NamedConvNorm(inputs, filters)
        self.fc1 = nn.Linear(filters * 4 * 4, dense)
        self.dropout = dropout_or(dropout, 0.7)
        self.fc2 = nn.Linear(dense, classes)

    def forward(self, maps: Tensor) -> Tensor:
        """Maps → scores."""
        dense = functional.relu(self.fc1(self.conv(self.pool(maps)).flatten(1)), inplace=True)
        scores: Tensor = self.fc2(self.dropout(dense))
        return scores


class GoogLeNet(Network):
    """Three convolutions, nine modules, the average, one linear layer."""

    last = "fc"

    def __init__(self, channels: int, classes: int, dropout: float | None, width: float) -> None:
        super().__init__()
        first, second = at_width(64, width), at_width(192, width)
        self.conv1 = NamedConvNorm(channels, first, 7, 2, 3)
        self.maxpool1 = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.conv2 = NamedConvNorm(first, first)
        self.conv3 = NamedConvNorm(first, second, 3, padding=1)
        self.maxpool2 = nn.MaxPool2d(3, 2, ceil_mode=True)
        inputs = second
        self.widths: dict[str, int] = {}
        for name, filters in MODULES.items():
            module = Inception(inputs, tuple(at_width(count, width) for count in filters))
            inputs = self.widths[name] = module.outputs
            self.add_module(name, module)
        self.maxpool3 = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.maxpool4 = nn.MaxPool2d(2, 2, ceil_mode=True)
        self.dropout = dropout_or(dropout, 0.2)
        self.fc = nn.Linear(inputs, classes)
        initialise(self)

    def stages(self, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The maps after modules 4a, 4d and 5b."""
        maps = self.maxpool1(self.conv1(images))
        maps = self.maxpool2(self.conv3(self.conv2(maps)))
        kept = {}
        for name in MODULES:
            maps = self.get_submodule(name)(maps)
            if name in ("inception4a", "inception4d"):
                kept[name] = maps
            if name == "inception3b":
                maps = self.maxpool3(maps)
            elif name == "inception4e":
                maps = self.maxpool4(maps)
        return kept["inception4a"], kept["inception4d"], maps

    def features(self, images: Tensor) -> Tensor:
        """Images → the last module's maps."""
        return self.stages(images)[2]

    def head(self, maps: Tensor) -> Tensor:
        """Maps → scores."""
        scores: Tensor = self.fc(self.dropout(maps.mean(dim=(2, 3))))
        return scores


class GoogLeNetAux(GoogLeNet):
    """The same with the paper's auxiliary heads, each of which counts 0.3 in training."""

    auxiliary: ClassVar[tuple[str, ...]] = ("aux1.fc2", "aux2.fc2")
    auxiliary_weight: ClassVar[float] = 0.3

    def __init__(self, channels: int, classes: int, dropout: float | None, width: float) -> None:
        super().__init__(channels, classes, dropout, width)
        self.aux1 = AuxiliaryHead(self.widths["inception4a"], classes, dropout, width)
        self.aux2 = AuxiliaryHead(self.widths["inception4d"], classes, dropout, width)
        initialise(self)

    def all_scores(self, images: Tensor) -> tuple[Tensor, ...]:
        """The class scores, then those of the auxiliary heads, for training."""
        first, second, maps = self.stages(images)
        return self.head(maps), self.aux1(first), self.aux2(second)


def build(
    channels: int,
    size_hw: tuple[int, int],
    classes: int,
    dropout: float | None = None,
    width: float = 1.0,
    auxiliary: bool = False,
) -> Network:
    """See `hardy.models.architecture.Build`.

    Args:
        auxiliary: with the auxiliary heads.
    """
    refuse_small("googlenet", size_hw, SMALLEST)
    return (GoogLeNetAux if auxiliary else GoogLeNet)(channels, classes, dropout, width)


def _entry(auxiliary: bool) -> Architecture:
    return Architecture(
        name="googlenet-aux" if auxiliary else "googlenet",
        build=partial(build, auxiliary=auxiliary),
        summary=f"nine Inception modules{', two auxiliary heads while it trains' if auxiliary else ''}",
        author="Szegedy",
        year=2014,
        depth=22,
        input=IMAGENET,
        classes=1000,
        reference='Szegedy et al., "Going deeper with convolutions"',
        error="top-5 6.67%",
        error_note="ImageNet 2014 test, seven networks and 144 crops; one network, one crop: 10.07% (validation)",
        smallest=SMALLEST,
    )


ARCHITECTURES = (_entry(False), _entry(True))
