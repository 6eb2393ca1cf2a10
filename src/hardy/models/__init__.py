"""Networks: one file per architecture.

To add one: write `models/<name>.py` with `build(spec, channels, size_hw, classes, dropout) -> Network`; add a line to
`FAMILIES`; test its parameter count against the published one in `tests/unit/models/test_<name>.py`.
"""

from collections.abc import Callable
from typing import NamedTuple

from hardy.errors import InputError
from hardy.models import conv, dense
from hardy.models.network import Network, count_parameters

__all__ = ["FAMILIES", "Family", "Network", "build_model", "count_parameters"]


WIDEST = 65_536
"""Of a layer; more is a slip of the finger, and more memory than there is."""


class Family(NamedTuple):
    """Architectures that differ in a list of numbers only.

    Args:
        build: makes one, from that list.
        examples: full names to show to users.
        summary: one line.
    """

    build: Callable[..., Network]
    examples: tuple[str, ...]
    summary: str


FAMILIES: dict[str, Family] = {
    "dense": Family(
        dense.build, ("dense-512", "dense-1024", "dense-512-512"), "fully connected layers of these widths"
    ),
    "conv": Family(conv.build, ("conv-16", "conv-16-32"), "3×3 convolutions of these numbers of filters, each pooled"),
}


def build_model(
    name: str, channels: int, size_hw: tuple[int, int], classes: int, dropout: float | None = None
) -> Network:
    """Make a network by its name, such as `dense-512-512` or `conv-16-32`.

    Args:
        name: the family, then its widths or filters, joined by hyphens.
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
    family, *numbers = name.split("-")
    known = ", ".join(example for entry in FAMILIES.values() for example in entry.examples)
    if family not in FAMILIES or not numbers or not all(n.isdecimal() and int(n) > 0 for n in numbers):
        raise InputError(f"there is no model {name!r}; choose for example {known}")
    if any(int(n) > WIDEST for n in numbers):
        raise InputError(f"{name}: a layer may be at most {WIDEST:,} wide")
    if dropout is not None and not 0 <= dropout < 1:
        raise InputError(f"dropout must be at least 0 and below 1, got {dropout}")
    if classes < 2:
        raise InputError(f"a network needs at least two classes, got {classes}")
    return FAMILIES[family].build([int(n) for n in numbers], channels, size_hw, classes, dropout)
