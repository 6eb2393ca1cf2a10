"""VGG: nothing but 3×3 convolutions and pooling, 11 to 19 layers deep.

Source: Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition", 2014, table 1,
columns A, B, D and E. With `-bn`, batch normalisation after each convolution, which the paper does not have yet.
Parameters are named as torchvision names them.
"""

from functools import partial

from torch import Tensor, nn

from hardy.models.architecture import IMAGENET, Architecture
from hardy.models.blocks import AveragePoolTo, at_width, dropout_or, initialise_uniform, refuse_small, relu
from hardy.models.network import Network

SMALLEST = 32
COLUMNS = {11: (1, 1, 2, 2, 2), 13: (2, 2, 2, 2, 2), 16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}
"""Convolutions before each pooling."""
FILTERS = (64, 128, 256, 512, 512)
ERRORS = {11: "10.4", 13: "9.9", 16: "8.1", 19: "8.0"}


class VGG(Network):
    """Five groups of convolutions, then three dense layers on a grid of 7×7."""

    last = "classifier.6"

    def __init__(
        self, depth: int, norm: bool, channels: int, classes: int, dropout: float | None, width: float
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inputs = channels
        for count, filters in zip(COLUMNS[depth], FILTERS, strict=True):
            outputs = at_width(filters, width)
            for _ in range(count):
                layers.append(nn.Conv2d(inputs, outputs, 3, padding=1))
                layers += [nn.BatchNorm2d(outputs), relu()] if norm else [relu()]
                inputs = outputs
            layers.append(nn.MaxPool2d(2))
        dense = at_width(4096, width)
        self.features = nn.Sequential(*layers)
        self.avgpool = AveragePoolTo(7)
        self.classifier = nn.Sequential(
            *(nn.Linear(inputs * 7 * 7, dense), relu(), dropout_or(dropout, 0.5)),
            *(nn.Linear(dense, dense), relu(), dropout_or(dropout, 0.5)),
            nn.Linear(dense, classes),
        )
        initialise_uniform(self)

    def head(self, maps: Tensor) -> Tensor:
        """Maps → scores."""
        scores: Tensor = self.classifier(self.avgpool(maps).flatten(1))
        return scores


def build(
    channels: int,
    size_hw: tuple[int, int],
    classes: int,
    dropout: float | None = None,
    width: float = 1.0,
    depth: int = 16,
    norm: bool = False,
) -> Network:
    """See `hardy.models.architecture.Build`.

    Args:
        depth: 11, 13, 16 or 19.
        norm: batch normalisation after each convolution.
    """
    refuse_small(f"vgg-{depth}", size_hw, SMALLEST)
    return VGG(depth, norm, channels, classes, dropout, width)


def _entry(depth: int, norm: bool) -> Architecture:
    return Architecture(
        name=f"vgg-{depth}{'-bn' if norm else ''}",
        build=partial(build, depth=depth, norm=norm),
        summary=f"{depth - 3} convolutions of 3×3 and three dense layers{', batch normalisation' if norm else ''}",
        author="Simonyan",
        year=2014,
        depth=depth,
        input=IMAGENET,
        classes=1000,
        reference='Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition"',
        error=None if norm else f"top-5 {ERRORS[depth]}%",
        error_note="the paper has no batch normalisation"
        if norm
        else "ImageNet 2012 validation, one network at one scale; the entry of 2014, seven networks: 7.3% (test)",
        smallest=SMALLEST,
        learning_rate=0.001 if norm else 0.0002,
    )


ARCHITECTURES = tuple(_entry(depth, norm) for depth in COLUMNS for norm in (False, True))
