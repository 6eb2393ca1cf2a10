"""Fully connected layers.

Source: the handbook, part 9, `DNN(nodes, dropout)`: 407,050 parameters for 512, 814,090 for 1024, 669,706 for 512-512
on 28×28 grey images of 10 classes. Without dropout by default, as there; with it, the first layer gets the rate that
is asked for and each further one half of the layer before.
"""

from torch import nn

from hardy.models.architecture import Architecture
from hardy.models.blocks import at_width
from hardy.models.network import Network, TwoPart


def build(
    widths: list[int], channels: int, size_hw: tuple[int, int], classes: int, dropout: float | None = None
) -> Network:
    """Flatten, then for each width a linear layer and a ReLU; a linear head."""
    layers: list[nn.Module] = [nn.Flatten()]
    inputs, rate = channels * size_hw[0] * size_hw[1], dropout or 0.0
    for width in widths:
        layers += [nn.Linear(inputs, width), nn.ReLU(inplace=True)]
        if rate:
            layers.append(nn.Dropout(rate))
        inputs, rate = width, rate / 2
    return TwoPart(nn.Sequential(*layers), nn.Linear(inputs, classes))


def entry(widths: list[int], error: str | None) -> Architecture:
    """What is known of such a network."""

    def make(
        channels: int, size_hw: tuple[int, int], classes: int, dropout: float | None = None, width: float = 1.0
    ) -> Network:
        return build([at_width(count, width) for count in widths], channels, size_hw, classes, dropout)

    return Architecture(
        name="-".join(["dense", *map(str, widths)]),
        build=make,
        summary="fully connected layers of these widths; any others can be asked for",
        author="handbook",
        year=2019,
        depth=len(widths) + 1,
        input=(1, 28, 28),
        classes=10,
        reference="the handbook's part 9, DNN(nodes, dropout)",
        error=error,
        error_note="MNIST test, 10 epochs",
        learning_rate=0.01,
    )


ARCHITECTURES = (entry([512], "MNIST 2.1%"), entry([1024], None), entry([512, 512], None))
