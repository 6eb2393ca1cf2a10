"""A store as a Dataset: its shards are mapped into memory, and pictures are read where they lie."""

import errno
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from hardy import scratch
from hardy.dataset import Dataset, Refused
from hardy.dataset.dataset import DERIVED, SCHEMA
from hardy.dataset.kept import keep
from hardy.dataset.spill import nulls
from hardy.errors import StoreCorruptError, StoreError
from hardy.store.layout import Manifest, read_manifest, store_schema
from hardy.store.reader import EncodedReader, MappedShard, RawReader, StoreReader
from hardy.store.recipe import Recipe


def map_shard(file: Path, schemas: Sequence[pa.Schema], size: int) -> tuple[MappedShard, list[pa.RecordBatch]]:
    """Map one file, and find its record batches.

    Raises:
        StoreCorruptError: it is missing, of another size, or no shard of one of these schemas.
        StoreError: the system allows no more open files.
    """
    try:
        found = file.stat()
        if found.st_size != size:
            raise StoreCorruptError(f"{file} has {found.st_size} bytes, {size} were packed")
        with file.open("rb") as stream:
            memory = scratch.map_file(stream, 0)
        buffer = pa.py_buffer(memory)
        reader = pa.ipc.open_file(pa.BufferReader(buffer))
        if reader.schema not in schemas:
            raise StoreCorruptError(f"{file} has other columns than its manifest says; pack it again")
        batches = [reader.get_batch(number) for number in range(reader.num_record_batches)]
        return MappedShard(file, found.st_mtime_ns, memory, buffer.address), batches
    except (OSError, ValueError, pa.ArrowException) as error:
        if isinstance(error, OSError) and error.errno == errno.EMFILE:
            raise StoreError(
                f"{file.parent} has more shards than files may be open: raise the limit, ulimit -n"
            ) from error
        raise StoreCorruptError(f"{file} cannot be read: {error}; run hardy verify {file.parent}") from error


def open_store(path: Path) -> Dataset:
    """Open a store without reading its pixels.

    Raises:
        StoreVersionError: a newer hardy wrote it.
        StoreCorruptError: it is incomplete or damaged where its structure is; the message names the file. Damaged
            pixels are for `verify` to find.
    """
    return dataset_of(path, read_manifest(path))


def dataset_of(path: Path, manifest: Manifest) -> Dataset:
    """What a manifest says that a store holds; it need not be in the store yet.

    Raises:
        StoreCorruptError: as `open_store`.
    """
    files = [(path / shard.name, shard.bytes) for shard in manifest.shards]
    reader, table = open_reader(path, files, manifest.recipe, manifest.classes)
    if table.num_rows != manifest.accepted:
        raise StoreCorruptError(f"{path} has {table.num_rows} rows, its manifest says {manifest.accepted}")
    return Dataset(
        table=table,
        classes=manifest.classes,
        reader=reader,
        rows=scratch.count_up(table.num_rows),
        location=str(path),
        refused=_refused(path / manifest.quarantine.name, manifest.quarantine.bytes),
        preprocessing=manifest.preprocessing,
        sides_are_final=True,
    )


def open_reader(
    path: Path, files: Sequence[tuple[Path, int]], recipe: Recipe, classes: tuple[str, ...]
) -> tuple[StoreReader, pa.Table]:
    """The rows of a store, and the table that says what they are.

    Args:
        path: of the store.
        files: its shards, and the size of each.
        recipe: what its rows are.
        classes: its class names.

    Raises:
        StoreCorruptError: as `open_store`.
    """
    schemas = [store_schema(recipe.profile, classes, recipe.shape, derived) for derived in (False, True)]
    columns: dict[str, list[pa.ChunkedArray | int]] = {name: [] for name in (*SCHEMA.names, *DERIVED.names)}

    def shards() -> Iterator[tuple[MappedShard, list[pa.RecordBatch]]]:
        for file, size in files:
            shard, batches = map_shard(file, schemas, size)
            for name, parts in columns.items():
                parts += _part([batch.column(name) for batch in batches if name in batch.schema.names])
            yield shard, batches

    try:
        kind = EncodedReader if recipe.shape is None else RawReader
        reader = kind(path, recipe, shards())
        entries = [*SCHEMA, *(entry for entry in DERIVED if columns[entry.name])]
        table = pa.table([_column(columns.pop(entry.name), entry) for entry in entries], schema=pa.schema(entries))
        table.validate()
        return reader, table
    except (KeyError, pa.ArrowException, ValueError) as error:
        raise StoreCorruptError(f"{path} is damaged: {error}; run hardy verify {path}") from error


def _part(arrays: list[pa.Array]) -> list[pa.ChunkedArray | int]:
    """A column of one file; of one that holds nothing, only how long it is."""
    if all(array.null_count == len(array) for array in arrays):
        return [sum(map(len, arrays))] * bool(arrays)
    return [pa.chunked_array(arrays)]


def _column(parts: list[pa.ChunkedArray | int], entry: pa.Field) -> pa.ChunkedArray:
    """A column of all files; one that holds nothing takes no room."""
    lengths = [part for part in parts if isinstance(part, int)]
    if len(lengths) == len(parts):
        return nulls(sum(lengths), entry.type)
    whole = (nulls(part, entry.type) if isinstance(part, int) else part for part in parts)
    return pa.chunked_array([chunk for part in whole for chunk in part.chunks], entry.type)


def reopen(path: Path, files: Sequence[tuple[Path, int]], changed_ns: list[int], recipe: Recipe) -> StoreReader:
    """The same reader in another process. Class names are not needed: they are metadata, which is not compared."""
    reader, _ = open_reader(path, files, recipe, ())
    if reader.changed_ns != changed_ns:
        raise StoreCorruptError(f"{path} is not the store any more that it was when it was opened: open it again")
    return reader


def _refused(file: Path, size: int) -> Sequence[Refused]:
    try:
        with file.open("rb") as lines:
            if (found := file.stat().st_size) != size:
                raise ValueError(f"{found} bytes of {size}")
            entries = (json.loads(line.decode()) for line in lines if line.endswith(b"\n"))
            return keep(Refused(entry["uri"], entry["reason"], entry["id"]) for entry in entries)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreCorruptError(f"{file} cannot be read: {error}; run hardy verify {file.parent}") from error
