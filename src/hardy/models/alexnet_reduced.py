"""The vignette's AlexNet with about a hundredth of the parameters.

Source: the vignette on deep networks, section 4.5: 635,170 parameters for two classes of 224×224, 192 of which are
batch normalisation's running statistics. Keras's "same" padding, epsilon and momentum are kept.
"""

from torch import nn

from hardy.models.architecture import Architecture
from hardy.models.blocks import SamePad, at_width, dropout_or, initialise_uniform, relu
from hardy.models.network import Network, TwoPart

NAME = "alexnet-reduced"


def build(
    channels: int, size_hw: tuple[int, int], classes: int, dropout: float | None = None, width: float = 1.0
) -> Network:
    """See `hardy.models.architecture.Build`."""
    a, b, c, dense = (at_width(count, width) for count in (32, 64, 128, 64))
    # Zeros around a maximum of what ReLU leaves are no maximum: padding for pooling may be zeros, too.
    features = nn.Sequential(
        *(SamePad(11, 4), nn.Conv2d(channels, a, 11, 4), relu(), SamePad(3, 2), nn.MaxPool2d(3, 2), _norm(a)),
        *(nn.Conv2d(a, b, 5, padding=2), relu(), SamePad(3, 2), nn.MaxPool2d(3, 2), _norm(b)),
        *(nn.Conv2d(b, c, 3, padding=1), relu()),
        *(nn.Conv2d(c, b, 3, padding=1), relu()),
        *(nn.Conv2d(b, a, 3, padding=1), relu()),
    )
    height, width_px = ((side + 15) // 16 for side in size_hw)
    head = nn.Sequential(
        nn.Flatten(),
        *(nn.Linear(a * height * width_px, dense), relu(), dropout_or(dropout, 0.5)),
        *(nn.Linear(dense, dense), relu(), dropout_or(dropout, 0.5)),
        nn.Linear(dense, classes),
    )
    network = TwoPart(features, head, "head.7")
    initialise_uniform(network)
    return network


def _norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)


ARCHITECTURES = (
    Architecture(
        name=NAME,
        build=build,
        summary="AlexNet's layers with a hundredth of its parameters",
        author="vignette",
        year=None,
        depth=8,
        input=(3, 224, 224),
        classes=2,
        reference="the vignette on deep networks, section 4.5",
        error="faces 17.5%",
        error_note="800 faces of two classes, a fifth held out, 40 epochs",
        learning_rate=0.002,
    ),
)
