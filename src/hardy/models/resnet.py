"""ResNet: blocks that add to what comes in, 18 to 152 layers deep.

Source: He, Zhang, Ren and Sun, "Deep residual learning for image recognition", 2015, table 1, with projections where
the size changes (option B). The bottleneck halves the size in its 3×3 convolution, as torchvision's published weights
have it, where the paper does so in the first 1×1. Parameters are named as torchvision names them.
"""

from functools import partial

from torch import Tensor, nn
from torch.nn import functional

from hardy.models.architecture import IMAGENET, Architecture
from hardy.models.blocks import ConvNorm, at_width, dropout_or, initialise, refuse_small
from hardy.models.network import Network

BLOCKS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
"""In each of the four stages."""
ERRORS = {
    18: ("top-1 27.9%", "ImageNet 2012 validation, ten crops"),
    34: ("top-5 7.5%", "ImageNet 2012 validation, ten crops"),
    50: ("top-5 6.7%", "ImageNet 2012 validation, ten crops"),
    101: ("top-5 6.1%", "ImageNet 2012 validation, ten crops"),
    152: ("top-5 3.57%", "ImageNet 2012 test, six networks together; one alone 4.49% (validation)"),
}


class Block(nn.Module):
    """The sum of what comes in and two 3×3 convolutions of it; or, narrow, of 1×1, 3×3 and 1×1.

    Args:
        inputs: maps that come in.
        filters: of the 3×3 convolutions.
        outputs: maps that go out.
        stride: 2 to halve the size.
    """

    def __init__(self, inputs: int, filters: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.narrow = outputs != filters
        if self.narrow:
            self.conv1 = nn.Conv2d(inputs, filters, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(filters)
            self.conv2 = nn.Conv2d(filters, filters, 3, stride, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(filters)
            self.conv3 = nn.Conv2d(filters, outputs, 1, bias=False)
            self.bn3 = nn.BatchNorm2d(outputs)
        else:
            self.conv1 = nn.Conv2d(inputs, filters, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(filters)
            self.conv2 = nn.Conv2d(filters, outputs, 3, padding=1, bias=False)
            self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = (
            ConvNorm(inputs, outputs, 1, stride, activation=None) if stride != 1 or inputs != outputs else None
        )

    def forward(self, maps: Tensor) -> Tensor:
        """(N, inputs, h, w) → (N, outputs, h / stride, w / stride)."""
        kept = maps if self.downsample is None else self.downsample(maps)
        added = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(maps)), inplace=True)))
        if self.narrow:
            added = self.bn3(self.conv3(functional.relu(added, inplace=True)))
        added += kept
        return functional.relu(added, inplace=True)


class ResNet(Network):
    """A 7×7 convolution, pooling, four stages of blocks, the average, one linear layer."""

    last = "fc"

    def __init__(self, depth: int, channels: int, classes: int, dropout: float | None, width: float) -> None:
        super().__init__()
        first = at_width(64, width)
        self.conv1 = nn.Conv2d(channels, first, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(first)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        inputs, factor = first, 1 if depth < 50 else 4
        for number, count in enumerate(BLOCKS[depth]):
            filters = first * 2**number
            blocks = []
            for block in range(count):
                blocks.append(Block(inputs, filters, filters * factor, 2 if block == 0 and number else 1))
                inputs = filters * factor
            self.add_module(f"layer{number + 1}", nn.Sequential(*blocks))
        self.dropout = dropout_or(dropout, 0.0)
        self.fc = nn.Linear(inputs, classes)
        initialise(self)

    def features(self, images: Tensor) -> Tensor:
        """Images → the last stage's maps."""
        maps = self.maxpool(functional.relu(self.bn1(self.conv1(images)), inplace=True))
        for number in range(1, 5):
            maps = self.get_submodule(f"layer{number}")(maps)
        return maps

    def head(self, maps: Tensor) -> Tensor:
        """Maps → scores."""
        scores: Tensor = self.fc(self.dropout(maps.mean(dim=(2, 3))))
        return scores


def build(
    channels: int,
    size_hw: tuple[int, int],
    classes: int,
    dropout: float | None = None,
    width: float = 1.0,
    depth: int = 18,
) -> Network:
    """See `hardy.models.architecture.Build`.

    Args:
        depth: 18, 34, 50, 101 or 152.
    """
    refuse_small(f"resnet-{depth}", size_hw, 1)
    return ResNet(depth, channels, classes, dropout, width)


def _entry(depth: int) -> Architecture:
    return Architecture(
        name=f"resnet-{depth}",
        build=partial(build, depth=depth),
        summary=f"{sum(BLOCKS[depth])} residual blocks of {'two' if depth < 50 else 'three'} convolutions",
        author="He",
        year=2015,
        depth=depth,
        input=IMAGENET,
        classes=1000,
        reference='He, Zhang, Ren and Sun, "Deep residual learning for image recognition"',
        error=ERRORS[depth][0],
        error_note=ERRORS[depth][1],
        learning_rate=0.003 if depth < 50 else 0.002,
    )


ARCHITECTURES = tuple(_entry(depth) for depth in BLOCKS)
