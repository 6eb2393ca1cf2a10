"""ConvNeXt-Tiny: convolutions of 7×7 on each map, and the manners of vision transformers.

Source: Liu, Mao, Wu, Feichtenhofer, Darrell and Xie, "A ConvNet for the 2020s", 2022. Parameters are named as
torchvision names them.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from hardy.models.architecture import IMAGENET, Architecture
from hardy.models.blocks import StochasticDepth, at_width, dropout_or, refuse_small
from hardy.models.network import Network

NAME, SMALLEST = "convnext-tiny", 32
STAGES = ((96, 3), (192, 3), (384, 9), (768, 3))
"""Maps and blocks of each stage."""
DEPTH_RATE = 0.1
"""Stochastic depth of the last block; it rises from 0."""


class MapNorm(nn.LayerNorm):
    """Layer normalisation over the maps at each place."""

    def forward(self, maps: Tensor) -> Tensor:
        """(N, D, h, w) → the same."""
        places = maps.permute(0, 2, 3, 1)
        return functional.layer_norm(places, self.normalized_shape, self.weight, self.bias, self.eps).permute(
            0, 3, 1, 2
        )


class Turn(nn.Module):
    """Maps last, or second again."""

    def __init__(self, order: tuple[int, ...]) -> None:
        super().__init__()
        self.order = order

    def forward(self, values: Tensor) -> Tensor:
        """Permute the axes."""
        return values.permute(self.order)


class Block(nn.Module):
    """The sum of what comes in, and 7×7 on each map, then two dense layers at each place."""

    def __init__(self, channels: int, rate: float) -> None:
        super().__init__()
        self.block = nn.Sequential(
            nn.Conv2d(channels, channels, 7, padding=3, groups=channels),
            Turn((0, 2, 3, 1)),
            nn.LayerNorm(channels, eps=1e-6),
            nn.Linear(channels, 4 * channels),
            nn.GELU(),
            nn.Linear(4 * channels, channels),
            Turn((0, 3, 1, 2)),
        )
        self.layer_scale = nn.Parameter(torch.full((channels, 1, 1), 1e-6))
        self.depth = StochasticDepth(rate)

    def forward(self, maps: Tensor) -> Tensor:
        """(N, D, h, w) → the same."""
        added: Tensor = maps + self.depth(self.layer_scale * self.block(maps))
        return added


class ConvNeXt(Network):
    """4×4 patches, four stages with a 2×2 convolution between, the average, one linear layer."""

    last = "classifier.2"

    def __init__(self, channels: int, classes: int, dropout: float | None, width: float) -> None:
        super().__init__()
        inputs = at_width(STAGES[0][0], width)
        layers: list[nn.Module] = [nn.Sequential(nn.Conv2d(channels, inputs, 4, 4), MapNorm(inputs, eps=1e-6))]
        total, done = sum(count for _, count in STAGES), 0
        for number, (filters, count) in enumerate(STAGES):
            outputs = at_width(filters, width)
            if number:
                layers.append(nn.Sequential(MapNorm(inputs, eps=1e-6), nn.Conv2d(inputs, outputs, 2, 2)))
            rates = [DEPTH_RATE * (done + block) / (total - 1) for block in range(count)]
            layers.append(nn.Sequential(*(Block(outputs, rate) for rate in rates)))
            inputs, done = outputs, done + count
        self.features = nn.Sequential(*layers)
        self.dropout = dropout_or(dropout, 0.0)
        self.classifier = nn.Sequential(MapNorm(inputs, eps=1e-6), nn.Flatten(1), nn.Linear(inputs, classes))
        for module in self.modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                nn.init.trunc_normal_(module.weight, std=0.02)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)

    def head(self, maps: Tensor) -> Tensor:
        """Maps → scores."""
        scores: Tensor = self.classifier(self.dropout(maps.mean(dim=(2, 3), keepdim=True)))
        return scores


def build(
    channels: int, size_hw: tuple[int, int], classes: int, dropout: float | None = None, width: float = 1.0
) -> Network:
    """See `hardy.models.architecture.Build`."""
    refuse_small(NAME, size_hw, SMALLEST)
    return ConvNeXt(channels, classes, dropout, width)


ARCHITECTURES = (
    Architecture(
        name=NAME,
        build=build,
        summary="eighteen blocks of 7×7 on each map and two dense layers at each place",
        author="Liu",
        year=2022,
        depth=59,
        input=IMAGENET,
        classes=1000,
        reference='Liu et al., "A ConvNet for the 2020s"',
        error="top-1 17.9%",
        error_note="ImageNet 2012 validation, one network, one crop",
        smallest=SMALLEST,
        learning_rate=0.001,
    ),
)
