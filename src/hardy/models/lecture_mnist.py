"""The lecture's network for MNIST: two convolutions of 5×5, each pooled, dropout, 1,000 units, the scores.

Source: the lecture on convolutional networks, its PyTorch class; 7·7·64 = 3,136 inputs of the first dense layer. As
there, nothing lies between the two dense layers. The lecture's own softmax before the loss is left out: it goes once.
"""

from torch import nn

from hardy.models.architecture import Architecture
from hardy.models.blocks import at_width, dropout_or, refuse_small, relu
from hardy.models.network import Network, TwoPart

NAME, SMALLEST = "lecture-mnist", 4


def build(
    channels: int, size_hw: tuple[int, int], classes: int, dropout: float | None = None, width: float = 1.0
) -> Network:
    """See `hardy.models.architecture.Build`."""
    refuse_small(NAME, size_hw, SMALLEST)
    first, second, dense = (at_width(count, width) for count in (32, 64, 1000))
    features = nn.Sequential(
        *(nn.Conv2d(channels, first, 5, padding=2), relu(), nn.MaxPool2d(2)),
        *(nn.Conv2d(first, second, 5, padding=2), relu(), nn.MaxPool2d(2)),
    )
    inputs = second * (size_hw[0] // 4) * (size_hw[1] // 4)
    head = nn.Sequential(nn.Flatten(), dropout_or(dropout, 0.5), nn.Linear(inputs, dense), nn.Linear(dense, classes))
    return TwoPart(features, head, "head.3")


ARCHITECTURES = (
    Architecture(
        name=NAME,
        build=build,
        summary="two 5×5 convolutions, each pooled, and two dense layers",
        author="lecture",
        year=None,
        depth=4,
        input=(1, 28, 28),
        classes=10,
        reference="the lecture's network for MNIST in PyTorch",
        error="MNIST 1%",
        error_note="MNIST test, 6 epochs, 99% right",
        smallest=SMALLEST,
    ),
)
