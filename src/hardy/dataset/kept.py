"""Many things of one kind that are no numbers and no words: few as a tuple, many pickled into a mapped file."""

import pickle
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar, overload

import numpy as np
import pyarrow as pa

from hardy.dataset.spill import Batches

FEW = 1 << 10
"""So many are a tuple, and are pickled at a time."""

_PIECE_BYTES = 1 << 20
_SCHEMA = pa.schema([("items", pa.large_binary())])

Item = TypeVar("Item")


class Kept(Sequence[Item]):
    """A sequence that cannot be changed, of which some items at a time are in memory.

    Args:
        pieces: pickled lists.
        ends: how many items there are up to the end of each.
    """

    def __init__(self, pieces: list[pa.RecordBatch], ends: list[int]) -> None:
        self._pieces, self._ends = pieces, ends
        self._last: tuple[int, list[Item]] = (-1, [])

    def __len__(self) -> int:
        return self._ends[-1]

    def __iter__(self) -> Iterator[Item]:
        for number in range(len(self._pieces)):
            yield from self._load(number)

    @overload
    def __getitem__(self, place: int) -> Item: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Item]: ...

    def __getitem__(self, place: int | slice) -> Item | Sequence[Item]:
        if isinstance(place, slice):
            return tuple(self[at] for at in range(*place.indices(len(self))))
        at = place + len(self) if place < 0 else place
        if not 0 <= at < len(self):
            raise IndexError(place)
        number = bisect_right(self._ends, at)
        loaded, items = self._last
        if loaded != number:
            items = self._load(number)
            self._last = number, items
        return items[at - (self._ends[number - 1] if number else 0)]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (Kept, tuple)):
            return NotImplemented
        return len(self) == len(other) and all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))

    def _load(self, number: int) -> list[Item]:
        items: list[Item] = pickle.loads(self._pieces[number].column(0).buffers()[2])
        return items


def keep(items: Iterable[Item]) -> Sequence[Item]:
    """What an iterator gives, to be looked at again; the first to last without all of them in memory.

    Example:
        >>> keep(range(3))
        (0, 1, 2)
    """
    source = iter(items)
    first = tuple(islice(source, FEW + 1))
    if len(first) <= FEW:
        return first
    pieces, ends = Batches(_SCHEMA), list[int]()
    limit = FEW
    waiting: list[Item] = list(first)
    while waiting:
        size = _add(pieces, waiting)
        ends.append((ends[-1] if ends else 0) + len(waiting))
        # Pieces of about a megabyte, however large the items are.
        limit = max(1, min(FEW, len(waiting) * _PIECE_BYTES // size))
        waiting = list(islice(source, limit))
    return Kept(pieces.finish(), ends)


def _add(pieces: Batches, items: list[Any]) -> int:
    content = pickle.dumps(items, pickle.HIGHEST_PROTOCOL)
    offsets = pa.py_buffer(np.array([0, len(content)], np.int64))
    column = pa.Array.from_buffers(pa.large_binary(), 1, [None, offsets, pa.py_buffer(content)])
    pieces.add(pa.record_batch([column], schema=_SCHEMA))
    return len(content)
