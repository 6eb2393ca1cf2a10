"""The second pass: what only all rows together tell, written into the shards where room was left for it."""

import mmap
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from hardy.errors import StoreError
from hardy.files import hash_file
from hardy.parallel import map_ordered
from hardy.store.checksums import hash_picture, row_checksums
from hardy.store.layout import Shard, shard_name
from hardy.store.staging import Entry
from hardy.store.stored import stored_pictures


def seal(folder: Path, entries: Sequence[Entry], sides: Sequence[str]) -> tuple[Shard, ...]:
    """Write sides and checksums into shards, and hash them.

    It may be stopped anywhere and done again: nothing that it reads is what it writes.

    Args:
        folder: where the shards are.
        entries: their record batches.
        sides: of every row in them.

    Returns:
        The shards, as the manifest lists them.

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
    return tuple(map_ordered(lambda part: _seal_shard(*part), parts))


def _seal_shard(path: Path, entries: list[Entry], sides: Sequence[str]) -> Shard:
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as mapped:
        whole = np.frombuffer(mapped, np.uint8)
        try:
            _write_columns(path, whole, entries, sides)
        finally:
            del whole  # an exported buffer would keep the mapping open
        mapped.flush()
        os.fsync(file.fileno())
    return Shard(path.name, len(sides), path.stat().st_size, hash_file(path))


def _write_columns(path: Path, whole: np.ndarray, entries: list[Entry], sides: Sequence[str]) -> None:
    start = whole.__array_interface__["data"][0]

    def put(buffer: pa.Buffer, content: bytes) -> None:
        place = buffer.address - start
        whole[place : place + len(content)] = np.frombuffer(content, np.uint8)

    reader = pa.ipc.open_file(pa.BufferReader(pa.py_buffer(whole)))
    begin = 0
    for number, entry in enumerate(entries):
        batch = reader.get_batch(number)
        if [hash_picture(view) for view in stored_pictures(batch)] != entry.pictures:
            raise StoreError(f"{path} did not read back as written: is the disk sound? Nothing was made of it")
        here = pa.array(sides[begin : begin + batch.num_rows], pa.string())
        _, offsets, words = batch.column("split").buffers()
        put(offsets, here.buffers()[1].to_pybytes()[: 4 * (batch.num_rows + 1)])
        text = "".join(here.to_pylist()).encode()
        put(words, text.ljust(words.size, b"\0"))
        # Read back through the new offsets, so that what is hashed is what is there.
        checksums = row_checksums(reader.get_batch(number), entry.pictures)
        put(batch.column("checksum").buffers()[1], checksums.tobytes())
        begin += batch.num_rows
