"""A small network whose first layer is measured, not learned: it makes neighbouring pixels independent.

Source: Jordan, "94% on CIFAR-10 in 3.29 seconds on a single GPU", 2024 (airbench94), with its layers and constants:
2×2 patches whitened and their negatives, three groups of two 3×3 convolutions with batch normalisation without
factors and GELU, the largest value of each map, scores over 9. Different: the largest of a map of any size, where the
source's is 3×3.
"""

from typing import cast

import torch
from torch import Tensor, nn

from hardy.models.architecture import Architecture
from hardy.models.blocks import GlobalMaxPool, at_width, dropout_or, refuse_small
from hardy.models.network import Network

NAME, SMALLEST = "whitening-cnn", 9
PATCH = 2
EPS = 5e-4
"""Added to a patch's variances, so that directions in which nothing varies are not blown up."""


class Group(nn.Module):
    """Two 3×3 convolutions, the first pooled, each normalised, with GELU."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        self.pool = nn.MaxPool2d(2)
        self.norm1 = _norm(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.norm2 = _norm(outputs)
        self.gelu = nn.GELU()

    def forward(self, maps: Tensor) -> Tensor:
        """(N, inputs, h, w) → (N, outputs, h / 2, w / 2)."""
        maps = self.gelu(self.norm1(self.pool(self.conv1(maps))))
        result: Tensor = self.gelu(self.norm2(self.conv2(maps)))
        return result


def _norm(channels: int) -> nn.BatchNorm2d:
    norm = nn.BatchNorm2d(channels, eps=1e-12, momentum=0.4)
    norm.weight.requires_grad_(False)
    return norm


class WhiteningCNN(Network):
    """The measured layer, three groups, the largest value of each map, one linear layer."""

    last = "fc"

    def __init__(self, channels: int, classes: int, dropout: float | None, width: float) -> None:
        super().__init__()
        a, b = at_width(64, width), at_width(256, width)
        first = 2 * channels * PATCH**2
        self.features = nn.Sequential(
            nn.Conv2d(channels, first, PATCH), nn.GELU(), Group(first, a), Group(a, b), Group(b, b)
        )
        self.whitening.weight.requires_grad_(False)
        self.pool = GlobalMaxPool()
        self.dropout = dropout_or(dropout, 0.0)
        self.fc = nn.Linear(b, classes, bias=False)
        self._initialise()
        self.fixed = frozenset(name for name, parameter in self.named_parameters() if not parameter.requires_grad)

    @property
    def whitening(self) -> nn.Conv2d:
        """The measured layer."""
        return cast(nn.Conv2d, self.get_submodule("features.0"))

    def _initialise(self) -> None:
        """Convolutions begin by handing their input on, as far as it goes."""
        for module in self.modules():
            if isinstance(module, Group):
                for conv in (module.conv1, module.conv2):
                    nn.init.dirac_(conv.weight[: conv.in_channels])

    def measure(self, images: Tensor) -> None:
        """Set the first layer from patches of training pictures: eigenvectors over the roots of their eigenvalues."""
        patches = images.unfold(2, PATCH, 1).unfold(3, PATCH, 1).permute(0, 2, 3, 1, 4, 5)
        rows = patches.reshape(-1, images.shape[1] * PATCH**2).double()
        values, vectors = torch.linalg.eigh(rows.T @ rows / len(rows))
        # A vector's sign is the library's choice; ours is that its largest part is positive.
        largest = vectors.gather(0, vectors.abs().argmax(dim=0, keepdim=True))
        scaled = (vectors * largest.sign() / (values + EPS).sqrt()).T.reshape(-1, images.shape[1], PATCH, PATCH)
        with torch.no_grad():
            self.whitening.weight.copy_(torch.cat([scaled, -scaled]).flip(0))

    def head(self, maps: Tensor) -> Tensor:
        """Maps → scores."""
        scores: Tensor = self.fc(self.dropout(self.pool(maps))) / 9
        return scores


def build(
    channels: int, size_hw: tuple[int, int], classes: int, dropout: float | None = None, width: float = 1.0
) -> Network:
    """See `hardy.models.architecture.Build`."""
    refuse_small(NAME, size_hw, SMALLEST)
    return WhiteningCNN(channels, classes, dropout, width)


ARCHITECTURES = (
    Architecture(
        name=NAME,
        build=build,
        summary="a measured first layer and six convolutions, for pictures of about 32×32",
        author="Jordan",
        year=2024,
        depth=8,
        input=(3, 32, 32),
        classes=10,
        reference='Jordan, "94% on CIFAR-10 in 3.29 seconds on a single GPU"',
        error="CIFAR 6%",
        error_note="CIFAR-10 test, 9.9 epochs, with flips and shifts; not measured here",
        smallest=SMALLEST,
        learning_rate=0.01,
    ),
)
