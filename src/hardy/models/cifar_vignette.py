"""The vignette's network for CIFAR-10: three pairs of convolutions with batch normalisation, and 128 dense units.

Source: the vignette on deep networks. `cifar-vignette` is its first version, whose last batch normalisation is
commented out; `cifar-vignette-bn` has it: 552,874 numbers for 10 classes of 32×32, 1,152 of which are running
statistics. The order is Keras's there: convolution, ReLU, normalisation.
"""

from functools import partial

from torch import nn

from hardy.models.architecture import Architecture
from hardy.models.blocks import at_width, dropout_or, initialise_uniform, refuse_small, relu
from hardy.models.network import Network, TwoPart

SMALLEST = 8


def build(
    channels: int,
    size_hw: tuple[int, int],
    classes: int,
    dropout: float | None = None,
    width: float = 1.0,
    last_norm: bool = False,
) -> Network:
    """See `hardy.models.architecture.Build`.

    Args:
        last_norm: normalise the dense layer, too.
    """
    refuse_small("cifar-vignette", size_hw, SMALLEST)
    layers: list[nn.Module] = []
    inputs = channels
    for filters, rate in ((32, 0.3), (64, 0.5), (128, 0.5)):
        outputs = at_width(filters, width)
        for _ in range(2):
            layers += [nn.Conv2d(inputs, outputs, 3, padding=1), relu(), nn.BatchNorm2d(outputs, 1e-3, 0.01)]
            inputs = outputs
        layers += [nn.MaxPool2d(2), dropout_or(dropout, rate)]
    dense = at_width(128, width)
    head: list[nn.Module] = [nn.Flatten(), nn.Linear(inputs * (size_hw[0] // 8) * (size_hw[1] // 8), dense), relu()]
    if last_norm:
        head.append(nn.BatchNorm1d(dense, 1e-3, 0.01))
    head += [dropout_or(dropout, 0.5), nn.Linear(dense, classes)]
    network = TwoPart(nn.Sequential(*layers), nn.Sequential(*head), f"head.{len(head) - 1}")
    initialise_uniform(network)
    return network


def _entry(name: str, last_norm: bool, error: str, note: str) -> Architecture:
    return Architecture(
        name=name,
        build=partial(build, last_norm=last_norm),
        summary=f"six 3×3 convolutions, batch normalisation of all{'' if last_norm else ' but the dense layer'}",
        author="vignette",
        year=None,
        depth=8,
        input=(3, 32, 32),
        classes=10,
        reference="the vignette on deep networks, CIFAR-10",
        error=error,
        error_note=note,
        smallest=SMALLEST,
    )


ARCHITECTURES = (
    _entry("cifar-vignette", False, "CIFAR 19.8%", "CIFAR-10 test, 14 epochs"),
    _entry("cifar-vignette-bn", True, "CIFAR 18.5%", "sharpened CIFAR-10 test, 19 epochs"),
)
