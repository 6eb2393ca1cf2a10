"""What a process that was stopped had written of a store, as far as it is whole and its source unchanged."""

from collections.abc import Callable
from contextlib import suppress
from itertools import groupby
from pathlib import Path

import numpy as np
import pyarrow as pa

from hardy.dataset import Dataset
from hardy.dataset.probe import content_hash
from hardy.dataset.reader import Stamped
from hardy.errors import DecodeError
from hardy.files import hash_bytes
from hardy.store.checksums import hash_pictures
from hardy.store.layout import shard_name
from hardy.store.recipe import Recipe
from hardy.store.rows import Rows
from hardy.store.shards import ROOM, ShardWriter, read_unfinished
from hardy.store.staging import Entry, Staging


def salvage(
    data: Dataset, recipe: Recipe, staging: Staging, reopen: Callable[[int], ShardWriter]
) -> tuple[list[Entry], ShardWriter | None]:
    """Go on from the last record batch that is good.

    Args:
        data: the rows.
        recipe: what is kept of each.
        staging: where; afterwards its journal says what this returns.
        reopen: makes the shard of that number anew.

    Returns:
        The record batches that are done, and the last shard, open for more; None where there is none.
    """
    before = staging.load()
    if before is None:
        staging.clear()
        staging.begin([])
        return [], None
    entries: list[Entry] = []
    last: list[pa.RecordBatch] = []
    for shard, group in groupby(sorted(before, key=lambda entry: entry.begin), lambda entry: entry.shard):
        here = list(group)
        good = _good(data, recipe, staging, here, _batches_of(staging, shard, here))
        entries += here[: len(good)]
        if good:
            last = [batch for batch in good if batch is not None]
        if len(good) < len(here):
            break
    entries = staging.begin(entries)
    if not entries:
        return [], None
    return entries, _reopened(staging.store / shard_name(entries[-1].shard), last, lambda: reopen(entries[-1].shard))


def stamps(data: Dataset, begin: int, end: int) -> str:
    """What the files of some rows looked like; empty where the source cannot say."""
    reader = data.reader
    if not isinstance(reader, Stamped):
        return ""
    return hash_bytes("\n".join(reader.stamp(row) for row in data.rows[begin:end].tolist()).encode())


def _saved(path: Path) -> Path:
    return path.with_name(f"{path.name}.before")


def _batches_of(staging: Staging, shard: int, entries: list[Entry]) -> list[pa.RecordBatch | None]:
    """The batch of each entry; None for one that has no rows. Shorter where the file is."""
    count = sum(entry.rows > 0 for entry in entries)
    path = staging.store / shard_name(shard)
    saved, batches = read_unfinished(_saved(path), count), read_unfinished(path, count)
    found = iter(saved if len(saved) >= len(batches) else batches)  # the first where it was stopped going on
    out: list[pa.RecordBatch | None] = []
    for entry in entries:
        if not entry.rows:
            out.append(None)
        elif (batch := next(found, None)) is not None:
            out.append(batch)
        else:
            break
    return out


def _good(
    data: Dataset,
    recipe: Recipe,
    staging: Staging,
    entries: list[Entry],
    batches: list[pa.RecordBatch | None],
) -> list[pa.RecordBatch | None]:
    """Batches up to the first that is damaged, or whose source has changed since."""
    good = []
    for entry, batch in zip(entries, batches, strict=False):
        if batch is not None and not np.array_equal(hash_pictures(batch), staging.pictures(entry)):
            break
        if not _is_unchanged(data, recipe, entry, batch):
            break
        good.append(batch)
    return good


def _is_unchanged(data: Dataset, recipe: Recipe, entry: Entry, batch: pa.RecordBatch | None) -> bool:
    if entry.stamps:
        return stamps(data, entry.begin, entry.end) == entry.stamps
    contents = batch.column("content").to_pylist() if batch is not None else []
    known = data.table.column("content")
    for row, content in zip(entry.accepted().tolist(), contents, strict=True):
        try:
            if (known[row].as_py() or content_hash(data.payload(row))) != content:
                return False
        except DecodeError:
            return False
    again = Rows(data, recipe)
    return all(again.one(row).reason for row, _ in entry.refused)  # one of them may have been mended


def _reopened(path: Path, batches: list[pa.RecordBatch], reopen: Callable[[], ShardWriter]) -> ShardWriter:
    """The last shard with the batches that are good: the format cannot be appended to."""
    saved = _saved(path)
    if path.exists() and not saved.exists():
        path.replace(saved)
    writer = reopen()
    for batch in batches:
        columns = [_without_sides(batch, name) for name in batch.schema.names]
        writer.write(pa.record_batch(columns, schema=writer.schema))
    with suppress(FileNotFoundError):
        saved.unlink()
    return writer


def _without_sides(batch: pa.RecordBatch, name: str) -> pa.Array:
    """Columns as they are before the store is sealed: it may have been stopped in the middle of that."""
    if name == "split":
        return pa.array([ROOM] * batch.num_rows, pa.string())
    if name == "checksum":
        return pa.array(np.zeros(batch.num_rows, np.uint64))
    return batch.column(name)
