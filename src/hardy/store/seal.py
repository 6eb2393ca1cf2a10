"""The second pass: what only all rows together tell, written into the shards where room was left for it."""

import mmap
import os
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import numpy as np
import pyarrow as pa
import xxhash
from jaxtyping import UInt8, UInt64

from hardy.dataset.sides import CODES, side_words
from hardy.dataset.statistics import LevelTotals
from hardy.errors import StoreError
from hardy.parallel import map_ordered
from hardy.store.checksums import hash_pictures, row_checksums
from hardy.store.layout import Shard, shard_name
from hardy.store.staging import Entry, Staging


def seal(
    staging: Staging, entries: Sequence[Entry], sides: UInt8[np.ndarray, "n"], shape: tuple[int, int, int] | None
) -> tuple[tuple[Shard, ...], LevelTotals | None]:
    """Write sides and checksums into shards, and hash them.

    It may be stopped anywhere and done again: nothing that it reads is what it writes.

    Args:
        staging: where the shards are.
        entries: their record batches.
        sides: of every row in them, see `hardy.dataset.sides`.
        shape: (H, W, C) of raw pixels.

    Returns:
        The shards, as the manifest lists them; and what the training rows' pixels add up to, where there are any.

    Raises:
        StoreError: pictures do not read back as they were written.
    """
    parts: list[tuple[int, list[Entry], UInt8[np.ndarray, k]]] = []
    begin = 0
    for number, group in groupby(entries, lambda entry: entry.shard):
        here = [entry for entry in group if entry.rows]
        rows = sum(entry.rows for entry in here)
        parts.append((number, here, sides[begin : begin + rows]))
        begin += rows
    totals = LevelTotals(shape[2]) if shape else None
    shards = []
    for shard, part in map_ordered(lambda part: _seal_shard(staging, *part, shape), parts, window=2):
        shards.append(shard)
        if totals and part:
            totals.join(part)
    return tuple(shards), totals


def _seal_shard(
    staging: Staging,
    number: int,
    entries: list[Entry],
    sides: UInt8[np.ndarray, "n"],
    shape: tuple[int, int, int] | None,
) -> tuple[Shard, LevelTotals | None]:
    path = staging.store / shard_name(number)
    totals = LevelTotals(shape[2]) if shape else None
    with path.open("r+b") as file:
        mapped = mmap.mmap(file.fileno(), 0)
        whole = np.frombuffer(mapped, np.uint8)
        digest, begin, hashed = xxhash.xxh3_128(), 0, 0
        for place, entry in enumerate(entries):
            here = sides[begin : begin + entry.rows]
            try:
                batch = _seal_batch(path, whole, place, staging.pictures(entry), here)
            except (OSError, pa.ArrowException, ValueError) as error:
                raise StoreError(f"{path} did not read back as written ({error}): is the disk sound?") from error
            if totals and shape:
                _count(totals, batch, here, shape)
            end = _end_of(batch) - whole.__array_interface__["data"][0]
            digest.update(whole[hashed:end].data)  # what was just looked at is still near
            hashed = end
            del batch
            begin += entry.rows
            if hasattr(mmap, "MADV_DONTNEED"):  # what was looked at need not stay in this process
                mapped.madvise(mmap.MADV_DONTNEED)
        digest.update(whole[hashed:].data)
        mapped.flush()
        os.fsync(file.fileno())
    return Shard(path.name, len(sides), path.stat().st_size, digest.hexdigest()), totals


def _end_of(batch: pa.RecordBatch) -> int:
    """The address behind the last byte of a batch. Empty buffers lie anywhere."""
    buffers = (buffer for column in batch.columns for buffer in column.buffers() if buffer is not None)
    return max(int(buffer.address + buffer.size) for buffer in buffers if buffer.size)


def _count(
    totals: LevelTotals, batch: pa.RecordBatch, sides: UInt8[np.ndarray, "n"], shape: tuple[int, int, int]
) -> None:
    """Add up the training rows, run by run."""
    pixels = np.frombuffer(batch.column("pixels").flatten().buffers()[1], np.uint8).reshape(-1, *shape)
    edges = np.flatnonzero(np.diff(sides == CODES["train"], prepend=False, append=False))
    for begin, end in edges.reshape(-1, 2).tolist():
        totals.add(pixels[begin:end])


def _seal_batch(
    path: Path,
    whole: UInt8[np.ndarray, "bytes"],
    place: int,
    pictures: UInt64[np.ndarray, "n"],
    sides: UInt8[np.ndarray, "n"],
) -> pa.RecordBatch:
    """One record batch, read back, compared with what was written, and completed."""
    start = whole.__array_interface__["data"][0]

    def put(buffer: pa.Buffer, content: bytes) -> None:
        begin = buffer.address - start
        whole[begin : begin + len(content)] = np.frombuffer(content, np.uint8)

    reader = pa.ipc.open_file(pa.BufferReader(pa.py_buffer(whole)))
    batch = reader.get_batch(place)
    if not np.array_equal(hash_pictures(batch), pictures):
        raise StoreError(f"{path} did not read back as written: is the disk sound?")
    column = side_words(sides)
    _, offsets, words = batch.column("split").buffers()
    put(offsets, column.buffers()[1].to_pybytes()[: 4 * (batch.num_rows + 1)])
    put(words, "".join(column.to_pylist()).encode().ljust(words.size, b"\0"))
    # Read again through the new offsets, so that what is hashed is what is there.
    batch = reader.get_batch(place)
    put(batch.column("checksum").buffers()[1], row_checksums(batch, pictures).tobytes())
    return batch
