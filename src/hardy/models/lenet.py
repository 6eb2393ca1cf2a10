"""LeNet-5.

Source: LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition", 1998. As there:
average pooling, hyperbolic tangents scaled to 1.7159·tanh(2x/3), pictures of 28×28 laid in the middle of 32×32.
Different: every map of the third layer sees all six of the second (the paper leaves out 900 connections to break
symmetry, which random weights do as well), pooling has no factor and bias of its own, and the last layer is linear
rather than a distance to drawn codes. That makes 61,706 parameters where the paper has 60,000.
"""

import torch
from torch import Tensor, nn

from hardy.models.architecture import Architecture
from hardy.models.blocks import at_width, dropout_or, refuse_small
from hardy.models.network import Network, TwoPart

NAME, SMALLEST = "lenet-5", 12


class ScaledTanh(nn.Module):
    """1.7159 · tanh(2x/3), which keeps a variance of 1 about where it is."""

    def forward(self, values: Tensor) -> Tensor:
        """Apply it."""
        return 1.7159 * torch.tanh(values * (2 / 3))


def build(
    channels: int, size_hw: tuple[int, int], classes: int, dropout: float | None = None, width: float = 1.0
) -> Network:
    """See `hardy.models.architecture.Build`."""
    refuse_small(NAME, size_hw, SMALLEST)
    c1, c3, c5, f6 = (at_width(count, width) for count in (6, 16, 120, 84))
    margin = 2 if min(size_hw) < 32 else 0
    features = nn.Sequential(
        *(nn.Conv2d(channels, c1, 5, padding=margin), ScaledTanh(), nn.AvgPool2d(2)),
        *(nn.Conv2d(c1, c3, 5), ScaledTanh(), nn.AvgPool2d(2)),
    )
    height, width_px = (((side + 2 * margin - 4) // 2 - 4) // 2 for side in size_hw)
    head = nn.Sequential(
        *(nn.Flatten(), nn.Linear(c3 * height * width_px, c5), ScaledTanh()),
        *(nn.Linear(c5, f6), ScaledTanh()),
        *(dropout_or(dropout, 0.0), nn.Linear(f6, classes)),
    )
    return TwoPart(features, head, "head.6")


ARCHITECTURES = (
    Architecture(
        name=NAME,
        build=build,
        summary="two 5×5 convolutions with average pooling, three dense layers",
        author="LeCun",
        year=1998,
        depth=7,  # as the paper counts: its two pooling layers had weights
        input=(1, 32, 32),
        classes=10,
        reference='LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition"',
        error="MNIST 0.95%",
        error_note="MNIST test, without distortions",
        smallest=SMALLEST,
        learning_rate=0.003,
    ),
)
