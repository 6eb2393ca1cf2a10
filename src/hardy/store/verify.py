"""Is every byte of a store what it was when it was packed? And if not, which row is it?"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from hardy.errors import StoreCorruptError
from hardy.files import hash_file, json_text
from hardy.parallel import map_ordered
from hardy.progress import SILENT, Progress
from hardy.store.checksums import hash_pictures, row_checksums
from hardy.store.layout import MANIFEST, Manifest, read_manifest

_NAMED = 10


@dataclass(frozen=True)
class DamagedRow:
    """A row that is not what was packed.

    Args:
        shard: name of the file.
        row: counted from 0 within it.
        position: counted from 0 within the store.
        id, uri: of the sample, as far as they can be read.
    """

    shard: str
    row: int
    position: int
    id: str
    uri: str


@dataclass(frozen=True)
class Verification:
    """What `verify` found.

    Args:
        rows, shards, bytes: how much was checked.
        problems: one line for each; none means that the store is whole.
        damaged: the rows that the problems touch, as far as it can be told.
    """

    rows: int
    shards: int
    bytes: int
    problems: tuple[str, ...]
    damaged: tuple[DamagedRow, ...] = ()


def verify(path: Path, progress: Progress = SILENT) -> Verification:
    """Hash every file of a store again; where one is not what it was, look for the rows.

    Raises:
        StoreVersionError: a newer hardy wrote it.
    """
    try:
        manifest = read_manifest(path)
    except StoreCorruptError as error:
        return Verification(0, 0, 0, (str(error),))
    problems: list[str] = []
    damaged: list[DamagedRow] = []
    size = begin = 0
    checked = map_ordered(lambda shard: _hash(path / shard.name), manifest.shards, window=2)
    for done, (shard, found) in enumerate(zip(manifest.shards, checked, strict=True), 1):
        if found != shard.hash:
            here = _damaged_rows(path / shard.name, begin)
            damaged += here or []
            problems.append(_describe(path / shard.name, found, here, is_shard=True))
        size += shard.bytes
        begin += shard.rows
        progress.advance("verifying", done, len(manifest.shards))
    problems += _problems_beside(path, manifest)
    size += manifest.quarantine.bytes
    return Verification(manifest.accepted, len(manifest.shards), size, tuple(problems), tuple(damaged))


def _hash(file: Path) -> str:
    """The file's hash, or why there is none."""
    try:
        return hash_file(file)
    except OSError as error:
        return f"cannot be read: {error.strerror}"


def _problems_beside(path: Path, manifest: Manifest) -> list[str]:
    """What is wrong apart from the shards' content."""
    problems = []
    # Its checksum is of what it says. A bit may flip without changing that: 1e-05 and 1E-05 are the same number.
    text = (path / MANIFEST).read_bytes()
    if text != json_text(json.loads(text)).encode():
        problems.append(f"{path / MANIFEST} says what it said, but is not the file that was written")
    quarantine = path / manifest.quarantine.name
    found = _hash(quarantine)
    if found != manifest.quarantine.hash:
        problems.append(_describe(quarantine, found))
    if sum(shard.rows for shard in manifest.shards) != manifest.accepted:
        problems.append(f"{path}: the shards' rows do not add up to {manifest.accepted}")
    return problems


def _damaged_rows(file: Path, begin: int) -> list[DamagedRow] | None:
    """Rows whose checksum does not fit; None where the structure does not let them be told apart."""
    try:
        with pa.memory_map(str(file)) as mapped:
            reader = pa.ipc.open_file(mapped)
            batches = [reader.get_batch(number) for number in range(reader.num_record_batches)]
            return _rows_of(file, batches, begin)
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException):
        pass
    return None


def _rows_of(file: Path, batches: list[pa.RecordBatch], begin: int) -> list[DamagedRow]:
    damaged: list[DamagedRow] = []
    row = 0
    for batch in (_untexted(batch) for batch in batches):
        batch.validate(full=True)
        expected = batch.column("checksum").to_numpy()
        wrong = row_checksums(batch, hash_pictures(batch)) != expected
        uris = batch.column("uri").to_pylist()
        if "image" in batch.schema.names:
            paths = batch.column("image").field("path").to_pylist()
            wrong |= np.array([path != uri for path, uri in zip(paths, uris, strict=True)], bool)
        for place in np.flatnonzero(wrong).tolist():
            id, uri = _text(batch.column("id")[place].as_py()), _text(uris[place])
            damaged.append(DamagedRow(file.name, row + place, begin + row + place, id, uri))
        row += batch.num_rows
    return damaged


def _text(value: bytes | None) -> str:
    return (value or b"").decode(errors="replace")


def _untexted(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Text as bytes: a flipped bit may have made it no text, and still be in one row only."""
    columns = []
    for column in batch.columns:
        if pa.types.is_struct(column.type):
            parts = [part.view(pa.binary()) for part in column.flatten()]
            column = pa.StructArray.from_arrays(parts, names=["bytes", "path"])
        columns.append(column.view(pa.binary()) if pa.types.is_string(column.type) else column)
    return pa.record_batch(columns, names=batch.schema.names)


def _describe(file: Path, found: str, rows: list[DamagedRow] | None = None, is_shard: bool = False) -> str:
    if found.startswith("cannot"):
        return f"{file} {found}"
    start = f"{file} is damaged: its content is not what was packed"
    if not is_shard:
        return start
    if rows is None:
        return f"{start}; its structure is hit, so that the rows cannot be told"
    if not rows:
        return f"{start}; no row is touched, only what lies between them"
    named = ", ".join(f"{entry.row} ({entry.uri})" for entry in rows[:_NAMED])
    more = f" and {len(rows) - _NAMED:,} more" if len(rows) > _NAMED else ""
    return f"{start}; row{'s' * (len(rows) > 1)} {named}{more}"
