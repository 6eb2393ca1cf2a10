"""AlexNet, on one device.

Source: Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional neural networks", 2012, in
the form of Krizhevsky's "One weird trick for parallelizing convolutional neural networks", 2014: no halves on two
cards, no response normalisation, 64-192-384-256-256 filters. Parameters are named as torchvision names them.
"""

from torch import Tensor, nn

from hardy.models.architecture import IMAGENET, Architecture
from hardy.models.blocks import AveragePoolTo, at_width, dropout_or, initialise_uniform, refuse_small, relu
from hardy.models.network import Network

NAME, SMALLEST = "alexnet", 63


class AlexNet(Network):
    """Five convolutions, then three dense layers on a grid of 6×6."""

    last = "classifier.6"

    def __init__(self, channels: int, classes: int, dropout: float | None, width: float) -> None:
        super().__init__()
        a, b, c, d = (at_width(count, width) for count in (64, 192, 384, 256))
        dense = at_width(4096, width)
        self.features = nn.Sequential(
            *(nn.Conv2d(channels, a, 11, 4, 2), relu(), nn.MaxPool2d(3, 2)),
            *(nn.Conv2d(a, b, 5, padding=2), relu(), nn.MaxPool2d(3, 2)),
            *(nn.Conv2d(b, c, 3, padding=1), relu()),
            *(nn.Conv2d(c, d, 3, padding=1), relu()),
            *(nn.Conv2d(d, d, 3, padding=1), relu(), nn.MaxPool2d(3, 2)),
        )
        self.avgpool = AveragePoolTo(6)
        self.classifier = nn.Sequential(
            *(dropout_or(dropout, 0.5), nn.Linear(d * 6 * 6, dense), relu()),
            *(dropout_or(dropout, 0.5), nn.Linear(dense, dense), relu()),
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
    return AlexNet(channels, classes, dropout, width)


ARCHITECTURES = (
    Architecture(
        name=NAME,
        build=build,
        summary="five convolutions and three dense layers; began it all",
        author="Krizhevsky",
        year=2012,
        depth=8,
        input=IMAGENET,
        classes=1000,
        reference='Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional neural networks"',
        error="top-5 15.3%",
        error_note="ImageNet 2012 test, seven networks together; one alone 18.2% (validation)",
        smallest=SMALLEST,
        learning_rate=0.0003,
    ),
)
