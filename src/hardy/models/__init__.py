"""Networks: one file per architecture.

To add one: write `models/<name>.py` with `build(channels, size_hw, classes, dropout, width) -> Network` and a tuple
`ARCHITECTURES` that says what is known of it; name the file in `ARCHITECTURES` below; put its published parameter
count into `tests/unit/models/test_counts.py`. The other tests find it by themselves.
"""

import difflib
from collections.abc import Callable

from hardy.errors import InputError
from hardy.models import (
    alexnet,
    alexnet_reduced,
    cifar_vignette,
    conv,
    convnext,
    darknet,
    dense,
    efficientnet,
    googlenet,
    inception,
    lecture_mnist,
    lenet,
    mobilenet,
    numpy_bridge,
    resnet,
    resnet9,
    unet,
    vgg,
    whitening,
    zfnet,
)
from hardy.models.architecture import Architecture, collect
from hardy.models.network import Network, count_parameters, count_statistics

__all__ = [
    "ARCHITECTURES",
    "Architecture",
    "Network",
    "build_model",
    "count_parameters",
    "count_statistics",
    "find_architecture",
]

ARCHITECTURES = collect(
    *(dense.ARCHITECTURES, conv.ARCHITECTURES, lecture_mnist.ARCHITECTURES),
    *(alexnet_reduced.ARCHITECTURES, cifar_vignette.ARCHITECTURES),
    *(resnet9.ARCHITECTURES, whitening.ARCHITECTURES, lenet.ARCHITECTURES, alexnet.ARCHITECTURES),
    *(zfnet.ARCHITECTURES, vgg.ARCHITECTURES, googlenet.ARCHITECTURES, inception.ARCHITECTURES),
    *(resnet.ARCHITECTURES, darknet.ARCHITECTURES, unet.ARCHITECTURES, mobilenet.ARCHITECTURES),
    *(efficientnet.ARCHITECTURES, convnext.ARCHITECTURES, numpy_bridge.ARCHITECTURES),
)
"""Every architecture by its name."""

LISTS: dict[str, Callable[..., Network]] = {"dense": dense.build, "conv": conv.build}
"""Families whose name goes on with any list of widths or filters."""

WIDEST = 65_536
"""Of a layer; more is a slip of the finger, and more memory than there is."""


def find_architecture(name: str) -> Architecture:
    """What is known of an architecture.

    Raises:
        InputError: there is none of that name in the list; the message suggests some.

    Example:
        >>> find_architecture("resnet-50").year
        2015
    """
    if name in ARCHITECTURES:
        return ARCHITECTURES[name]
    family, *numbers = name.split("-")
    if family in LISTS and numbers and all(n.isdecimal() and int(n) > 0 for n in numbers):
        if any(int(n) > WIDEST for n in numbers):
            raise InputError(f"{name}: a layer may be at most {WIDEST:,} wide")
        module = dense if family == "dense" else conv
        return module.entry([int(n) for n in numbers], None)
    raise InputError(f"there is no model {name!r}; {_suggestions(name)}")


def _suggestions(name: str) -> str:
    plain = {known.replace("-", ""): known for known in ARCHITECTURES}
    close = difflib.get_close_matches(name.lower().replace("-", "").replace("_", ""), plain, 3, 0.6)
    if close:
        return f"did you mean {' or '.join(plain[each] for each in close)}? hardy models lists all"
    return "choose for example dense-512, conv-16-32, resnet-9 or resnet-18; hardy models lists all"


def build_model(
    name: str, channels: int, size_hw: tuple[int, int], classes: int, dropout: float | None = None
) -> Network:
    """Make a network by its name, such as `resnet-18`, `dense-512-512` or `conv-16-32`.

    Args:
        name: see `ARCHITECTURES`; dense and conv take any widths or filters, joined by hyphens.
        channels: of the input.
        size_hw: (height, width) of the input in pixels.
        classes: width of the output.
        dropout: 0 to 1 (exclusive); the architecture's own by default.

    Returns:
        The network on the CPU; weights drawn from torch's global generator, which the caller seeds.

    Raises:
        InputError: no such name, or the input is too small for the layers.

    Example:
        >>> count_parameters(build_model("conv-16", 1, (28, 28), 10))
        27210
    """
    architecture = find_architecture(name)
    if dropout is not None and not 0 <= dropout < 1:
        raise InputError(f"dropout must be at least 0 and below 1, got {dropout}")
    if classes < 2:
        raise InputError(f"a network needs at least two classes, got {classes}")
    return architecture.build(channels, size_hw, classes, dropout)
