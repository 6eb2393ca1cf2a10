"""Convolutions of 3×3 without padding, each followed by ReLU, pooling of 2×2 and dropout.

Source: the handbook, part 9, `CNN(filters)`: 27,210 parameters for 16 filters on 28×28 grey images of 10 classes.
Dropout is ¼ by default, as there.
"""

from torch import nn

from hardy.errors import InputError
from hardy.models.architecture import Architecture
from hardy.models.blocks import at_width
from hardy.models.network import Network, TwoPart


def build(
    filters: list[int], channels: int, size_hw: tuple[int, int], classes: int, dropout: float | None = None
) -> Network:
    """A block for each number of filters; a linear head on what is left.

    Raises:
        InputError: the input is too small for so many blocks.
    """
    layers: list[nn.Module] = []
    inputs, (height, width) = channels, size_hw
    rate = 0.25 if dropout is None else dropout
    for outputs in filters:
        height, width = (height - 2) // 2, (width - 2) // 2
        if height < 1 or width < 1:
            raise InputError(
                f"pictures of {size_hw[0]}×{size_hw[1]} pixels are too small for {len(filters)} convolutions; "
                f"take fewer, or a larger --size"
            )
        layers += [nn.Conv2d(inputs, outputs, 3), nn.ReLU(inplace=True), nn.MaxPool2d(2)]
        if rate:
            layers.append(nn.Dropout(rate))
        inputs = outputs
    return TwoPart(nn.Sequential(*layers, nn.Flatten()), nn.Linear(inputs * height * width, classes))


def entry(filters: list[int], error: str | None) -> Architecture:
    """What is known of such a network."""

    def make(
        channels: int, size_hw: tuple[int, int], classes: int, dropout: float | None = None, width: float = 1.0
    ) -> Network:
        return build([at_width(count, width) for count in filters], channels, size_hw, classes, dropout)

    return Architecture(
        name="-".join(["conv", *map(str, filters)]),
        build=make,
        summary="3×3 convolutions of these numbers of filters, each pooled; any others can be asked for",
        author="handbook",
        year=2019,
        depth=len(filters) + 1,
        input=(1, 28, 28),
        classes=10,
        reference="the handbook's part 9, CNN(filters)",
        error=error,
        error_note="MNIST test, 10 epochs",
        smallest=3 * 2 ** len(filters) - 2,
        learning_rate=0.01,
    )


ARCHITECTURES = (entry([16], "MNIST 1.9%"), entry([16, 32], "MNIST 1.2%"))
