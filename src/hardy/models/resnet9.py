"""A residual network of nine layers for small pictures, made to be trained within minutes.

Source: Page, "How to train your ResNet", 2018: eight 3×3 convolutions with batch normalisation, two of the three
stages with a residual pair, the largest value of each map, scores times ⅛. ReLU is CELU with α = 0.3, as in Page's
last version.
"""

from torch import Tensor, nn

from hardy.models.architecture import Architecture
from hardy.models.blocks import ConvNorm, GlobalMaxPool, at_width, dropout_or, initialise, refuse_small
from hardy.models.network import Network

NAME, SMALLEST = "resnet-9", 8


def _celu() -> nn.Module:
    return nn.CELU(0.3)


def _layer(inputs: int, outputs: int) -> ConvNorm:
    return ConvNorm(inputs, outputs, 3, activation=_celu)


class Residual(nn.Module):
    """The sum of what comes in and two convolutions of it."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.branch = nn.Sequential(_layer(channels, channels), _layer(channels, channels))

    def forward(self, maps: Tensor) -> Tensor:
        """(N, D, h, w) → the same."""
        added: Tensor = maps + self.branch(maps)
        return added


class ResNet9(Network):
    """A convolution, three stages that each halve the size, the largest value of each map, one linear layer."""

    last = "fc"

    def __init__(self, channels: int, classes: int, dropout: float | None, width: float) -> None:
        super().__init__()
        a, b, c, d = (at_width(count, width) for count in (64, 128, 256, 512))
        self.features = nn.Sequential(
            _layer(channels, a),
            *(_layer(a, b), nn.MaxPool2d(2), Residual(b)),
            *(_layer(b, c), nn.MaxPool2d(2)),
            *(_layer(c, d), nn.MaxPool2d(2), Residual(d)),
        )
        self.pool = GlobalMaxPool()
        self.dropout = dropout_or(dropout, 0.0)
        self.fc = nn.Linear(d, classes)
        initialise(self)

    def head(self, maps: Tensor) -> Tensor:
        """Maps → scores."""
        scores: Tensor = self.fc(self.dropout(self.pool(maps))) / 8
        return scores


def build(
    channels: int, size_hw: tuple[int, int], classes: int, dropout: float | None = None, width: float = 1.0
) -> Network:
    """See `hardy.models.architecture.Build`."""
    refuse_small(NAME, size_hw, SMALLEST)
    return ResNet9(channels, classes, dropout, width)


ARCHITECTURES = (
    Architecture(
        name=NAME,
        build=build,
        summary="nine layers for pictures of about 32×32",
        author="Page",
        year=2018,
        depth=9,
        input=(3, 32, 32),
        classes=10,
        reference='Page, "How to train your ResNet" (after "DAWNBench")',
        error="CIFAR 6%",
        error_note="CIFAR-10 test, 24 epochs, one network; not measured here",
        smallest=SMALLEST,
        learning_rate=0.005,
    ),
)
