"""Room for a number or two of every row: in memory while there are few rows, in a mapped file when there are many.

The system takes the pages of a mapped file back when it needs them, so that a process needs no more memory for a
hundred million rows than for a million. The files have no name: they vanish with the array, or with the process,
however it ends. They lie in `TMPDIR`, else in `/var/tmp`, which is on a disk where `/tmp` often is in memory.
"""

import contextlib
import mmap
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
from jaxtyping import Bool, Int64

from hardy.errors import OutputError

MEMORY_BYTES = 1 << 20
"""What takes more is a file."""

PART_ROWS = 1 << 18
"""Rows that are worked on at a time."""


def folder() -> Path:
    """Where the files lie."""
    var = Path("/var/tmp")
    if "TMPDIR" not in os.environ and os.access(var, os.W_OK):
        return var
    return Path(tempfile.gettempdir())


def nameless_file() -> IO[bytes]:
    """A file to write and read, which is gone once it is closed.

    Raises:
        OutputError: there is no place for it.
    """
    with room_errors():
        return tempfile.TemporaryFile(dir=folder())


@contextlib.contextmanager
def room_errors() -> Iterator[None]:
    """Turn a failing write into an OutputError that says where there was no room."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"cannot write temporary files to {folder()}: {error.strerror or error}; TMPDIR=FOLDER names another place"
        ) from error


def map_file(file: IO[bytes], size: int, *, writable: bool = False) -> mmap.mmap:
    """The first bytes of a file in memory; the file may be closed afterwards."""
    # Before Python 3.13 a mapping keeps a file open, of which a process may have about a thousand.
    options: dict[str, Any] = {"trackfd": False} if sys.version_info >= (3, 13) else {}
    access = mmap.ACCESS_WRITE if writable else mmap.ACCESS_READ
    return mmap.mmap(file.fileno(), size, access=access, **options)


def zeros(length: int, dtype: Any) -> np.ndarray:
    """An array of zeros.

    Raises:
        OutputError: the disk is full.

    Example:
        >>> zeros(3, np.int64)
        array([0, 0, 0])
    """
    size = length * np.dtype(dtype).itemsize
    if size <= MEMORY_BYTES:
        return np.zeros(length, dtype)
    with nameless_file() as file, room_errors():
        file.truncate(size)
        if hasattr(os, "posix_fallocate"):  # a full disk is told now: later it would end the process
            os.posix_fallocate(file.fileno(), 0, size)
        return np.frombuffer(map_file(file, size, writable=True), dtype)


def count_up(length: int) -> Int64[np.ndarray, "n"]:
    """The numbers from 0.

    Example:
        >>> count_up(3)
        array([0, 1, 2])
    """
    out = zeros(length, np.int64)
    for part in parts(length):
        out[part] = np.arange(part.start, part.stop)
    return out


def parts(length: int) -> Iterator[slice]:
    """So many rows, some at a time, in order.

    Example:
        >>> list(parts(3))
        [slice(0, 3, None)]
    """
    for start in range(0, length, PART_ROWS):
        yield slice(start, min(start + PART_ROWS, length))


def positions(which: Bool[np.ndarray, "n"]) -> Int64[np.ndarray, "k"]:
    """Where it is true.

    Example:
        >>> positions(np.array([False, True, True]))
        array([1, 2])
    """
    out = zeros(int(np.count_nonzero(which)), np.int64)
    end = 0
    for part in parts(len(which)):
        found = np.flatnonzero(which[part]) + part.start
        out[end : end + len(found)] = found
        end += len(found)
    return out


def equals(values: np.ndarray, value: int) -> Bool[np.ndarray, "n"]:
    """`values == value`.

    Example:
        >>> equals(np.array([5, 6]), 6)
        array([False,  True])
    """
    out = zeros(len(values), bool)
    for part in parts(len(values)):
        out[part] = values[part] == value
    return out


def take(values: np.ndarray, places: Int64[np.ndarray, "k"]) -> np.ndarray:
    """`values[places]`.

    Example:
        >>> take(np.array([5, 6, 7]), np.array([2, 0]))
        array([7, 5])
    """
    out = zeros(len(places), values.dtype)
    for part in parts(len(places)):
        out[part] = values[places[part]]
    return out


def stable_order(keys: np.ndarray) -> Int64[np.ndarray, "n"]:
    """`np.argsort(keys, kind="stable")`.

    Many keys are first dealt out to parts between splitters, which are sorted one by one.

    Args:
        keys: numbers, none of them NaN.

    Example:
        >>> stable_order(np.array([3, 1, 2, 1]))
        array([1, 3, 2, 0])

    Source: Frazer and McKellar, "Samplesort", J. ACM 17, 1970; parts of equal keys as by Sanders and Winkel 2004.
    """
    if len(keys) <= PART_ROWS:
        return np.argsort(keys, kind="stable")
    splitters = _splitters(keys)
    # Part 2i holds what lies below splitter i, and 2i + 1 what equals it, which needs no sorting.
    counts = np.zeros(2 * len(splitters) + 1, np.int64)
    for part in parts(len(keys)):
        counts += np.bincount(_part_numbers(splitters, keys[part]), minlength=len(counts))
    ends = np.cumsum(counts)
    cursors = ends - counts
    order, dealt = zeros(len(keys), np.int64), zeros(len(keys), keys.dtype)
    for part in parts(len(keys)):
        numbers = _part_numbers(splitters, keys[part])
        within = np.argsort(numbers, kind="stable")
        here = np.bincount(numbers, minlength=len(counts))
        # Consecutive rows of one part go to consecutive places.
        places = np.arange(len(within)) + np.repeat(cursors - (np.cumsum(here) - here), here)
        order[places] = within + part.start
        dealt[places] = keys[part][within]
        cursors += here
    for begin, end in zip((ends - counts)[::2].tolist(), ends[::2].tolist(), strict=True):
        order[begin:end] = order[begin:end][np.argsort(dealt[begin:end], kind="stable")]
    return order


def _splitters(keys: np.ndarray) -> np.ndarray:
    """Keys that divide the others about evenly, by a sample that is the same each time."""
    wanted = -(-4 * len(keys) // PART_ROWS)
    places = np.random.default_rng(0).integers(0, len(keys), 16 * wanted)
    return np.unique(np.sort(keys[places])[::16])


def _part_numbers(splitters: np.ndarray, keys: np.ndarray) -> Int64[np.ndarray, "n"]:
    return np.searchsorted(splitters, keys, "left") + np.searchsorted(splitters, keys, "right")
