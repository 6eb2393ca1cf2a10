"""Which rows of a source a store has not yet, and where they belong in it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain

import numpy as np
from jaxtyping import Int64, UInt64

from hardy import scratch
from hardy.dataset import Dataset, Refused
from hardy.dataset.concat import named_columns, named_id
from hardy.dataset.joining import join_sides
from hardy.dataset.kept import keep
from hardy.dataset.probe import content_hash, examine, probe, refusal
from hardy.dataset.ready import without_unlabelled
from hardy.dataset.sides import NO_SIDE, side_column
from hardy.dataset.spill import starts
from hardy.errors import DecodeError, InputError
from hardy.parallel import map_ordered
from hardy.progress import Progress
from hardy.rng import id_words

BRIDGE = "it would connect two sides: its group, its content or its source's word belong to different ones"
TAKEN = "its id is that of another picture: it changed, or it is of another place, to be appended with --name"


def newcomers(
    store: Dataset, data: Dataset, name: str, quotas: Mapping[str, float], progress: Progress
) -> tuple[Dataset, int]:
    """The rows to append, and how many the store has already.

    Args:
        store: what is there.
        data: what is to be appended.
        name: of the source, part of the ids; empty for none.
        quotas: see `hardy.dataset.joining.join_sides`.
        progress: told the stages "comparing" and "reading".

    Returns:
        Rows that can be read, with sides, and classes numbered as in the store, new ones at the end. The others are in
        its `refused`.
    """
    unknown, already = _unknown(store, _renamed(data, name), progress)
    return _placed(store, unknown, quotas, progress), already


def _renamed(data: Dataset, name: str) -> Dataset:
    """Ids that hold the name of the source, where it has one."""
    if not name:
        return data
    refused = keep(replace(entry, id=named_id(entry.id, entry.uri, name) if entry.id else "") for entry in data.refused)
    return replace(data.with_columns(**named_columns(data, name)), refused=refused)


def _unknown(store: Dataset, data: Dataset, progress: Progress) -> tuple[Dataset, int]:
    """Rows whose ids the store has not, and how many it has; another content under the same id is refused."""
    known, contents = data.table.column("content"), store.table.column("content")
    there = _same_ids(store, data)

    def compare(row: int) -> str:
        try:
            content = known[row].as_py() or content_hash(data.payload(row))
        except DecodeError as error:
            return str(error)
        return "" if content == contents[int(there[row])].as_py() else TAKEN

    is_new = scratch.equals(there, -1)
    total = len(data) - int(np.count_nonzero(is_new))
    rows = (row for part in scratch.parts(len(data)) for row in (np.flatnonzero(~is_new[part]) + part.start).tolist())

    def other() -> Iterator[Refused]:
        for done, (row, reason) in enumerate(map_ordered(lambda row: (row, compare(row)), rows), 1):
            if reason:
                yield refusal(data, row, reason)
            progress.advance("comparing", done, total)

    refused = keep(other())
    return replace(data.select(is_new), refused=keep(chain(data.refused, refused))), total - len(refused)


def _same_ids(store: Dataset, data: Dataset) -> Int64[np.ndarray, "n"]:
    """For each row the last one of the store with its id, −1 where there is none."""
    keys, rest = _id_words(store)
    order = scratch.stable_order(keys)
    keys = scratch.take(keys, order)
    there = scratch.zeros(len(data), np.int64)
    for rows in starts(len(data)):
        words = id_words(data.table.column("id").slice(rows.start, len(rows)).to_pylist())
        places = np.searchsorted(keys, words[:, 0], "right") - 1
        found = order[np.maximum(places, 0)] if len(order) else places
        equal = places >= 0
        equal[equal] = (keys[places[equal]] == words[equal, 0]) & (rest[found[equal]] == words[equal, 1])
        there[rows.start : rows.stop] = np.where(equal, found, -1)
    return there


def _id_words(data: Dataset) -> tuple[UInt64[np.ndarray, "n"], UInt64[np.ndarray, "n"]]:
    """Both halves of every id."""
    first, second = scratch.zeros(len(data), np.uint64), scratch.zeros(len(data), np.uint64)
    for rows in starts(len(data)):
        words = id_words(data.table.column("id").slice(rows.start, len(rows)).to_pylist())
        first[rows.start : rows.stop], second[rows.start : rows.stop] = words.T
    return first, second


def _placed(store: Dataset, data: Dataset, quotas: Mapping[str, float], progress: Progress) -> Dataset:
    """Rows that can be read and have a label, with class numbers of the store and sides; the others are refused."""
    if data.labels.min(initial=0) < 0:
        data = without_unlabelled(data)
    if len(data):
        data = _readable(data, progress)
    labels = data.labels
    used = [name for name, count in data.counts().items() if count]
    classes = store.classes + tuple(name for name in used if name not in store.classes)
    numbers = {name: number for number, name in enumerate(classes)}
    renumbered = np.array([numbers.get(name, -1) for name in data.classes], np.int64)
    data = replace(data.with_columns(label=scratch.take(renumbered, labels)), classes=classes)
    sides = join_sides(store, data, quotas)
    apart = scratch.positions(scratch.equals(sides, NO_SIDE))
    bridges = (refusal(data, row, BRIDGE) for part in scratch.parts(len(apart)) for row in apart[part].tolist())
    refused = keep(chain(data.refused, bridges))
    placed = scratch.zeros(len(data), bool)
    for part in scratch.parts(len(data)):
        placed[part] = sides[part] != NO_SIDE
    return replace(data.with_columns(split=side_column(sides)).select(placed), refused=refused)


def _readable(data: Dataset, progress: Progress) -> Dataset:
    """Probed; where nothing can be read that is no error, as the store is there."""
    try:
        return probe(data, progress=progress)
    except InputError:  # not one of them can be read
        found = map_ordered(lambda row: examine(data, row), range(len(data)))
        lost = (entry for entry in found if isinstance(entry, Refused))
        return replace(data.select(np.zeros(0, np.int64)), refused=keep(chain(data.refused, lost)))
