"""U-Net: down to see what there is, up again to say where; a score for each pixel and class.

Source: Ronneberger, Fischer and Brox, "U-Net: convolutional networks for biomedical image segmentation", 2015, figure
1. Convolutions are padded, so that scores come in the picture's own size, where the paper loses 92 pixels on each
side.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from hardy.models.architecture import Architecture
from hardy.models.blocks import at_width, dropout_or, initialise, refuse_small, relu
from hardy.models.network import Network

NAME, SMALLEST = "u-net", 16
FILTERS = (64, 128, 256, 512, 1024)


def _pair(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        *(nn.Conv2d(inputs, outputs, 3, padding=1), relu()),
        *(nn.Conv2d(outputs, outputs, 3, padding=1), relu()),
    )


class UNet(Network):
    """Four steps down, four steps up that also see the maps of the same size on the way down."""

    last = "head"

    def __init__(self, channels: int, classes: int, dropout: float | None, width: float) -> None:
        super().__init__()
        filters = [at_width(count, width) for count in FILTERS]
        self.down = nn.ModuleList(_pair(a, b) for a, b in zip([channels, *filters], filters, strict=False))
        self.pool = nn.MaxPool2d(2)
        self.dropout = dropout_or(dropout, 0.5)
        upwards = list(zip(filters[:0:-1], filters[-2::-1], strict=True))
        self.enlarge = nn.ModuleList(nn.ConvTranspose2d(a, b, 2, 2) for a, b in upwards)
        self.up = nn.ModuleList(_pair(2 * b, b) for _, b in upwards)
        self.head = nn.Conv2d(filters[0], classes, 1)
        initialise(self)

    def features(self, images: Tensor) -> Tensor:
        """(N, C, H, W) → (N, 64, H, W)."""
        maps, seen = images, []
        for number, pair in enumerate(self.down):
            maps = pair(self.pool(maps) if number else maps)
            seen.append(maps)
        maps = self.dropout(seen.pop())
        for enlarge, pair in zip(self.enlarge, self.up, strict=True):
            beside = seen.pop()
            larger = enlarge(maps)
            # A side that was odd on the way down comes back one short.
            lacking = [beside.shape[-1] - larger.shape[-1], beside.shape[-2] - larger.shape[-2]]
            larger = functional.pad(larger, (0, lacking[0], 0, lacking[1]))
            maps = pair(torch.cat([beside, larger], dim=1))
        return maps


def build(
    channels: int, size_hw: tuple[int, int], classes: int, dropout: float | None = None, width: float = 1.0
) -> Network:
    """See `hardy.models.architecture.Build`; the scores are (N, classes, H, W)."""
    refuse_small(NAME, size_hw, SMALLEST)
    return UNet(channels, classes, dropout, width)


ARCHITECTURES = (
    Architecture(
        name=NAME,
        build=build,
        summary="scores each pixel; from Python only",
        author="Ronneberger",
        year=2015,
        depth=23,
        input=(1, 572, 572),
        classes=2,
        reference='Ronneberger, Fischer and Brox, "U-Net: convolutional networks for biomedical image segmentation"',
        error=None,
        error_note="a warping error of 0.000353 on the cell borders of the ISBI challenge",
        smallest=SMALLEST,
        learning_rate=0.0005,
        task="segments",
    ),
)
