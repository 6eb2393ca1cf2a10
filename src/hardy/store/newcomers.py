"""Which rows of a source a store has not yet, and where they belong in it."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pyarrow.compute as pc

from hardy.dataset import Dataset, Refused
from hardy.dataset.concat import named_id
from hardy.dataset.joining import join_sides
from hardy.dataset.probe import content_hash, examine, probe, refusal
from hardy.errors import DecodeError, InputError
from hardy.parallel import map_ordered
from hardy.progress import Progress

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
    uris = data.column("uri")
    ids = [named_id(id, uri, name) for id, uri in zip(data.ids, uris, strict=True)]
    refused = tuple(
        replace(entry, id=named_id(entry.id, entry.uri, name) if entry.id else "") for entry in data.refused
    )
    sources = [origin or name for origin in data.column("source")]
    return replace(data.with_columns(id=ids, source=sources), refused=refused)


def _unknown(store: Dataset, data: Dataset, progress: Progress) -> tuple[Dataset, int]:
    """Rows whose ids the store has not, and how many it has; another content under the same id is refused."""
    ids, known = data.ids, data.table.column("content")
    here = store.table.select(["id", "content"]).filter(pc.is_in(store.table.column("id"), data.table.column("id")))
    contents = dict(zip(here.column("id").to_pylist(), here.column("content").to_pylist(), strict=True))

    def compare(row: int) -> str:
        try:
            content = known[row].as_py() or content_hash(data.payload(row))
        except DecodeError as error:
            return str(error)
        return "" if content == contents[ids[row]] else TAKEN

    rows = [row for row, id in enumerate(ids) if id in contents]
    refused = []
    for done, (row, reason) in enumerate(zip(rows, map_ordered(compare, rows), strict=True), 1):
        if reason:
            refused.append(refusal(data, row, reason))
        progress.advance("comparing", done, len(rows))
    is_new = np.ones(len(data), bool)
    is_new[rows] = False
    return replace(data.select(is_new), refused=data.refused + tuple(refused)), len(rows) - len(refused)


def _placed(store: Dataset, data: Dataset, quotas: Mapping[str, float], progress: Progress) -> Dataset:
    """Rows that can be read and have a label, with class numbers of the store and sides; the others are refused."""
    labels = data.labels
    unlabelled = tuple(refusal(data, row, "it has no label") for row in np.flatnonzero(labels < 0).tolist())
    data = replace(data.select(labels >= 0), refused=data.refused + unlabelled)
    if len(data):
        data = _readable(data, progress)
    used = [data.classes[label] for label in np.unique(data.labels).tolist()]
    classes = store.classes + tuple(name for name in used if name not in store.classes)
    numbers = {name: number for number, name in enumerate(classes)}
    labels = np.array([numbers[data.classes[label]] for label in data.labels.tolist()], np.int64)
    data = replace(data.with_columns(label=labels), classes=classes)
    sides = join_sides(store, data, quotas)
    apart = np.array([side is None for side in sides], bool)
    bridges = tuple(refusal(data, row, BRIDGE) for row in np.flatnonzero(apart).tolist())
    data = data.with_columns(split=sides)
    return replace(data.select(~apart), refused=data.refused + bridges)


def _readable(data: Dataset, progress: Progress) -> Dataset:
    """Probed; where nothing can be read that is no error, as the store is there."""
    try:
        return probe(data, progress=progress)
    except InputError:  # not one of them can be read
        found = map_ordered(lambda row: examine(data, row), range(len(data)))
        lost = tuple(entry for entry in found if isinstance(entry, Refused))
        return replace(data.select(np.zeros(len(data), bool)), refused=data.refused + lost)
