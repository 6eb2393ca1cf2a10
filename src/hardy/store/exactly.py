"""Rows that turned out to be for validation or test, decoded at a smaller scale when that was not known yet."""

import mmap
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
from jaxtyping import UInt8

from hardy.dataset import Dataset
from hardy.dataset.sides import CODES
from hardy.errors import InputError
from hardy.parallel import map_ordered
from hardy.progress import Progress
from hardy.store.layout import shard_name
from hardy.store.recipe import Recipe
from hardy.store.rows import Row, Rows
from hardy.store.staging import Entry, Staging


def decode_exactly(
    data: Dataset,
    recipe: Recipe,
    staging: Staging,
    entries: list[Entry],
    sides: UInt8[np.ndarray, "n"],
    progress: Progress,
) -> list[Entry]:
    """Put exactly decoded pixels in the place of reduced ones, for rows that are not trained on.

    The journal comes first: a process that is stopped in between leaves batches that do not match it, and what goes on
    from there makes them anew.

    Args:
        data: what was packed.
        recipe: how.
        staging: where.
        entries: the record batches.
        sides: of every row in them, see `hardy.dataset.sides`.
        progress: told the stage "decoding exactly".

    Returns:
        The record batches as they are now.
    """
    total = sum(len(rows) for _, rows in _wanted(staging, entries, sides))
    if not total:
        return entries
    made: list[Entry] = []
    rows = Rows(data, recipe)
    done = place = 0
    for entry, here in _wanted(staging, entries, sides):
        place = 0 if not made or made[-1].shard != entry.shard else place + (made[-1].rows > 0)
        made.append(entry)
        if not here:
            continue
        found = {row.index: row for row in map_ordered(rows.one, here)}
        lost = next((row for row in found.values() if row.reason), None)
        if lost is not None:
            raise InputError(f"{data.path(lost.index)} changed while it was packed: {lost.reason}; pack again")
        pictures = staging.pictures(entry)
        pictures[np.searchsorted(entry.accepted(), here)] = [found[row].picture for row in here]
        made[-1] = staging.add(entry, pictures, np.setdiff1d(staging.reduced(entry), here))
        _put(staging.store, entry, place, found)
        done += len(found)
        progress.advance("decoding exactly", done, total)
    return made


def _wanted(
    staging: Staging, entries: Sequence[Entry], sides: UInt8[np.ndarray, "n"]
) -> Iterator[tuple[Entry, list[int]]]:
    """For each record batch the rows of the source that are reduced and should not be."""
    begin = 0
    for entry in entries:
        reduced = staging.reduced(entry)
        held_out = entry.accepted()[sides[begin : begin + entry.rows] != CODES["train"]] if len(reduced) else reduced
        yield entry, np.intersect1d(reduced, held_out).tolist()
        begin += entry.rows


def _put(folder: Path, entry: Entry, place: int, found: dict[int, Row]) -> None:
    """Write pixels into a record batch, which has that place in its shard."""
    path = folder / shard_name(entry.shard)
    with path.open("r+b") as file:
        whole = pa.py_buffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        column = pa.ipc.open_file(pa.BufferReader(whole)).get_batch(place).column("pixels")
        start, length = column.flatten().buffers()[1].address - whole.address, column.type.list_size
        for number, row in enumerate(entry.accepted().tolist()):
            if row in found:
                stored = found[row].stored
                file.seek(start + number * length)
                file.write(stored.tobytes() if isinstance(stored, np.ndarray) else stored)
