"""Rows of datasets in an HDF5 file, read when they are asked for."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np

from hardy.dataset.reader import Payload
from hardy.errors import DecodeError
from hardy.sources.image_array import to_pixels

_BLOCKS_BYTES = 128 << 20
_BLOCK_BYTES = 1 << 10
"""What a block takes beside its values, and more."""

Form = Literal["stack", "image", "file"]


class Stored(NamedTuple):
    """A dataset of images.

    Args:
        path: in the file.
        form: "stack" is (N, H, W) or (N, H, W, C), "image" (H, W) or (H, W, C), "file" the bytes of a picture file.
        size: how many images are in it.
        rows_per_block: rows that are stored, and so read, together.
        channels_first: C stands before H.
    """

    path: str
    form: Form
    size: int
    rows_per_block: int = 1
    channels_first: bool = False


class Hdf5Reader:
    """Images of some datasets, one dataset after the other.

    HDF5 unpacks whole chunks and its library is not safe from several threads: rows of a chunk are read together, kept
    until newer ones need the place, and all of it happens under one lock.

    Args:
        opened: h5py's File; it stays open as long as the reader.
        file: its path, for messages.
        parts: the datasets.
    """

    def __init__(self, opened: Any, file: Path, parts: Sequence[Stored]) -> None:
        self._opened = opened
        self._file = file
        self._parts = parts
        self._starts = np.cumsum([0, *(part.size for part in parts)])
        self._blocks: OrderedDict[tuple[int, int], np.ndarray] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def read(self, row: int) -> Payload:
        """One image.

        Raises:
            DecodeError: it cannot be read, or its floats are not within 0..1.
        """
        number = int(np.searchsorted(self._starts, row, side="right")) - 1
        part = self._parts[number]
        try:
            with self._lock:
                values = self._values(number, row - int(self._starts[number]))
        except (OSError, KeyError, RuntimeError, ValueError, TypeError, IndexError, MemoryError) as error:
            raise DecodeError(f"{self._file} changed since it was opened, or is damaged: {error}") from error
        if part.form == "file":
            return values.tobytes()
        if values.ndim == 2:
            return to_pixels(values)[..., None]
        return to_pixels(np.moveaxis(values, 0, 2) if part.channels_first else values)

    def _values(self, number: int, row: int) -> np.ndarray:
        part = self._parts[number]
        if part.form != "stack":
            values: np.ndarray = self._opened[part.path][()]
            return values
        rows = part.rows_per_block
        start = row // rows * rows
        if (number, start) not in self._blocks:
            self._load(number, start, rows)
        self._blocks.move_to_end((number, start))
        return self._blocks[number, start][row - start]

    def _load(self, number: int, start: int, rows: int) -> None:
        block: np.ndarray = self._opened[self._parts[number].path][start : start + rows]
        self._blocks[number, start] = block
        self._bytes += block.nbytes + _BLOCK_BYTES
        while self._bytes > _BLOCKS_BYTES and len(self._blocks) > 1:
            self._bytes -= self._blocks.popitem(last=False)[1].nbytes + _BLOCK_BYTES
