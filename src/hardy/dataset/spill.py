"""Tables of any number of rows, made some rows at a time: in memory while they are small, then in a mapped file."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from jaxtyping import Int64

from hardy import scratch
from hardy.dataset.columns import make_column

MEMORY_BYTES = 32 << 20
"""What takes more is a file."""

CHUNK_ROWS = 1 << 16

_MOST_BYTES = 8 << 20


class Batches:
    """Record batches to look at again once all of them are made.

    Args:
        schema: of every batch.
    """

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema
        self._batches: list[pa.RecordBatch] = []
        self._bytes = 0
        self._file: Any = None
        self._writer: Any = None

    def add(self, batch: pa.RecordBatch) -> None:
        """One more.

        Raises:
            OutputError: there is no room for it.
        """
        self._batches.append(batch)
        self._bytes += batch.nbytes
        if self._bytes > MEMORY_BYTES:
            if self._writer is None:
                self._file = scratch.nameless_file()
                self._writer = pa.ipc.new_file(pa.PythonFile(self._file, "w"), self._schema)
            with scratch.room_errors():
                for kept in self._batches:
                    self._writer.write_batch(kept)
            self._batches, self._bytes = [], 0

    def finish(self) -> list[pa.RecordBatch]:
        """All of them, in their order."""
        if self._writer is None:
            return self._batches
        with scratch.room_errors():
            for kept in self._batches:
                self._writer.write_batch(kept)
            self._writer.close()
            self._file.flush()
        mapped = scratch.map_file(self._file, self._file.seek(0, 2))
        self._file.close()
        reader = pa.ipc.open_file(pa.BufferReader(pa.py_buffer(mapped)))
        return [reader.get_batch(number) for number in range(reader.num_record_batches)]


class TableBuilder:
    """Makes a table of which only some columns hold anything.

    Args:
        schema: of the table.
        names: the columns that are given; the others are null, and take no room.

    Example:
        >>> schema = pa.schema([("id", pa.string()), ("label", pa.int64())])
        >>> builder = TableBuilder(schema, ["id"])
        >>> builder.add(id=["a", "b"])
        >>> builder.finish().column("label").null_count
        2
    """

    def __init__(self, schema: pa.Schema, names: Sequence[str]) -> None:
        self._schema = schema
        self._given = pa.schema([entry for entry in schema if entry.name in names])
        self._batches = Batches(self._given)

    def add(self, **columns: Any) -> None:
        """Some more rows: `CHUNK_ROWS` at the most, where there are many."""
        arrays = [make_column(columns[entry.name], entry.type) for entry in self._given]
        for batch in pa.table(arrays, schema=self._given).to_batches():
            self._batches.add(batch)

    def finish(self) -> pa.Table:
        """The table."""
        batches = self._batches.finish()
        rows = sum(batch.num_rows for batch in batches)
        return pa.table(
            [
                pa.chunked_array([batch.column(entry.name) for batch in batches], entry.type)
                if entry.name in self._given.names
                else nulls(rows, entry.type)
                for entry in self._schema
            ],
            schema=self._schema,
        )


class RowBuilder:
    """Makes a table of rows that come one by one.

    Args:
        schema: of the table.
        names: the columns that are given; the others are null.

    Example:
        >>> builder = RowBuilder(pa.schema([("id", pa.string()), ("label", pa.int64())]), ["label", "id"])
        >>> builder.add(1, "a")
        >>> builder.finish().to_pylist()
        [{'id': 'a', 'label': 1}]
    """

    def __init__(self, schema: pa.Schema, names: Sequence[str]) -> None:
        self._builder, self._names = TableBuilder(schema, names), names
        self._rows: list[tuple[Any, ...]] = []
        self._bytes = 0

    def add(self, *values: Any, size: int = 0) -> None:
        """One more row: a value for each name; and how many bytes it has, if these are many."""
        self._rows.append(values)
        self._bytes += size
        if len(self._rows) >= CHUNK_ROWS or self._bytes > _MOST_BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            columns = zip(self._names, zip(*self._rows, strict=True), strict=True)
            self._builder.add(**{name: _column(values) for name, values in columns})
        self._rows, self._bytes = [], 0

    def finish(self) -> pa.Table:
        """The table."""
        self._flush()
        return self._builder.finish()


def _column(values: tuple[Any, ...]) -> Sequence[Any] | pa.Array:
    return values if any(value is not None for value in values) else pa.nulls(len(values))


def nulls(rows: int, kind: pa.DataType) -> pa.ChunkedArray:
    """So many nulls, in chunks that share what room they take.

    Example:
        >>> nulls(3, pa.string()).null_count
        3
    """
    most = pa.nulls(min(rows, CHUNK_ROWS), kind)
    whole, rest = divmod(rows, CHUNK_ROWS)
    return pa.chunked_array([most] * whole + [most.slice(0, rest)] * (rest > 0), kind)


def starts(rows: int) -> Iterator[range]:
    """So many rows, by chunks.

    Example:
        >>> list(starts(3))
        [range(0, 3)]
    """
    for start in range(0, rows, CHUNK_ROWS):
        yield range(start, min(start + CHUNK_ROWS, rows))


def take_rows(table: pa.Table, positions: Int64[np.ndarray, "k"]) -> pa.Table:
    """Some rows of a table, in that order.

    Arrow joins all chunks of a column before it takes rows of it, so that a table of many is taken from piece by piece.

    Args:
        table: of any schema.
        positions: where they come in runs or ascend, as those of a mask do, memory is bounded.
    """
    if len(positions) <= CHUNK_ROWS and table.num_rows <= CHUNK_ROWS:
        return table.take(make_column(positions, pa.int64()))
    given = [name for name in table.schema.names if table.column(name).null_count < table.num_rows]
    builder = TableBuilder(table.schema, given)
    wanted = table.select(given)
    for chunk in starts(len(positions)):
        here = positions[chunk.start : chunk.stop]
        low, high = int(here.min()), int(here.max()) + 1
        near = wanted.slice(low, high - low).combine_chunks() if high - low <= 8 * CHUNK_ROWS else wanted
        first = low if near is not wanted else 0
        rows = near.take(make_column(here - first, pa.int64()))
        builder.add(**{name: rows.column(name) for name in given})
    return builder.finish()
