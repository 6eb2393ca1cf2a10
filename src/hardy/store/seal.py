"""The second pass: what only all rows together tell, written into the shards where room was left for it."""

import mmap
import os
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import numpy as np
import pyarrow as pa
import xxhash
from jaxtyping import UInt8

from hardy.dataset.statistics import LevelTotals
from hardy.errors import StoreError
from hardy.parallel import map_ordered
from hardy.store.checksums import hash_picture, row_checksums
from hardy.store.layout import Shard, shard_name
from hardy.store.staging import Entry
from hardy.store.stored import stored_pictures


def seal(
    folder: Path, entries: Sequence[Entry], sides: Sequence[str], shape: tuple[int, int, int] | None
) -> tuple[tuple[Shard, ...], LevelTotals | None]:
    """Write sides and checksums into shards, and hash them.

    It may be stopped anywhere and done again: nothing that it reads is what it writes.

    Args:
        folder: where the shards are.
        entries: their record batches.
        sides: of every row in them.
        shape: (H, W, C) of raw pixels.

    Returns:
        The shards, as the manifest lists them; and what the training rows' pixels add up to, where there are any.

    Raises:
        StoreError: pictures do not read back as they were written.
    """
    parts: list[tuple[Path, list[Entry], Sequence[str]]] = []
    begin = 0
    for number in sorted({entry.shard for entry in entries}):
        here = [entry for entry in entries if entry.shard == number and entry.rows]
        rows = sum(entry.rows for entry in here)
        parts.append((folder / shard_name(number), here, sides[begin : begin + rows]))
        begin += rows
    totals = LevelTotals(shape[2]) if shape else None
    shards = []
    for shard, part in map_ordered(lambda part: _seal_shard(*part, shape), parts, window=2):
        shards.append(shard)
        if totals and part:
            totals.join(part)
    return tuple(shards), totals


def _seal_shard(
    path: Path, entries: list[Entry], sides: Sequence[str], shape: tuple[int, int, int] | None
) -> tuple[Shard, LevelTotals | None]:
    totals = LevelTotals(shape[2]) if shape else None
    with path.open("r+b") as file:
        mapped = mmap.mmap(file.fileno(), 0)
        whole = np.frombuffer(mapped, np.uint8)
        digest, begin, hashed = xxhash.xxh3_128(), 0, 0
        for number, entry in enumerate(entries):
            here = sides[begin : begin + entry.rows]
            try:
                batch = _seal_batch(path, whole, number, entry, here)
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


def _count(totals: LevelTotals, batch: pa.RecordBatch, sides: Sequence[str], shape: tuple[int, int, int]) -> None:
    """Add up the training rows, run by run."""
    pixels = np.frombuffer(batch.column("pixels").flatten().buffers()[1], np.uint8).reshape(-1, *shape)
    row = 0
    for side, run in groupby(sides):
        count = len(list(run))
        if side == "train":
            totals.add(pixels[row : row + count])
        row += count


def _seal_batch(
    path: Path, whole: UInt8[np.ndarray, "bytes"], number: int, entry: Entry, sides: Sequence[str]
) -> pa.RecordBatch:
    """One record batch, read back, compared with what was written, and completed."""
    start = whole.__array_interface__["data"][0]

    def put(buffer: pa.Buffer, content: bytes) -> None:
        place = buffer.address - start
        whole[place : place + len(content)] = np.frombuffer(content, np.uint8)

    reader = pa.ipc.open_file(pa.BufferReader(pa.py_buffer(whole)))
    batch = reader.get_batch(number)
    if [hash_picture(view) for view in stored_pictures(batch)] != entry.pictures:
        raise StoreError(f"{path} did not read back as written: is the disk sound?")
    column = pa.array(sides, pa.string())
    _, offsets, words = batch.column("split").buffers()
    put(offsets, column.buffers()[1].to_pybytes()[: 4 * (batch.num_rows + 1)])
    put(words, "".join(sides).encode().ljust(words.size, b"\0"))
    # Read again through the new offsets, so that what is hashed is what is there.
    batch = reader.get_batch(number)
    put(batch.column("checksum").buffers()[1], row_checksums(batch, entry.pictures).tobytes())
    return batch
