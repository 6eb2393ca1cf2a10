"""Every architecture in a size that a test can afford."""

from collections.abc import Callable

import torch

from hardy.models import ARCHITECTURES, Network

NAMES = list(ARCHITECTURES)
CLASSIFIERS = [name for name in NAMES if ARCHITECTURES[name].task == "classes"]
CLASSES = 5

REPEATED = ("vgg-11", "vgg-13", "vgg-11-bn", "vgg-13-bn", "vgg-16", "vgg-16-bn", "resnet-34", "resnet-101")
"""The same code as others with other numbers of layers: left out where a test takes long."""
DIFFERENT = [name for name in NAMES if name not in REPEATED]

_WIDTHS = {
    "dense": 0.125,
    "conv": 1.0,
    "lenet": 1.0,
    "lecture": 0.125,
    "cifar": 0.5,
    "alexnet-reduced": 0.5,
    "numpy": 1,
}


def width_of(name: str) -> float:
    """Narrow enough for a step in a fraction of a second."""
    return next((width for start, width in _WIDTHS.items() if name.startswith(start)), 0.125)


def size_of(name: str) -> tuple[int, int]:
    """Odd, not square, and not the smallest."""
    smallest = ARCHITECTURES[name].smallest
    return max(17, smallest + 6), max(11, smallest + 1)


def narrow(name: str, channels: int = 3, dropout: float | None = None, seed: int = 0) -> Network:
    """The architecture with an eighth of its filters, or so."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        build: Callable[..., Network] = ARCHITECTURES[name].build
        return build(channels, size_of(name), CLASSES, dropout, width_of(name))


def batch_for(name: str, count: int = 6, channels: int = 3) -> tuple[torch.Tensor, torch.Tensor]:
    """Pictures of noise, and a class for each, or for each of its pixels."""
    generator = torch.Generator().manual_seed(1)
    size_hw = size_of(name)
    images = torch.randn(count, channels, *size_hw, generator=generator)
    if ARCHITECTURES[name].task == "segments":
        return images, (images.mean(dim=1) > 0).long()
    return images, torch.arange(count) % CLASSES
