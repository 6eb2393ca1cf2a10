"""Rows of a mapped store by their address: views, batches, reading ahead; in this process and in others."""

import mmap
import time
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from jaxtyping import Int64, UInt8

from hardy.dataset.reader import Payload
from hardy.store.recipe import Recipe

_NEAR_BYTES = 128 << 10
"""Rows that lie closer are fetched from the disk together."""


_WARM_S_PER_BYTE = 0.5e-9
"""A batch that took longer came from the disk."""


@dataclass(frozen=True)
class MappedShard:
    """One file, mapped."""

    file: Path
    changed_ns: int
    memory: mmap.mmap
    address: int


class StoreReader(ABC):
    """Rows of mapped shards, by address. Copies of it in other processes, forked or spawned, map the files anew.

    Args:
        path: the store.
        recipe: what its rows are.
        shards: its files, and the record batches of each. There are many, so they are not kept.
    """

    def __init__(
        self, path: Path, recipe: Recipe, shards: Iterable[tuple[MappedShard, Sequence[pa.RecordBatch]]]
    ) -> None:
        self._path, self.recipe = path, recipe
        self._shards: list[MappedShard] = []
        self._list, shard_starts = [0], [0]
        for shard, batches in shards:
            self._shards.append(shard)
            for batch in batches:
                self._list.append(self._list[-1] + batch.num_rows)
                self._look_at(batch)
            shard_starts.append(self._list[-1])
        self._starts, self._shard_starts = np.array(self._list), np.array(shard_starts)

    @abstractmethod
    def _look_at(self, batch: pa.RecordBatch) -> None:
        """Note where the pictures of the next record batch lie."""

    def __len__(self) -> int:
        return int(self._starts[-1])

    def __reduce__(self) -> tuple[Any, ...]:
        from hardy.store.mapped import reopen  # which needs this file

        files = [(shard.file, len(shard.memory)) for shard in self._shards]
        return reopen, (self._path, files, self.changed_ns, self.recipe)

    @property
    def changed_ns(self) -> list[int]:
        """When each file was last changed."""
        return [shard.changed_ns for shard in self._shards]

    def _find(self, row: int) -> tuple[int, int]:
        """The record batch of a row, and its place there."""
        if not 0 <= row < self._list[-1]:
            raise IndexError(f"rows are 0 to {self._list[-1] - 1}, got {row}")
        batch = bisect_right(self._list, row) - 1
        return batch, row - self._list[batch]

    def _find_all(self, rows: Int64[np.ndarray, "n"]) -> tuple[Int64[np.ndarray, "n"], Int64[np.ndarray, "n"]]:
        if len(rows) and (rows.min() < 0 or rows.max() >= self._list[-1]):
            raise IndexError(f"rows are 0 to {self._list[-1] - 1}, got {rows.min()} to {rows.max()}")
        batches = np.searchsorted(self._starts, rows, side="right") - 1
        return batches, rows - self._starts[batches]

    @abstractmethod
    def read(self, row: int) -> Payload:
        """One row's content."""

    @abstractmethod
    def places(self, rows: Int64[np.ndarray, "n"]) -> tuple[Int64[np.ndarray, "n"], Int64[np.ndarray, "n"]]:
        """Address and length of each row's picture."""

    def prefetch(self, rows: Sequence[int] | Int64[np.ndarray, "n"]) -> None:
        """Ask the system to read rows from the disk, without waiting for it."""
        if not hasattr(mmap, "MADV_WILLNEED") or len(rows) == 0:
            return
        ordered = np.sort(np.asarray(rows, np.int64))
        addresses, lengths = self.places(ordered)
        ends = addresses + lengths
        numbers = np.searchsorted(self._shard_starts, ordered, side="right") - 1
        apart = np.flatnonzero((addresses[1:] - ends[:-1] > _NEAR_BYTES) | (np.diff(numbers) > 0)) + 1
        page = mmap.PAGESIZE
        for first, last in zip([0, *apart.tolist()], [*apart.tolist(), len(ends)], strict=True):
            shard = self._shards[int(numbers[first])]
            begin = (int(addresses[first]) - shard.address) // page * page
            end = min(int(ends[last - 1]) - shard.address, len(shard.memory))
            shard.memory.madvise(mmap.MADV_WILLNEED, begin, end - begin)


class RawReader(StoreReader):
    """Pixels of one shape."""

    def __init__(
        self, path: Path, recipe: Recipe, shards: Iterable[tuple[MappedShard, Sequence[pa.RecordBatch]]]
    ) -> None:
        shape = recipe.shape
        if shape is None:
            raise ValueError("a store of pixels without their shape")
        self.shape = shape
        self._length = int(np.prod(self.shape))
        self._is_cold = True
        self._views: list[np.ndarray] = []
        super().__init__(path, recipe, shards)
        self._addresses = np.array([view.__array_interface__["data"][0] for view in self._views], np.int64)

    def _look_at(self, batch: pa.RecordBatch) -> None:
        buffer = batch.column("pixels").flatten().buffers()[1]
        self._views.append(np.frombuffer(buffer, np.uint8).reshape(-1, *self.shape))

    def read(self, row: int) -> Payload:
        """One image, without copying."""
        batch, within = self._find(row)
        return self._views[batch][within]

    def read_batch(self, rows: Int64[np.ndarray, "n"]) -> UInt8[np.ndarray, "n h w c"]:
        """Images gathered into an array of their own."""
        out = np.empty((len(rows), *self.shape), np.uint8)
        self.read_into(rows, out)
        return out

    def read_into(self, rows: Int64[np.ndarray, "n"], out: UInt8[np.ndarray, "n h w c"]) -> None:
        """Images gathered into an array that is there: contiguous, of their shape.

        Raises:
            ValueError: it is not.
        """
        if out.shape != (len(rows), *self.shape) or out.dtype != np.uint8 or not out.flags.c_contiguous:
            raise ValueError(f"expected contiguous uint8 {(len(rows), *self.shape)}, got {out.dtype} {out.shape}")
        if self._is_cold:
            self.prefetch(rows)
        began = time.perf_counter()
        self._gather(rows, out)
        # Asking ahead costs more than reading what is in memory, and spares 19 of 20 ms where it is not.
        self._is_cold = time.perf_counter() - began > out.nbytes * _WARM_S_PER_BYTE

    def _gather(self, rows: Int64[np.ndarray, "n"], out: UInt8[np.ndarray, "n h w c"]) -> None:
        count = len(rows)
        if count > 1 and int(rows[-1]) - int(rows[0]) == count - 1 and (rows[1:] > rows[:-1]).all():
            self._copy_run(int(rows[0]), out)
            return
        from hardy.store.gather_kernels import gather  # here: Numba takes a third of a second to import

        wrong = gather(rows, self._starts, self._addresses, self._length, out.reshape(count, self._length))
        if wrong >= 0:
            self._find(int(rows[wrong]))

    def _copy_run(self, first: int, out: UInt8[np.ndarray, "n h w c"]) -> None:
        """Rows one after the other: few long copies."""
        self._find(first + len(out) - 1)
        done = 0
        while done < len(out):
            batch, within = self._find(first + done)
            part = self._views[batch][within : within + len(out) - done]
            out[done : done + len(part)] = part
            done += len(part)

    def places(self, rows: Int64[np.ndarray, "n"]) -> tuple[Int64[np.ndarray, "n"], Int64[np.ndarray, "n"]]:
        """Address and length of each row's picture."""
        batches, within = self._find_all(rows)
        addresses = self._addresses[batches] + within * self._length
        return addresses, np.full(len(rows), self._length, np.int64)


class EncodedReader(StoreReader):
    """Bytes of picture files."""

    def __init__(
        self, path: Path, recipe: Recipe, shards: Iterable[tuple[MappedShard, Sequence[pa.RecordBatch]]]
    ) -> None:
        self._offsets: list[np.ndarray] = []
        self._data: list[memoryview] = []
        self._begins: list[int] = []
        super().__init__(path, recipe, shards)
        self._addresses = np.array(self._begins, np.int64)

    def _look_at(self, batch: pa.RecordBatch) -> None:
        column = batch.column("image").field("bytes")
        if column.null_count:
            raise ValueError("a row has no picture")
        _, offsets, data = column.buffers()
        self._offsets.append(np.frombuffer(offsets, np.int32)[: len(column) + 1])
        self._data.append(memoryview(data) if data is not None else memoryview(b""))
        self._begins.append(data.address if data is not None else 0)

    def view(self, row: int) -> memoryview:
        """One file's bytes, without copying."""
        batch, within = self._find(row)
        offsets = self._offsets[batch]
        return self._data[batch][int(offsets[within]) : int(offsets[within + 1])]

    def read(self, row: int) -> Payload:
        """One file's bytes."""
        return bytes(self.view(row))

    def places(self, rows: Int64[np.ndarray, "n"]) -> tuple[Int64[np.ndarray, "n"], Int64[np.ndarray, "n"]]:
        """Address and length of each row's picture."""
        batches, within = self._find_all(rows)
        pairs = zip(batches.tolist(), within.tolist(), strict=True)
        ends = np.array([self._offsets[b][w : w + 2] for b, w in pairs], np.int64).reshape(-1, 2)
        return self._addresses[batches] + ends[:, 0], ends[:, 1] - ends[:, 0]
