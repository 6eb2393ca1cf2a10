"""Rows that turned out to be for validation or test, decoded at a smaller scale when that was not known yet."""

import mmap
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from hardy.dataset import Dataset
from hardy.errors import InputError
from hardy.parallel import map_ordered
from hardy.progress import Progress
from hardy.store.layout import shard_name
from hardy.store.recipe import Recipe
from hardy.store.rows import Row, Rows
from hardy.store.staging import Entry, Staging


def decode_exactly(
    data: Dataset, recipe: Recipe, staging: Staging, entries: list[Entry], sides: Sequence[str], progress: Progress
) -> list[Entry]:
    """Put exactly decoded pixels in the place of reduced ones, for rows that are not trained on.

    The journal comes first: a process that is stopped in between leaves batches that do not match it, and what goes on
    from there makes them anew.

    Args:
        data: what was packed.
        recipe: how.
        staging: where.
        entries: the record batches.
        sides: of every row in them.
        progress: told the stage "decoding exactly".

    Returns:
        The record batches as they are now.
    """
    wanted: dict[int, Row | None] = {}
    begin = 0
    for entry in entries:
        reduced = set(entry.reduced)
        for place, row in enumerate(entry.accepted()):
            if row in reduced and sides[begin + place] != "train":
                wanted[row] = None
        begin += entry.rows
    if not wanted:
        return entries
    made: list[Entry] = []
    rows = Rows(data, recipe)
    done = 0
    for entry in entries:
        here = [row for row in entry.reduced if row in wanted]
        found = {row.index: row for row in map_ordered(rows.one, here)}
        lost = next((row for row in found.values() if row.reason), None)
        if lost is not None:
            raise InputError(f"{data.path(lost.index)} changed while it was packed: {lost.reason}; pack again")
        pictures = [
            found[row].picture if row in found else picture
            for row, picture in zip(entry.accepted(), entry.pictures, strict=True)
        ]
        left = [row for row in entry.reduced if row not in found]
        made.append(replace(entry, pictures=pictures, reduced=left))
        if found:
            staging.add(made[-1])
            _put(staging.store, made, found)
        done += len(found)
        progress.advance("decoding exactly", done, len(wanted))
    return made


def _put(folder: Path, entries: Sequence[Entry], found: dict[int, Row]) -> None:
    """Write pixels into the last of these record batches."""
    entry = entries[-1]
    place = sum(other.shard == entry.shard and other.rows > 0 for other in entries) - 1
    path = folder / shard_name(entry.shard)
    with path.open("r+b") as file:
        whole = pa.py_buffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        column = pa.ipc.open_file(pa.BufferReader(whole)).get_batch(place).column("pixels")
        start, length = column.flatten().buffers()[1].address - whole.address, column.type.list_size
        for number, row in enumerate(entry.accepted()):
            if row in found:
                stored = found[row].stored
                file.seek(start + number * length)
                file.write(stored.tobytes() if isinstance(stored, np.ndarray) else stored)
