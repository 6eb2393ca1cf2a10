"""Rows of a dataset as what a store keeps of them: read once, hashed, decoded, made smaller, on several threads."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Condition

import numpy as np
from jaxtyping import Bool, UInt8

from hardy.dataset import Dataset
from hardy.dataset.dataset import unpack
from hardy.dataset.probe import Facts, content_hash, facts_of
from hardy.dataset.reader import Payload, Prefetching, Stamped
from hardy.errors import DecodeError, ShapeError
from hardy.parallel import map_ordered, usable_cpus
from hardy.pixels.measure import count_pixels
from hardy.store.checksums import hash_picture
from hardy.store.recipe import Recipe

DECODING_BYTES = 512 << 20
"""What all threads together may unpack at a time; a picture above it waits until it is alone."""

_BYTES_PER_PIXEL = 8
"""Decoded, and once more on its way to smaller pixels, at four channels."""

_GROUP_S = 0.004
_GROUP_ROWS = 64
_AHEAD = 8
_PREFETCH_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class Row:
    """A row that can be stored; or, with a reason, one that cannot.

    Args:
        index: position in the dataset.
        facts: what the table is to say of it; None where it says so already.
        stored: bytes of a picture file, or pixels.
        picture: `hash_picture` of what is stored.
        reduced: whether it was decoded at a smaller scale.
        reason: why it cannot be stored.
    """

    index: int
    facts: Facts | None = None
    stored: bytes | UInt8[np.ndarray, "h w c"] = b""
    picture: int = 0
    reduced: bool = False
    reason: str = ""


class _Budget:
    """Bytes that threads take before they unpack a picture, and give back."""

    def __init__(self, limit: int) -> None:
        self._limit = self._left = limit
        self._changed = Condition()

    def take(self, size: int) -> int:
        """Wait until there is so much; no more than all there is."""
        size = min(size, self._limit)
        with self._changed:
            self._changed.wait_for(lambda: self._left >= size)
            self._left -= size
        return size

    def give(self, size: int) -> None:
        with self._changed:
            self._left += size
            self._changed.notify_all()


class Rows:
    """Makes rows.

    Args:
        data: where they come from. Contents that it knows already must be found again.
        recipe: what is kept.
        held_out: rows that are decoded exactly whatever the recipe, see `held_out_rows`; by default all that the
            source itself puts on another side than training.
        threads: the usable processors by default.
    """

    def __init__(
        self,
        data: Dataset,
        recipe: Recipe,
        held_out: Bool[np.ndarray, "n"] | None = None,
        threads: int | None = None,
    ) -> None:
        self._data, self._recipe = data, recipe
        self._held_out = held_out
        self._threads = threads or usable_cpus()
        self._budget = _Budget(DECODING_BYTES)
        self._seconds = 0.0  # of one row, roughly
        column = data.table.column("content")
        self._known = column if column.null_count == 0 else None
        self._sides = data.table.column("split")  # one at a time: they may be many, and lie in a file

    def make(self, begin: int, chunk_rows: int) -> Iterator[Row]:
        """Rows from `begin` to the last, in order. Pixels of `chunk_rows` of them lie in one array."""
        groups = self._groups(begin, chunk_rows)
        window = _AHEAD * self._threads  # enough to keep the threads at work while a batch is being written
        for rows in map_ordered(self._make_group, groups, self._threads, window):
            yield from rows

    def _groups(self, begin: int, chunk_rows: int) -> Iterator[tuple[range, np.ndarray | None]]:
        """Few slow rows or many fast ones, so that handing out work costs little and memory stays small."""
        shape, total = self._recipe.shape, len(self._data)
        reader = self._data.reader
        for first in range(begin, total, chunk_rows):
            last = min(first + chunk_rows, total)
            if isinstance(reader, Prefetching) and self._known is None:
                reader.prefetch(self._data.rows[first:last].tolist())
            pixels = None if shape is None else np.empty((last - first, *shape), np.uint8)
            row = first
            while row < last:
                count = 1 if self._seconds == 0 else int(min(max(_GROUP_S / self._seconds, 1), _GROUP_ROWS))
                group = range(row, min(row + count, last))
                yield group, None if pixels is None else pixels[group.start - first : group.stop - first]
                row = group.stop

    def _make_group(self, group: tuple[range, np.ndarray | None]) -> list[Row]:
        indices, pixels = group
        began = time.perf_counter()
        given: Sequence[Payload | None] = self._data.payloads(indices) or [None] * len(indices)
        places = [None] * len(indices) if pixels is None else pixels
        rows = [
            self._make(index, place, payload=payload)
            for index, place, payload in zip(indices, places, given, strict=True)
        ]
        self._seconds = (time.perf_counter() - began) / len(indices)
        return rows

    def one(self, index: int) -> Row:
        """A single row, decoded exactly."""
        shape = self._recipe.shape
        return self._make(index, None if shape is None else np.empty(shape, np.uint8), exact=True)

    def _make(
        self, index: int, out: UInt8[np.ndarray, "h w c"] | None, exact: bool = False, payload: Payload | None = None
    ) -> Row:
        try:
            return self._store(index, self._read(index) if payload is None else payload, out, exact)
        except (DecodeError, ShapeError) as error:
            reason = str(error).removeprefix(f"{self._data.path(index)}: ")
            return Row(index, reason=reason)

    def _read(self, index: int) -> Payload:
        """The row's content, if nobody writes it meanwhile."""
        reader, place = self._data.reader, int(self._data.rows[index])
        if not isinstance(reader, Stamped):
            return self._data.payload(index)
        before = reader.stamp(place)
        payload = self._data.payload(index)
        if reader.stamp(place) != before:
            raise DecodeError("it changed while it was read; pack again when nobody writes to it")
        return payload

    def _is_held_out(self, index: int) -> bool:
        if self._held_out is not None:
            return bool(self._held_out[index])
        return self._sides[index].as_py() not in (None, "train")

    def _store(self, index: int, payload: Payload, out: UInt8[np.ndarray, "h w c"] | None, exact: bool) -> Row:
        size, enough = 0, self._recipe.enough
        if enough is not None and (exact or self._is_held_out(index)):
            enough = None
        if isinstance(payload, bytes):
            size = self._budget.take(count_pixels(payload) * _BYTES_PER_PIXEL)
        try:
            picture = unpack(payload, enough)
            if out is None:
                stored: bytes | np.ndarray = self._recipe.encoded(payload, picture)
            else:
                out[:] = self._recipe.pixels(picture)
                stored = out
        finally:
            if size:
                self._budget.give(size)
        if self._known is None:
            return Row(index, facts_of(payload, picture), stored, hash_picture(stored), picture.reduced > 1)
        # A store's content is that of the files it was made of; that of a file must be found again.
        if isinstance(self._data.reader, Stamped) and self._known[index].as_py() != content_hash(payload):
            raise DecodeError("it changed since it was first read")
        return Row(index, None, stored, hash_picture(stored), picture.reduced > 1)
