"""The first pass: every row is read once and written; sides and statistics, which need all of them, follow.

Two columns are written later, in their place: `split`, for which room is left, and `checksum`.
"""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import xxhash
from jaxtyping import Bool

from hardy.dataset import Dataset
from hardy.dataset.dataset import DERIVED, SCHEMA
from hardy.dataset.probe import FACT_COLUMNS, Facts
from hardy.errors import OutputError
from hardy.files import output_errors
from hardy.progress import Progress
from hardy.store.layout import shard_name, store_schema
from hardy.store.recipe import Recipe
from hardy.store.rows import Row, Rows
from hardy.store.salvage import salvage, stamps
from hardy.store.shards import ROOM, ShardWriter
from hardy.store.staging import Entry, Staging

ROWS_PER_BATCH = 1_000
BATCH_BYTES = 32 << 20
SHARD_BYTES = 512 << 20

_MOST_ROWS = 64_000
"""Of which hardly one can be read."""

_SAY_S = 0.2
_LISTED_ROWS = 10_000


def rows_per_batch(recipe: Recipe) -> int:
    """About 1,000, fewer where rows are large.

    Example:
        >>> rows_per_batch(Recipe())
        1000
    """
    if recipe.shape is None:
        return ROWS_PER_BATCH
    return max(1, min(ROWS_PER_BATCH, BATCH_BYTES // int(np.prod(recipe.shape))))


class Spool:
    """Writes the rows of a dataset as shards in a staging folder, from wherever an earlier process stopped.

    Args:
        data: the rows.
        recipe: what is kept of each.
        staging: where.
        first_shard: number of the first; others may belong to the store already.
        progress: told the stage "packing", with a rate and the time that remains.
        held_out: see `Rows`.
        threads: that read rows; the usable processors by default.
    """

    def __init__(
        self,
        data: Dataset,
        recipe: Recipe,
        staging: Staging,
        first_shard: int,
        progress: Progress,
        held_out: Bool[np.ndarray, "n"] | None = None,
        threads: int | None = None,
    ) -> None:
        self._data, self._recipe, self._staging = data, recipe, staging
        self._held_out = held_out
        self._first = first_shard
        self._progress, self._threads = progress, threads
        self._columns = [entry for entry in (*SCHEMA, *DERIVED) if entry.name in data.table.column_names]
        derived = len(self._columns) > len(SCHEMA)
        self._schema = store_schema(recipe.profile, data.classes, recipe.shape, derived)
        self._syncer = ThreadPoolExecutor(1, thread_name_prefix="hardy-sync")

    def run(self) -> list[Entry]:
        """Write what is missing.

        Returns:
            The record batches, in their order.

        Raises:
            OutputError: the disk is full, or cannot be written; what is done is kept.
        """
        try:
            with output_errors(self._staging.store):
                entries, writer = salvage(self._data, self._recipe, self._staging, self._open)
                return self._write(entries, writer)
        except OutputError as error:
            kept = (
                f"what was done is kept in {self._staging.folder}: make room and run the same line again, or delete it"
            )
            raise OutputError(f"{error}; {kept}") from error
        finally:
            self._syncer.shutdown()

    def _write(self, entries: list[Entry], writer: ShardWriter | None) -> list[Entry]:
        begin = entries[-1].end if entries else 0
        if begin:
            self._progress.say(f"going on with what was done before: {begin:,} of {len(self._data):,} pictures")
        pace = _Pace(self._progress, len(self._data), begin)
        shard = entries[-1].shard if entries else self._first
        try:
            for rows in self._batches(begin):
                batch = self._record_batch(rows)
                if writer is not None and writer.bytes + batch.nbytes > SHARD_BYTES:
                    writer.finish()
                    writer, shard = None, shard + 1
                if writer is None:
                    writer = self._open(shard)
                if batch.num_rows:
                    writer.write(batch)
                entries.append(self._noted(rows, shard))
                pace.tell(entries[-1].end)
            if writer is not None:
                writer.finish()
        finally:
            if writer is not None:
                writer.leave()
        return entries

    def _open(self, shard: int) -> ShardWriter:
        return ShardWriter(self._staging.store / shard_name(shard), self._schema, self._syncer)

    def _batches(self, begin: int) -> Iterator[list[Row]]:
        """Rows by batches: so many of the source where all are of one size, else until there are enough of them."""
        limit = rows_per_batch(self._recipe)
        rows: list[Row] = []
        size = accepted = 0
        for row in Rows(self._data, self._recipe, self._held_out, self._threads).make(begin, limit):
            rows.append(row)
            size += len(row.stored) if isinstance(row.stored, bytes) else 0
            accepted += not row.reason
            full = len(rows) == limit if self._recipe.shape else accepted == limit or size >= BATCH_BYTES
            full = full or len(rows) == _MOST_ROWS
            if full:
                yield rows
                rows, size, accepted = [], 0, 0
        if rows:
            yield rows

    def _record_batch(self, every: list[Row]) -> pa.RecordBatch:
        begin, rows = every[0].index, [row for row in every if not row.reason]
        # Arrow joins all chunks of a column before it takes rows of it: so first the piece, then its rows.
        near = self._data.table.slice(begin, len(every)).combine_chunks()
        taken = near.take(pa.array([row.index - begin for row in rows], pa.int64())).combine_chunks()
        facts = [row.facts for row in rows if row.facts is not None]
        columns = []
        for entry in self._columns:
            if facts and entry.name in FACT_COLUMNS:
                columns.append(pa.array([getattr(fact, entry.name) for fact in facts], entry.type))
            elif entry.name == "split":
                columns.append(pa.array([ROOM] * len(rows), entry.type))
            else:
                columns.append(_one_chunk(taken.column(entry.name)))
        columns.append(pa.array(np.zeros(len(rows), np.uint64)))
        columns.append(self._pictures(rows, columns[SCHEMA.get_field_index("uri")]))
        return pa.record_batch(columns, schema=self._schema)

    def _pictures(self, rows: list[Row], uris: pa.Array) -> pa.Array:
        shape = self._recipe.shape
        if shape is None:
            contents = pa.array([row.stored for row in rows], pa.binary())
            return pa.StructArray.from_arrays([contents, uris], names=["bytes", "path"])
        pixels = _together([row.stored for row in rows if isinstance(row.stored, np.ndarray)], shape)
        return pa.FixedSizeListArray.from_arrays(pa.array(pixels.reshape(-1)), int(np.prod(shape)))

    def _noted(self, rows: list[Row], shard: int) -> Entry:
        begin, end = rows[0].index, rows[-1].index + 1
        facts: list[Facts] = [row.facts for row in rows if row.facts is not None]
        entry = Entry(
            shard,
            begin,
            end,
            [(row.index, row.reason) for row in rows if row.reason],
            stamps(self._data, begin, end),
            sum(fact.frames > 1 for fact in facts),
            sum(fact.has_alpha for fact in facts),
        )
        pictures = np.array([row.picture for row in rows if not row.reason], np.uint64)
        return self._staging.add(entry, pictures, np.array([row.index for row in rows if row.reduced], np.int64))


def request_hash(data: Dataset, settings: dict[str, object]) -> str:
    """A hash of what is to be packed, contents aside: the listing and the settings."""
    digest = xxhash.xxh3_128(json.dumps([settings, data.classes], sort_keys=True, ensure_ascii=False).encode())
    names = [name for name in data.table.column_names if name not in FACT_COLUMNS]
    listing = data.table.select(names)
    for start in range(0, len(data), _LISTED_ROWS):  # whatever chunks the table comes in
        part = listing.slice(start, _LISTED_ROWS)
        digest.update(json.dumps([column.to_pylist() for column in part.columns]).encode())
    between = "["
    for entry in data.refused:
        digest.update(f"{between}{json.dumps([entry.uri, entry.id, entry.reason])}".encode())
        between = ", "
    digest.update(b"]" if data.refused else b"[]")
    return digest.hexdigest()


class _Pace:
    """How fast it goes, and how long it still takes."""

    def __init__(self, progress: Progress, total: int, before: int) -> None:
        self._progress, self._total, self._before = progress, total, before
        self._began = time.monotonic()
        self._told = 0.0

    def tell(self, done: int) -> None:
        now = time.monotonic()
        if done < self._total and now - self._told < _SAY_S:
            return
        self._told = now
        rate = (done - self._before) / max(now - self._began, 1e-6)
        left = (self._total - done) / rate if rate else 0.0
        note = f"{rate:,.0f}/s, {int(left) // 60}:{int(left) % 60:02d} left" if done < self._total else f"{rate:,.0f}/s"
        self._progress.advance("packing", done, self._total, note)


def _one_chunk(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _together(images: list[np.ndarray], shape: tuple[int, int, int]) -> np.ndarray:
    """Images that lie side by side in one array already, as that array; a copy where some are missing."""
    if not images:
        return np.empty((0, *shape), np.uint8)
    size = int(np.prod(shape))
    first = images[0].__array_interface__["data"][0]
    last = images[-1].__array_interface__["data"][0]
    whole = images[0].base
    if whole is not None and last - first == size * (len(images) - 1):
        start = (first - whole.__array_interface__["data"][0]) // size
        return whole.reshape(-1, *shape)[start : start + len(images)]
    return np.stack(images)
