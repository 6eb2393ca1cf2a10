"""Pack a dataset into a store."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from hardy.dataset import Dataset, Preprocessing
from hardy.dataset.dataset import SCHEMA
from hardy.dataset.prepared import prepared_batches
from hardy.errors import InputError, OutputError, StoreError, StoreVersionError
from hardy.files import free_name, hash_bytes, hash_file, output_errors, staged_folder, write_file, write_json
from hardy.parallel import map_ordered
from hardy.pixels.encode import encode_png
from hardy.progress import SILENT, Progress
from hardy.store.layout import (
    MANIFEST,
    PROFILES,
    QUARANTINE,
    ROWS_PER_BATCH,
    SHARD_BYTES,
    Decode,
    Manifest,
    Profile,
    Shard,
    read_manifest,
    shard_name,
    store_schema,
)
from hardy.store.verify import verify


def pack(
    data: Dataset,
    out: Path,
    profile: Profile = "original",
    preprocessing: Preprocessing | None = None,
    progress: Progress = SILENT,
    exact: bool = True,
) -> bool:
    """Write a store.

    Args:
        data: probed, with sides assigned.
        out: the folder to make. It appears only when it is whole.
        profile: "original" keeps the bytes of the files (pixels from arrays become PNG); "raw" keeps 8-bit pixels of
            one shape, which `preprocessing` gives.
        preprocessing: with its statistics; for "raw" only.
        progress: told the stage "packing".
        exact: False decodes large JPEGs of training rows at 1/2, 1/4 or 1/8 where that is enough; for "raw" only.

    Returns:
        True if it was written; False if the same store was there already.

    Raises:
        OutputError: `out` holds something else, or cannot be written.
        InputError: the profile is unknown, or lacks its preprocessing.
    """
    if profile not in PROFILES:
        raise InputError(f"profile must be one of {', '.join(PROFILES)}; got {profile!r}")
    if preprocessing is not None and preprocessing.arrays is not None:
        raise InputError(f"a store keeps no arrays: normalise {preprocessing.normalise} is measured when it is trained")
    if (profile == "raw") != (preprocessing is not None):
        raise InputError("a raw store needs a preprocessing, an original one keeps none")
    decode: Decode = "exact" if exact or profile == "original" else "scaled"
    if len(data) == 0:
        raise InputError(f"{data.location} has no rows to pack")
    quarantine = "".join(
        json.dumps({"uri": entry.uri, "id": entry.id, "reason": entry.reason}, ensure_ascii=False) + "\n"
        for entry in data.refused
    )
    quarantined = sum(1 for entry in data.refused if entry.id)
    if out.exists():
        return _already_there(out, data, profile, preprocessing, decode)
    with staged_folder(out) as folder:
        shards = []
        for number, batches in enumerate(_shards(_batches(data, profile, preprocessing, progress, exact))):
            path = folder / shard_name(number)
            with output_errors(out):
                shards.append(_write_shard(path, batches))
        write_file(folder / QUARANTINE, quarantine)
        manifest = Manifest(
            profile=profile,
            classes=data.classes,
            preprocessing=preprocessing,
            shards=tuple(shards),
            found=len(data) + quarantined,
            accepted=len(data),
            quarantined=quarantined,
            quarantine_hash=hash_bytes(quarantine.encode()),
            data_fingerprint=data.fingerprint,
            decode=decode,
        )
        write_json(folder / MANIFEST, manifest.to_dict())
        checked = verify(folder)
        if checked.problems:
            raise StoreError(f"{out} did not read back as written: {checked.problems[0]}")
    return True


def _already_there(
    out: Path, data: Dataset, profile: Profile, preprocessing: Preprocessing | None, decode: Decode
) -> bool:
    try:
        there = read_manifest(out)
    except StoreVersionError as error:
        raise OutputError(
            f"{error}; nothing was changed. Choose another name, such as --out {free_name(out)}"
        ) from error
    except StoreError:
        there = None
    if there and (there.data_fingerprint, there.profile, there.preprocessing, there.decode) == (
        data.fingerprint,
        profile,
        preprocessing,
        decode,
    ):
        return False
    what = "is another store" if there else "exists and is not a store"
    raise OutputError(f"{out} {what}; nothing was changed. Choose another name, such as --out {free_name(out)}")


def _batches(
    data: Dataset, profile: Profile, preprocessing: Preprocessing | None, progress: Progress, exact: bool
) -> Iterator[pa.RecordBatch]:
    """The rows as record batches of the store's schema."""
    schema = store_schema(profile, data.classes, preprocessing.shape if preprocessing else None)
    done = 0
    for column in _pixels(data, preprocessing, exact) if preprocessing else _originals(data):
        rows = data.table.slice(done, len(column)).combine_chunks()
        columns = [rows.column(entry.name).combine_chunks() for entry in SCHEMA]
        yield pa.record_batch([*columns, column], schema=schema)
        done += len(column)
        progress.advance("packing", done, len(data))


def _pixels(data: Dataset, preprocessing: Preprocessing, exact: bool) -> Iterator[pa.Array]:
    length = int(np.prod(preprocessing.shape))
    for batch in prepared_batches(data, preprocessing, ROWS_PER_BATCH, exact=exact):
        yield pa.FixedSizeListArray.from_arrays(pa.array(np.ascontiguousarray(batch).reshape(-1)), length)


def _originals(data: Dataset) -> Iterator[pa.Array]:
    def encoded(index: int) -> bytes:
        payload = data.payload(index)
        return payload if isinstance(payload, bytes) else encode_png(payload)

    uris = data.column("uri")
    for start in range(0, len(data), ROWS_PER_BATCH):
        indices = range(start, min(start + ROWS_PER_BATCH, len(data)))
        contents = list(map_ordered(encoded, indices))
        yield pa.StructArray.from_arrays(
            [pa.array(contents, pa.binary()), pa.array([uris[index] for index in indices], pa.string())],
            names=["bytes", "path"],
        )


def _shards(batches: Iterator[pa.RecordBatch]) -> Iterator[list[pa.RecordBatch]]:
    """Batches gathered until a shard is full."""
    shard: list[pa.RecordBatch] = []
    size = 0
    for batch in batches:
        if shard and size + batch.nbytes > SHARD_BYTES:
            yield shard
            shard, size = [], 0
        shard.append(batch)
        size += batch.nbytes
    if shard:
        yield shard


def _write_shard(path: Path, batches: list[pa.RecordBatch]) -> Shard:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, batches[0].schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    rows = sum(batch.num_rows for batch in batches)
    return Shard(path.name, rows, path.stat().st_size, hash_file(path))
