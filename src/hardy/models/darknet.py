"""Darknet-19 and Darknet-53, what YOLO looks with.

Source: Redmon and Farhadi, "YOLO9000", 2016, table 6, and "YOLOv3", 2018, table 1. Batch normalisation and a leaky
ReLU of slope 0.1 after each convolution but Darknet-19's last, which makes the scores.
"""

from functools import partial

from torch import Tensor, nn

from hardy.models.architecture import Architecture
from hardy.models.blocks import ConvNorm, at_width, dropout_or, initialise, refuse_small
from hardy.models.network import Network

SMALLEST_19 = 32
GROUPS_19 = ((32,), (64,), (128, 64, 128), (256, 128, 256), (512, 256, 512, 256, 512), (1024, 512, 1024, 512, 1024))
"""Filters between poolings: 3×3, and 1×1 in every second place."""
STAGES_53 = ((64, 1), (128, 2), (256, 8), (512, 8), (1024, 4))
"""Filters and residual blocks of each stage."""


def _leaky() -> nn.Module:
    return nn.LeakyReLU(0.1, inplace=True)


def _layer(inputs: int, outputs: int, kernel: int, stride: int = 1) -> ConvNorm:
    return ConvNorm(inputs, outputs, kernel, stride, activation=_leaky)


class Darknet19(Network):
    """Eighteen convolutions with pooling between, a 1×1 convolution to the classes, the average."""

    last = "score"

    def __init__(self, channels: int, classes: int, dropout: float | None, width: float) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inputs = channels
        for number, group in enumerate(GROUPS_19):
            if number:
                layers.append(nn.MaxPool2d(2))
            for place, filters in enumerate(group):
                outputs = at_width(filters, width)
                layers.append(_layer(inputs, outputs, 1 if place % 2 else 3))
                inputs = outputs
        self.features = nn.Sequential(*layers)
        self.dropout = dropout_or(dropout, 0.0)
        self.score = nn.Conv2d(inputs, classes, 1)
        initialise(self)

    def head(self, maps: Tensor) -> Tensor:
        """Maps → scores."""
        scores: Tensor = self.score(self.dropout(maps)).mean(dim=(2, 3))
        return scores


class Residual(nn.Module):
    """The sum of what comes in, and 1×1 to half the maps, then 3×3 back."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.reduce = _layer(channels, max(1, channels // 2), 1)
        self.restore = _layer(max(1, channels // 2), channels, 3)

    def forward(self, maps: Tensor) -> Tensor:
        """(N, D, h, w) → the same."""
        added: Tensor = maps + self.restore(self.reduce(maps))
        return added


class Darknet53(Network):
    """A convolution, five stages that each halve the size, the average, one linear layer."""

    last = "fc"

    def __init__(self, channels: int, classes: int, dropout: float | None, width: float) -> None:
        super().__init__()
        inputs = at_width(32, width)
        stages: list[nn.Module] = [_layer(channels, inputs, 3)]
        for filters, count in STAGES_53:
            outputs = at_width(filters, width)
            stages.append(nn.Sequential(_layer(inputs, outputs, 3, 2), *(Residual(outputs) for _ in range(count))))
            inputs = outputs
        self.features = nn.Sequential(*stages)
        self.dropout = dropout_or(dropout, 0.0)
        self.fc = nn.Linear(inputs, classes)
        initialise(self)

    def head(self, maps: Tensor) -> Tensor:
        """Maps → scores."""
        scores: Tensor = self.fc(self.dropout(maps.mean(dim=(2, 3))))
        return scores


def build(
    channels: int,
    size_hw: tuple[int, int],
    classes: int,
    dropout: float | None = None,
    width: float = 1.0,
    depth: int = 19,
) -> Network:
    """See `hardy.models.architecture.Build`.

    Args:
        depth: 19 or 53.
    """
    if depth == 19:
        refuse_small("darknet-19", size_hw, SMALLEST_19)
        return Darknet19(channels, classes, dropout, width)
    return Darknet53(channels, classes, dropout, width)


ARCHITECTURES = (
    Architecture(
        name="darknet-19",
        build=partial(build, depth=19),
        summary="3×3 and 1×1 convolutions in turn, pooling between",
        author="Redmon",
        year=2016,
        depth=19,
        input=(3, 224, 224),
        classes=1000,
        reference='Redmon and Farhadi, "YOLO9000: better, faster, stronger"',
        error="top-5 8.8%",
        error_note="ImageNet 2012 validation, one network",
        smallest=SMALLEST_19,
    ),
    Architecture(
        name="darknet-53",
        build=partial(build, depth=53),
        summary="23 residual blocks of 1×1 and 3×3 convolutions",
        author="Redmon",
        year=2018,
        depth=53,
        input=(3, 256, 256),
        classes=1000,
        reference='Redmon and Farhadi, "YOLOv3: an incremental improvement"',
        error="top-5 6.2%",
        error_note="ImageNet 2012 validation, one network",
    ),
)
