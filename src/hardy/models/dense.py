"""Fully connected layers.

Source: the handbook, part 9, `DNN(nodes, dropout)`: 407,050 parameters for 512, 814,090 for 1024, 669,706 for 512-512
on 28×28 grey images of 10 classes. Without dropout by default, as there; with it, the first layer gets the rate that
is asked for and each further one half of the layer before.
"""

from torch import nn

from hardy.models.network import Network


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
    return Network(nn.Sequential(*layers), nn.Linear(inputs, classes))
