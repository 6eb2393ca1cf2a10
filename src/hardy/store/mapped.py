"""A store as a Dataset: its shards are mapped into memory, and pixels are read where they lie."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
from jaxtyping import Int64, UInt8

from hardy.dataset import Dataset, Refused
from hardy.dataset.dataset import SCHEMA
from hardy.dataset.reader import Payload
from hardy.errors import StoreCorruptError
from hardy.store.layout import QUARANTINE, Manifest, read_manifest, store_schema


class _RawReader:
    """Pixels of one shape, as views into the mapped shards."""

    def __init__(self, batches: list[pa.RecordBatch], shape: tuple[int, int, int]) -> None:
        self.shape = shape
        self._views = [_pixel_view(batch.column("pixels"), shape) for batch in batches]
        self._starts = np.cumsum([0, *(len(view) for view in self._views)])

    def read(self, row: int) -> Payload:
        """One image, without copying."""
        batch = int(np.searchsorted(self._starts, row, side="right")) - 1
        return self._views[batch][row - self._starts[batch]]

    def read_batch(self, rows: Int64[np.ndarray, "n"]) -> UInt8[np.ndarray, "n h w c"]:
        """Images gathered into an array of their own."""
        out = np.empty((len(rows), *self.shape), np.uint8)
        batches = np.searchsorted(self._starts, rows, side="right") - 1
        within = rows - self._starts[batches]
        for place, (batch, row) in enumerate(zip(batches.tolist(), within.tolist(), strict=True)):
            out[place] = self._views[batch][row]
        return out


def _pixel_view(column: pa.FixedSizeListArray, shape: tuple[int, int, int]) -> UInt8[np.ndarray, "n h w c"]:
    return column.flatten().to_numpy(zero_copy_only=True).reshape(-1, *shape)


class _OriginalReader:
    """The bytes of picture files."""

    def __init__(self, batches: list[pa.RecordBatch]) -> None:
        self._columns = [batch.column("image").field("bytes") for batch in batches]
        self._starts = np.cumsum([0, *(len(column) for column in self._columns)])

    def read(self, row: int) -> Payload:
        """One file's bytes."""
        batch = int(np.searchsorted(self._starts, row, side="right")) - 1
        content: bytes = self._columns[batch][row - int(self._starts[batch])].as_py()
        return content


def open_store(path: Path) -> Dataset:
    """Open a store without reading its pixels.

    Raises:
        StoreVersionError: a newer hardy wrote it.
        StoreCorruptError: it is incomplete or damaged where its structure is; the message names the file. Damaged
            pixels are for `verify` to find.
    """
    manifest = read_manifest(path)
    shape = manifest.preprocessing.shape if manifest.preprocessing else None
    schema = store_schema(manifest.profile, manifest.classes, shape)
    batches = [batch for shard in manifest.shards for batch in _map_shard(path / shard.name, shard.bytes, schema)]
    try:
        table = pa.Table.from_batches([batch.select(SCHEMA.names) for batch in batches]).replace_schema_metadata(None)
        table.validate()
        reader = _reader(manifest, batches)
    except (KeyError, pa.ArrowException, ValueError) as error:
        raise StoreCorruptError(f"{path} is damaged: {error}; run hardy verify {path}") from error
    if table.num_rows != manifest.accepted:
        raise StoreCorruptError(f"{path} has {table.num_rows} rows, its manifest says {manifest.accepted}")
    return Dataset(
        table=table,
        classes=manifest.classes,
        reader=reader,
        rows=np.arange(table.num_rows),
        location=str(path),
        refused=_refused(path / QUARANTINE),
        preprocessing=manifest.preprocessing,
        sides_are_final=True,
    )


def _reader(manifest: Manifest, batches: list[pa.RecordBatch]) -> _RawReader | _OriginalReader:
    if manifest.preprocessing is None:
        return _OriginalReader(batches)
    return _RawReader(batches, manifest.preprocessing.shape)


def _map_shard(file: Path, size: int, schema: pa.Schema) -> list[pa.RecordBatch]:
    try:
        if file.stat().st_size != size:
            raise StoreCorruptError(f"{file} has {file.stat().st_size} bytes, {size} were packed")
        reader = pa.ipc.open_file(pa.memory_map(str(file)))
        if reader.schema != schema:
            raise StoreCorruptError(f"{file} has other columns than its manifest says; pack it again")
        return [reader.get_batch(number) for number in range(reader.num_record_batches)]
    except (OSError, pa.ArrowException) as error:
        raise StoreCorruptError(f"{file} cannot be read: {error}; run hardy verify {file.parent}") from error


def _refused(file: Path) -> tuple[Refused, ...]:
    try:
        lines = file.read_bytes().decode().split("\n")[:-1]  # not splitlines: names may hold other line ends
        return tuple(Refused(entry["uri"], entry["reason"], entry["id"]) for entry in map(json.loads, lines))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreCorruptError(f"{file} cannot be read: {error}; run hardy verify {file.parent}") from error
