"""Several datasets as one: classes matched by name, ids kept apart by the name of the source."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePath

import numpy as np
import pyarrow as pa
from jaxtyping import Int64

from hardy import scratch
from hardy.dataset.dataset import SCHEMA, Dataset, Refused, where
from hardy.dataset.identity import sample_id
from hardy.dataset.kept import keep
from hardy.dataset.reader import BatchReader, Payload, Reader
from hardy.dataset.spill import TableBuilder, starts
from hardy.errors import InputError
from hardy.pixels import Images


class ConcatReader:
    """Readers one after the other.

    Args:
        readers: in the order of their rows.
        counts: how many rows each has.
    """

    def __init__(self, readers: Sequence[Reader], counts: Sequence[int]) -> None:
        self._readers = tuple(readers)
        self._starts = np.cumsum([0, *counts])

    def read(self, row: int) -> Payload:
        """One row of the reader that has it."""
        part = int(np.searchsorted(self._starts, row, side="right")) - 1
        return self._readers[part].read(row - int(self._starts[part]))


class ConcatBatchReader(ConcatReader):
    """The same over readers of one shape: a batch is one gather from each.

    Args:
        readers: of 8-bit pixels of one shape.
        counts: how many rows each has.
    """

    def __init__(self, readers: Sequence[BatchReader], counts: Sequence[int]) -> None:
        super().__init__(readers, counts)
        self._batch_readers = tuple(readers)
        self.shape = readers[0].shape

    def read_batch(self, rows: Int64[np.ndarray, "n"]) -> Images:
        """Images gathered into an array of their own."""
        out = np.empty((len(rows), *self.shape), np.uint8)
        parts = np.searchsorted(self._starts, rows, side="right") - 1
        for part in np.unique(parts).tolist():
            here = parts == part
            out[here] = self._batch_readers[part].read_batch(rows[here] - self._starts[part])
        return out


def concat_readers(readers: Sequence[Reader], counts: Sequence[int]) -> Reader:
    """One reader over all rows; it reads batches where all parts do, in one shape and 8 bits."""
    if len(readers) == 1:
        return readers[0]
    batched = [reader for reader in readers if isinstance(reader, BatchReader)]
    no_rows = np.empty(0, np.int64)
    # Depths must not be mixed in one array: 16 bits would be read as 8, or 8 as 16.
    if (
        len(batched) == len(readers)
        and len({tuple(reader.shape) for reader in batched}) == 1
        and all(reader.read_batch(no_rows).dtype == np.uint8 for reader in batched)
    ):
        return ConcatBatchReader(batched, counts)
    return ConcatReader(readers, counts)


def concat(datasets: Sequence[Dataset], names: Sequence[str] | None = None) -> Dataset:
    """Join datasets, row after row.

    Args:
        datasets: at least one.
        names: of the sources; they become part of the ids, so that equal locations in two sources stay two samples.
            By default the last part of each location, with `-2`, `-3`, … where it comes again.

    Returns:
        Classes matched by name: those of the first dataset keep their numbers, new ones follow in the order in which
        they come. Sides, groups, contents and origins are kept, plans of altered copies are not; what was refused is
        joined. The preprocessing stays where it is the same in all. `uri` holds the whole path, for there is no common
        root.

    Raises:
        InputError: there is nothing to join, or names are missing or come twice.

    Example:
        >>> from hardy.sources.arrays import from_arrays
        >>> cats = from_arrays(np.zeros((2, 17, 11), np.uint8), ["cat", "cat"])
        >>> owls = from_arrays(np.zeros((1, 17, 11), np.uint8), ["owl"])
        >>> both = concat([cats, owls], ["cats", "owls"])
        >>> both.counts(), len(set(both.ids))
        ({'cat': 2, 'owl': 1}, 3)
    """
    parts = list(datasets)
    if not parts:
        raise InputError("there are no datasets to join: pass at least one")
    given = _names(parts) if names is None else list(names)
    if len(given) != len(parts):
        raise InputError(f"{len(parts)} datasets need {len(parts)} names, got {len(given)}")
    if len(set(given)) != len(given) or not all(given):
        raise InputError(f"the names of the sources must differ and not be empty, got {', '.join(map(repr, given))}")
    classes = tuple(dict.fromkeys(name for part in parts for name in part.classes))
    # A reader has no length; what its rows need is one more than the largest.
    sizes = [int(part.rows.max()) + 1 if len(part) else 0 for part in parts]
    begins = np.cumsum([0, *sizes]).tolist()
    first = parts[0].preprocessing
    tables = [_table(part, name, classes) for part, name in zip(parts, given, strict=True)]
    return Dataset(
        table=pa.concat_tables(tables),
        classes=classes,
        reader=concat_readers([part.reader for part in parts], sizes),
        rows=_joined_rows(parts, begins),
        location=" + ".join(part.location for part in parts),
        refused=keep(entry for part, name in zip(parts, given, strict=True) for entry in _refused(part, name)),
        preprocessing=first if all(part.preprocessing == first for part in parts) else None,
        several_frames=_renamed([part.several_frames for part in parts], parts, tables),
        transparent=_renamed([part.transparent for part in parts], parts, tables),
    )


def _joined_rows(parts: list[Dataset], begins: list[int]) -> Int64[np.ndarray, "n"]:
    """The position of each row in the reader of all."""
    rows = scratch.zeros(sum(map(len, parts)), np.int64)
    end = 0
    for part, begin in zip(parts, begins, strict=False):
        for some in scratch.parts(len(part)):
            rows[end + some.start : end + some.stop] = part.rows[some] + begin
        end += len(part)
    return rows


def _renamed(marked: list[frozenset[str]], parts: list[Dataset], tables: list[pa.Table]) -> frozenset[str]:
    """The marked rows by their new ids."""
    return frozenset(
        new
        for ids, part, table in zip(marked, parts, tables, strict=True)
        if ids
        for old, new in zip(part.ids, table.column("id").to_pylist(), strict=True)
        if old in ids
    )


def _names(parts: list[Dataset]) -> list[str]:
    names: list[str] = []
    for part in parts:
        name = PurePath(part.location).name or "source"
        number, candidate = 2, name
        while candidate in names:
            number, candidate = number + 1, f"{name}-{number}"
        names.append(candidate)
    return names


def _table(part: Dataset, name: str, classes: tuple[str, ...]) -> pa.Table:
    numbers = {entry: number for number, entry in enumerate(classes)}
    renumbered = [numbers[entry] for entry in part.classes]
    builder = TableBuilder(pa.schema([SCHEMA.field(name) for name in ("uri", "label")]), ["uri", "label"])
    for rows in starts(len(part)):
        here = part.table.slice(rows.start, len(rows))
        builder.add(
            uri=[where(part.root, uri) for uri in here.column("uri").to_pylist()],
            label=[None if label is None else renumbered[label] for label in here.column("label").to_pylist()],
        )
    told = builder.finish()
    named = named_columns(part, name) | {column: told.column(column) for column in told.column_names}
    return part.with_columns(**named).table.select(SCHEMA.names).cast(SCHEMA)


def named_columns(part: Dataset, name: str) -> dict[str, pa.ChunkedArray]:
    """Ids that hold the name of a source, and the sources: the name where a row knows of none."""
    builder = TableBuilder(pa.schema([SCHEMA.field(column) for column in ("id", "source")]), ["id", "source"])
    for rows in starts(len(part)):
        here = part.table.slice(rows.start, len(rows))
        ids, uris, sources = (here.column(column).to_pylist() for column in ("id", "uri", "source"))
        builder.add(
            id=[named_id(id, uri, name) for id, uri in zip(ids, uris, strict=True)],
            source=[origin or name for origin in sources],
        )
    table = builder.finish()
    return {column: table.column(column) for column in table.column_names}


def _refused(part: Dataset, name: str) -> Iterator[Refused]:
    return (
        replace(
            entry,
            uri=entry.uri if part.root is None else str(Path(part.root) / entry.uri),
            id=named_id(entry.id, entry.uri, name) if entry.id else "",
        )
        for entry in part.refused
    )


def named_id(id: str, uri: str, name: str) -> str:
    """The id of a sample whose source has been given a name.

    Where the location and row can be read from `uri`, this is `sample_id(location, row, name)`; where they cannot (a
    sample that was joined or derived before), the old id takes the place of the location.

    Example:
        >>> named_id(sample_id("a.npz", 3), "a.npz#3", "mine") == sample_id("a.npz", 3, "mine")
        True
    """
    if id == sample_id(uri):
        return sample_id(uri, 0, name)
    location, _, row = uri.rpartition("#")
    if row.isascii() and row.isdigit() and len(row) < 19 and id == sample_id(location, int(row)):
        return sample_id(location, int(row), name)
    return sample_id(id, 0, name)
