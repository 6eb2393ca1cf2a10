"""MobileNetV3, large and small.

Source: Howard et al., "Searching for MobileNetV3", 2019, tables 1 and 2. Parameters are named as torchvision names
them.
"""

from functools import partial

from torch import Tensor, nn

from hardy.models.architecture import IMAGENET, Architecture
from hardy.models.blocks import (
    Activation,
    ConvNorm,
    SqueezeExcite,
    dropout_or,
    initialise,
    refuse_small,
    relu,
    to_multiple,
)
from hardy.models.network import Network

Row = tuple[int, int, int, bool, bool, int]
"""Kernel, filters of the widened middle, filters out, squeeze and excite, hard swish, stride."""

LARGE: tuple[Row, ...] = (
    (3, 16, 16, False, False, 1),
    (3, 64, 24, False, False, 2),
    (3, 72, 24, False, False, 1),
    (5, 72, 40, True, False, 2),
    (5, 120, 40, True, False, 1),
    (5, 120, 40, True, False, 1),
    (3, 240, 80, False, True, 2),
    (3, 200, 80, False, True, 1),
    (3, 184, 80, False, True, 1),
    (3, 184, 80, False, True, 1),
    (3, 480, 112, True, True, 1),
    (3, 672, 112, True, True, 1),
    (5, 672, 160, True, True, 2),
    (5, 960, 160, True, True, 1),
    (5, 960, 160, True, True, 1),
)
SMALL: tuple[Row, ...] = (
    (3, 16, 16, True, False, 2),
    (3, 72, 24, False, False, 2),
    (3, 88, 24, False, False, 1),
    (5, 96, 40, True, True, 2),
    (5, 240, 40, True, True, 1),
    (5, 240, 40, True, True, 1),
    (5, 120, 48, True, True, 1),
    (5, 144, 48, True, True, 1),
    (5, 288, 96, True, True, 2),
    (5, 576, 96, True, True, 1),
    (5, 576, 96, True, True, 1),
)


def _swish() -> nn.Module:
    return nn.Hardswish(inplace=True)


class Layer(ConvNorm):
    """With the paper's constants of batch normalisation."""

    def __init__(
        self, inputs: int, outputs: int, kernel: int, stride: int, activation: Activation | None, groups: int = 1
    ) -> None:
        super().__init__(inputs, outputs, kernel, stride, groups, activation, eps=1e-3, momentum=0.01)


class Inverted(nn.Module):
    """Widened by 1×1, 3×3 or 5×5 on each map, maps weighed, narrowed by 1×1; added to what comes in where it fits."""

    def __init__(self, inputs: int, row: Row, width: float) -> None:
        super().__init__()
        kernel, middle, outputs, excite, swish, stride = row
        middle, self.outputs = to_multiple(middle * width), to_multiple(outputs * width)
        activation = _swish if swish else relu
        layers: list[nn.Module] = []
        if middle != inputs:
            layers.append(Layer(inputs, middle, 1, 1, activation))
        layers.append(Layer(middle, middle, kernel, stride, activation, groups=middle))
        if excite:
            layers.append(SqueezeExcite(middle, to_multiple(middle / 4), relu, nn.Hardsigmoid))
        layers.append(Layer(middle, self.outputs, 1, 1, None))
        self.block = nn.Sequential(*layers)
        self.adds = stride == 1 and inputs == self.outputs

    def forward(self, maps: Tensor) -> Tensor:
        """(N, inputs, h, w) → (N, outputs, h / stride, w / stride)."""
        result: Tensor = self.block(maps)
        return maps + result if self.adds else result


class MobileNetV3(Network):
    """A convolution, the table's blocks, 1×1, the average, two dense layers."""

    last = "classifier.3"

    def __init__(
        self, rows: tuple[Row, ...], dense: int, channels: int, classes: int, dropout: float | None, width: float
    ) -> None:
        super().__init__()
        inputs = to_multiple(16 * width)
        layers: list[nn.Module] = [Layer(channels, inputs, 3, 2, _swish)]
        for row in rows:
            block = Inverted(inputs, row, width)
            layers.append(block)
            inputs = block.outputs
        layers.append(Layer(inputs, 6 * inputs, 1, 1, _swish))
        self.features = nn.Sequential(*layers)
        dense = to_multiple(dense * width)
        self.classifier = nn.Sequential(
            *(nn.Linear(6 * inputs, dense), _swish(), dropout_or(dropout, 0.2), nn.Linear(dense, classes))
        )
        initialise(self)

    def head(self, maps: Tensor) -> Tensor:
        """Maps → scores."""
        scores: Tensor = self.classifier(maps.mean(dim=(2, 3)))
        return scores


def build(
    channels: int,
    size_hw: tuple[int, int],
    classes: int,
    dropout: float | None = None,
    width: float = 1.0,
    large: bool = True,
) -> Network:
    """See `hardy.models.architecture.Build`.

    Args:
        large: of the two.
    """
    refuse_small("mobilenet-v3", size_hw, 1)
    rows, dense = (LARGE, 1280) if large else (SMALL, 1024)
    return MobileNetV3(rows, dense, channels, classes, dropout, width)


def _entry(large: bool, depth: int, error: str) -> Architecture:
    return Architecture(
        name=f"mobilenet-v3-{'large' if large else 'small'}",
        build=partial(build, large=large),
        summary=f"{15 if large else 11} inverted blocks; for slow processors",
        author="Howard",
        year=2019,
        depth=depth,
        input=IMAGENET,
        classes=1000,
        reference='Howard et al., "Searching for MobileNetV3"',
        error=error,
        error_note="ImageNet 2012 validation, one network, one crop",
    )


ARCHITECTURES = (_entry(False, 36, "top-1 32.6%"), _entry(True, 48, "top-1 24.8%"))
