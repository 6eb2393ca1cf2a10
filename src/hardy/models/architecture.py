"""What is known of an architecture beside its layers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from hardy.models.network import Network

Task = Literal["classes", "segments"]
Device = Literal["cuda", "mps", "cpu"]


Build = Callable[..., Network]
"""`build(channels, size_hw, classes, dropout=None, width=1.0)`.

`dropout` is the architecture's own where it is None, and comes before the last layer where the architecture has none;
`width` times the published number of filters are made.
"""


@dataclass(frozen=True)
class Architecture:
    """An entry of `hardy models`.

    Args:
        name: as `--model` takes it.
        build: makes one.
        summary: one line.
        author: the first one's surname, or the document's kind.
        year: of the publication, where it names one.
        depth: layers with weights on the longest way from picture to score.
        input: (channels, height, width) that it was published for, with which its parameters are counted.
        classes: likewise.
        reference: authors and title.
        error: what the reference reports, short; None where it reports none for this network.
        error_note: on which data, by how many networks.
        smallest: side of the smallest picture that its layers allow.
        learning_rate: AdamW's highest, where the user says none.
        task: whether it scores pictures or pixels.
        devices: where it runs, the one to be preferred first.
    """

    name: str
    build: Build
    summary: str
    author: str
    year: int | None
    depth: int
    input: tuple[int, int, int]
    classes: int
    reference: str
    error: str | None
    error_note: str
    smallest: int = 1
    learning_rate: float = 0.003
    task: Task = "classes"
    devices: tuple[Device, ...] = ("cuda", "mps", "cpu")


def collect(*groups: tuple[Architecture, ...]) -> dict[str, Architecture]:
    """By name.

    Raises:
        ValueError: two have the same.
    """
    found: dict[str, Architecture] = {}
    for entry in (entry for group in groups for entry in group):
        if entry.name in found:
            raise ValueError(f"two architectures are called {entry.name}")
        found[entry.name] = entry
    return found


IMAGENET = (3, 224, 224)
"""The input that most were published for; of 1,000 classes."""
