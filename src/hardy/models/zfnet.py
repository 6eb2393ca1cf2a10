"""ZFNet: AlexNet with a finer first look, as looking at its filters suggested.

Source: Zeiler and Fergus, "Visualizing and understanding convolutional networks", 2013, figure 3. Response
normalisation takes AlexNet's constants, since the paper names none.
"""

from torch import Tensor, nn

from hardy.models.architecture import IMAGENET, Architecture
from hardy.models.blocks import (
    AveragePoolTo,
    ResponseNorm,
    at_width,
    dropout_or,
    initialise_uniform,
    refuse_small,
    relu,
)
from hardy.models.network import Network

NAME, SMALLEST = "zfnet", 63


class ZFNet(Network):
    """Five convolutions, then three dense layers on a grid of 6×6."""

    last = "classifier.6"

    def __init__(self, channels: int, classes: int, dropout: float | None, width: float) -> None:
        super().__init__()
        a, b, c = (at_width(count, width) for count in (96, 256, 384))
        dense = at_width(4096, width)
        self.features = nn.Sequential(
            *(nn.Conv2d(channels, a, 7, 2, 1), relu(), nn.MaxPool2d(3, 2, ceil_mode=True), ResponseNorm()),
            *(nn.Conv2d(a, b, 5, 2), relu(), nn.MaxPool2d(3, 2, ceil_mode=True), ResponseNorm()),
            *(nn.Conv2d(b, c, 3, padding=1), relu()),
            *(nn.Conv2d(c, c, 3, padding=1), relu()),
            *(nn.Conv2d(c, b, 3, padding=1), relu(), nn.MaxPool2d(3, 2)),
        )
        self.avgpool = AveragePoolTo(6)  # as it comes at 224×224
        self.classifier = nn.Sequential(
            *(nn.Linear(b * 6 * 6, dense), relu(), dropout_or(dropout, 0.5)),
            *(nn.Linear(dense, dense), relu(), dropout_or(dropout, 0.5)),
            nn.Linear(dense, classes),
        )
        initialise_uniform(self)

    def head(self, maps: Tensor) -> Tensor:
        """Maps → scores."""
        scores: Tensor = self.classifier(self.avgpool(maps).flatten(1))
        return scores


def build(
    channels: int, size_hw: tuple[int, int], classes: int, dropout: float | None = None, width: float = 1.0
) -> Network:
    """See `hardy.models.architecture.Build`."""
    refuse_small(NAME, size_hw, SMALLEST)
    return ZFNet(channels, classes, dropout, width)


ARCHITECTURES = (
    Architecture(
        name=NAME,
        build=build,
        summary="AlexNet with a first layer of 7×7 at stride 2",
        author="Zeiler",
        year=2013,
        depth=8,
        input=IMAGENET,
        classes=1000,
        reference='Zeiler and Fergus, "Visualizing and understanding convolutional networks"',
        error="top-5 14.8%",
        error_note="ImageNet 2012 test, six networks together",
        smallest=SMALLEST,
        learning_rate=0.0003,
    ),
)
