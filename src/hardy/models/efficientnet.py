"""EfficientNet-B0.

Source: Tan and Le, "EfficientNet: rethinking model scaling for convolutional neural networks", 2019, table 1.
Parameters are named as torchvision names them.
"""

from torch import Tensor, nn

from hardy.models.architecture import IMAGENET, Architecture
from hardy.models.blocks import (
    ConvNorm,
    SqueezeExcite,
    StochasticDepth,
    dropout_or,
    initialise,
    refuse_small,
    to_multiple,
)
from hardy.models.network import Network

NAME = "efficientnet-b0"
STAGES = (
    (1, 3, 1, 16, 1),
    (6, 3, 2, 24, 2),
    (6, 5, 2, 40, 2),
    (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3),
    (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
)
"""Widening, kernel, stride of the first block, filters out, blocks."""
DEPTH_RATE = 0.2
"""Stochastic depth that the last block comes near to; it rises from 0."""


def _swish() -> nn.Module:
    return nn.SiLU(inplace=True)


class Inverted(nn.Module):
    """Widened by 1×1, 3×3 or 5×5 on each map, maps weighed, narrowed by 1×1; added to what comes in where it fits."""

    def __init__(self, inputs: int, outputs: int, widening: int, kernel: int, stride: int, rate: float) -> None:
        super().__init__()
        middle = to_multiple(inputs * widening)
        layers: list[nn.Module] = [ConvNorm(inputs, middle, 1, activation=_swish)] if middle != inputs else []
        self.block = nn.Sequential(
            *layers,
            ConvNorm(middle, middle, kernel, stride, groups=middle, activation=_swish),
            SqueezeExcite(middle, max(1, inputs // 4), _swish, nn.Sigmoid),
            ConvNorm(middle, outputs, 1, activation=None),
        )
        self.adds = stride == 1 and inputs == outputs
        self.depth = StochasticDepth(rate)

    def forward(self, maps: Tensor) -> Tensor:
        """(N, inputs, h, w) → (N, outputs, h / stride, w / stride)."""
        result: Tensor = self.block(maps)
        return maps + self.depth(result) if self.adds else result


class EfficientNet(Network):
    """A convolution, seven stages of blocks, 1×1, the average, one linear layer."""

    last = "classifier.1"

    def __init__(self, channels: int, classes: int, dropout: float | None, width: float) -> None:
        super().__init__()
        inputs = to_multiple(32 * width)
        layers: list[nn.Module] = [ConvNorm(channels, inputs, 3, 2, activation=_swish)]
        total, done = sum(stage[-1] for stage in STAGES), 0
        for widening, kernel, stride, filters, count in STAGES:
            outputs = to_multiple(filters * width)
            blocks = []
            for number in range(count):
                rate = DEPTH_RATE * (done + number) / total
                blocks.append(Inverted(inputs, outputs, widening, kernel, 1 if number else stride, rate))
                inputs = outputs
            layers.append(nn.Sequential(*blocks))
            done += count
        layers.append(ConvNorm(inputs, 4 * inputs, 1, activation=_swish))
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(dropout_or(dropout, 0.2), nn.Linear(4 * inputs, classes))
        initialise(self)

    def head(self, maps: Tensor) -> Tensor:
        """Maps → scores."""
        scores: Tensor = self.classifier(maps.mean(dim=(2, 3)))
        return scores


def build(
    channels: int, size_hw: tuple[int, int], classes: int, dropout: float | None = None, width: float = 1.0
) -> Network:
    """See `hardy.models.architecture.Build`."""
    refuse_small(NAME, size_hw, 1)
    return EfficientNet(channels, classes, dropout, width)


ARCHITECTURES = (
    Architecture(
        name=NAME,
        build=build,
        summary="sixteen inverted blocks in seven stages",
        author="Tan",
        year=2019,
        depth=50,
        input=IMAGENET,
        classes=1000,
        reference='Tan and Le, "EfficientNet: rethinking model scaling for convolutional neural networks"',
        error="top-5 6.7%",
        error_note="ImageNet 2012 validation, one network, one crop",
    ),
)
