"""Inception v3: modules whose large kernels are split into chains of small and of one-sided ones.

Source: Szegedy, Vanhoucke, Ioffe, Shlens and Wojna, "Rethinking the Inception architecture for computer vision",
2015, table 1, with the batch-normalised auxiliary head. Parameters are named as torchvision names them.
"""

from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from hardy.models.architecture import Architecture
from hardy.models.blocks import AveragePoolTo, NamedConvNorm, at_width, dropout_or, refuse_small
from hardy.models.network import Network

NAME, SMALLEST = "inception-v3", 75

Step = tuple[str, int, int | tuple[int, int], int, int | tuple[int, int]]
"""Name, filters, kernel, stride, padding of a convolution."""

Chain = list[tuple[Step, ...]]
"""Convolutions one after the other; where a place has two, both see what comes before."""

STEM: tuple[Step | None, ...] = (
    ("Conv2d_1a_3x3", 32, 3, 2, 0),
    ("Conv2d_2a_3x3", 32, 3, 1, 0),
    ("Conv2d_2b_3x3", 64, 3, 1, 1),
    None,  # pooling
    ("Conv2d_3b_1x1", 80, 1, 1, 0),
    ("Conv2d_4a_3x3", 192, 3, 1, 0),
    None,
)


def _one(name: str, filters: int) -> Step:
    return name, filters, 1, 1, 0


def _wide(name: str, filters: int, size: int = 7) -> Step:
    return name, filters, (1, size), 1, (0, size // 2)


def _tall(name: str, filters: int, size: int = 7) -> Step:
    return name, filters, (size, 1), 1, (size // 2, 0)


class Mixed(nn.Module):
    """Chains of convolutions side by side, and a pooling.

    Args:
        inputs: maps that come in.
        chains: of convolutions.
        pooled: filters after average pooling; None for maximum pooling at stride 2 and none.
        width: times all these filters.
    """

    def __init__(self, inputs: int, chains: list[Chain], pooled: int | None, width: float) -> None:
        super().__init__()
        self.names: list[list[tuple[str, ...]]] = []
        self.outputs = 0
        for chain in chains:
            reaching = inputs
            for steps in chain:
                for name, filters, kernel, stride, padding in steps:
                    self.add_module(name, NamedConvNorm(reaching, at_width(filters, width), kernel, stride, padding))
                reaching = sum(at_width(step[1], width) for step in steps)
            self.names.append([tuple(step[0] for step in steps) for steps in chain])
            self.outputs += reaching
        self.shrinks = pooled is None
        if pooled is not None:
            self.branch_pool = NamedConvNorm(inputs, at_width(pooled, width))
        self.outputs += inputs if pooled is None else at_width(pooled, width)

    def forward(self, maps: Tensor) -> Tensor:
        """(N, inputs, h, w) → (N, outputs, h, w), half the size where it shrinks."""
        found = []
        for chain in self.names:
            values = maps
            for names in chain:
                parts = [self.get_submodule(name)(values) for name in names]
                values = torch.cat(parts, dim=1) if len(parts) > 1 else parts[0]
            found.append(values)
        if self.shrinks:
            found.append(functional.max_pool2d(maps, 3, 2))
        else:
            found.append(self.branch_pool(functional.avg_pool2d(maps, 3, 1, 1)))
        return torch.cat(found, dim=1)


def _row(*steps: Step) -> Chain:
    return [(step,) for step in steps]


def _five(pooled: int) -> tuple[list[Chain], int]:
    double = [("branch3x3dbl_2", 96, 3, 1, 1), ("branch3x3dbl_3", 96, 3, 1, 1)]
    return [
        _row(_one("branch1x1", 64)),
        _row(_one("branch5x5_1", 48), ("branch5x5_2", 64, 5, 1, 2)),
        _row(_one("branch3x3dbl_1", 64), *double),
    ], pooled


def _seven(middle: int) -> tuple[list[Chain], int]:
    return [
        _row(_one("branch1x1", 192)),
        _row(_one("branch7x7_1", middle), _wide("branch7x7_2", middle), _tall("branch7x7_3", 192)),
        _row(
            *(_one("branch7x7dbl_1", middle), _tall("branch7x7dbl_2", middle), _wide("branch7x7dbl_3", middle)),
            *(_tall("branch7x7dbl_4", middle), _wide("branch7x7dbl_5", 192)),
        ),
    ], 192


def _split() -> tuple[list[Chain], int]:
    def fork(name: str) -> Chain:
        return [(_wide(f"{name}a", 384, 3), _tall(f"{name}b", 384, 3))]

    double = _row(_one("branch3x3dbl_1", 448), ("branch3x3dbl_2", 384, 3, 1, 1))
    return [
        _row(_one("branch1x1", 320)),
        _row(_one("branch3x3_1", 384)) + fork("branch3x3_2"),
        double + fork("branch3x3dbl_3"),
    ], 192


_HALVE_TO_17 = [
    _row(("branch3x3", 384, 3, 2, 0)),
    _row(_one("branch3x3dbl_1", 64), ("branch3x3dbl_2", 96, 3, 1, 1), ("branch3x3dbl_3", 96, 3, 2, 0)),
]
_HALVE_TO_8 = [
    _row(_one("branch3x3_1", 192), ("branch3x3_2", 320, 3, 2, 0)),
    _row(
        *(_one("branch7x7x3_1", 192), _wide("branch7x7x3_2", 192), _tall("branch7x7x3_3", 192)),
        ("branch7x7x3_4", 192, 3, 2, 0),
    ),
]

MODULES: dict[str, tuple[list[Chain], int | None]] = {
    "Mixed_5b": _five(32),
    "Mixed_5c": _five(64),
    "Mixed_5d": _five(64),
    "Mixed_6a": (_HALVE_TO_17, None),
    "Mixed_6b": _seven(128),
    "Mixed_6c": _seven(160),
    "Mixed_6d": _seven(160),
    "Mixed_6e": _seven(192),
    "Mixed_7a": (_HALVE_TO_8, None),
    "Mixed_7b": _split(),
    "Mixed_7c": _split(),
}
"""Chains, and filters after average pooling, of each module in order."""


class AuxiliaryHead(nn.Module):
    """Class scores from the last 17×17 maps."""

    def __init__(self, inputs: int, classes: int, width: float) -> None:
        super().__init__()
        self.small = AveragePoolTo(5)
        self.conv0 = NamedConvNorm(inputs, at_width(128, width))
        self.conv1 = NamedConvNorm(at_width(128, width), at_width(768, width), 5)
        self.fc = nn.Linear(at_width(768, width), classes)

    def forward(self, maps: Tensor) -> Tensor:
        """Maps → scores; maps too small for the paper's pooling (5×5, stride 3) are averaged to what it would give."""
        pooled = functional.avg_pool2d(maps, 5, 3) if min(maps.shape[-2:]) >= 17 else self.small(maps)
        scores: Tensor = self.fc(self.conv1(self.conv0(pooled)).mean(dim=(2, 3)))
        return scores


class InceptionV3(Network):
    """A stem of five convolutions, eleven modules, the average, one linear layer; an auxiliary head that counts 0.4."""

    last = "fc"
    auxiliary: ClassVar[tuple[str, ...]] = ("AuxLogits.fc",)
    auxiliary_weight: ClassVar[float] = 0.4

    def __init__(self, channels: int, classes: int, dropout: float | None, width: float) -> None:
        super().__init__()
        inputs = channels
        self.pool = nn.MaxPool2d(3, 2)
        for step in STEM:
            if step is not None:
                name, filters, kernel, stride, padding = step
                self.add_module(name, NamedConvNorm(inputs, at_width(filters, width), kernel, stride, padding))
                inputs = at_width(filters, width)
        for name, (chains, pooled) in MODULES.items():
            module = Mixed(inputs, chains, pooled, width)
            self.add_module(name, module)
            inputs = module.outputs
            if name == "Mixed_6e":
                self.AuxLogits = AuxiliaryHead(inputs, classes, width)
        self.dropout = dropout_or(dropout, 0.5)
        self.fc = nn.Linear(inputs, classes)
        self._initialise()

    def _initialise(self) -> None:
        """A normal distribution cut off at two deviations; the auxiliary head's own are smaller."""
        deviations = {"AuxLogits.conv1.conv": 0.01, "AuxLogits.fc": 0.001}
        for name, module in self.named_modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                deviation = deviations.get(name, 0.1)
                nn.init.trunc_normal_(module.weight, 0, deviation, -2 * deviation, 2 * deviation)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)

    def stages(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """The maps after modules 6e and 7c."""
        maps = images
        for step in STEM:
            maps = self.pool(maps) if step is None else self.get_submodule(step[0])(maps)
        middle = maps
        for name in MODULES:
            maps = self.get_submodule(name)(maps)
            if name == "Mixed_6e":
                middle = maps
        return middle, maps

    def features(self, images: Tensor) -> Tensor:
        """Images → the last module's maps."""
        return self.stages(images)[1]

    def head(self, maps: Tensor) -> Tensor:
        """Maps → scores."""
        scores: Tensor = self.fc(self.dropout(maps.mean(dim=(2, 3))))
        return scores

    def all_scores(self, images: Tensor) -> tuple[Tensor, ...]:
        """The class scores, then those of the auxiliary head, for training."""
        middle, maps = self.stages(images)
        return self.head(maps), self.AuxLogits(middle)


def build(
    channels: int, size_hw: tuple[int, int], classes: int, dropout: float | None = None, width: float = 1.0
) -> Network:
    """See `hardy.models.architecture.Build`."""
    refuse_small(NAME, size_hw, SMALLEST)
    return InceptionV3(channels, classes, dropout, width)


ARCHITECTURES = (
    Architecture(
        name=NAME,
        build=build,
        summary="eleven modules of split kernels, an auxiliary head while it trains",
        author="Szegedy",
        year=2015,
        depth=48,
        input=(3, 299, 299),
        classes=1000,
        reference='Szegedy et al., "Rethinking the Inception architecture for computer vision"',
        error="top-5 5.6%",
        error_note="ImageNet 2012 validation, one network, one crop; four networks, many crops: 3.58% (test)",
        smallest=SMALLEST,
    ),
)
