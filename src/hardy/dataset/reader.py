"""How a Dataset gets at its pixels: every source supplies a Reader."""

from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
from jaxtyping import Int64

from hardy.pixels import Image, Images

Payload: TypeAlias = bytes | Image
"""What a row holds: the bytes of a picture file, or pixels (H, W, C)."""


@runtime_checkable
class Reader(Protocol):
    """Gives rows by their position in the source; safe to call from several threads at once."""

    def read(self, row: int) -> Payload:
        """The row's content.

        Raises:
            OSError: the file is gone or cannot be read.
            DecodeError: what is there is no picture.
        """


@runtime_checkable
class BatchReader(Reader, Protocol):
    """A reader whose rows all have one size, so that a batch is one gather."""

    shape: tuple[int, int, int]

    def read_batch(self, rows: Int64[np.ndarray, "n"]) -> Images:
        """The rows as one (N, H, W, C) array of its own."""


@runtime_checkable
class Prefetching(Reader, Protocol):
    """A reader that fetches from far away, and does so better many at a time."""

    def prefetch(self, rows: list[int]) -> object:
        """Fetch rows into a cache; what fails is told when the row is read."""


@runtime_checkable
class GroupReader(Reader, Protocol):
    """A reader to which several rows at a time are cheaper than one by one: what they are made of is read once."""

    together: int
    """How many rows are worth asking for, so that all of them fit into memory several times."""

    def read_group(self, rows: list[int]) -> list[Payload]:
        """The rows' contents.

        Raises:
            Whatever `read` raises for one of them.
        """


@runtime_checkable
class Stamped(Reader, Protocol):
    """A reader that can tell, without reading, whether a row may have changed."""

    def stamp(self, row: int) -> str:
        """What changes whenever the row's content may have; empty where it is gone."""


class ArrayReader:
    """Pixels that are in memory (or mapped) as one array.

    Args:
        pixels: (N, H, W, C), uint8 or uint16.
    """

    def __init__(self, pixels: np.ndarray) -> None:
        self.pixels = pixels
        self.shape = pixels.shape[1:]

    def read(self, row: int) -> Payload:
        """One image, without copying."""
        return self.pixels[row]

    def read_batch(self, rows: Int64[np.ndarray, "n"]) -> Images:
        """Copies of the images."""
        return self.pixels[rows]
