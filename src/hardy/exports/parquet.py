"""Parquet with Hugging Face's features, a file or more for each side: `train-00000-of-00001.parquet`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from hardy.dataset import Dataset
from hardy.exports.picture_files import as_file
from hardy.parallel import map_ordered
from hardy.progress import Progress

ROWS_PER_GROUP = 100
"""As the hub writes images: a row group is read whole."""

ROWS_PER_FILE = 20_000


def write(data: Dataset, target: Path, tag: str, progress: Progress) -> None:  # noqa: ARG001 (kept by export)
    """Fill a folder. Rows without a side lie in `data-….parquet`."""
    done = 0
    sides = np.array([side or "data" for side in data.column("split")])
    for side in ("train", "val", "test", "data"):
        rows = np.flatnonzero(sides == side)
        starts = range(0, len(rows), ROWS_PER_FILE)
        for number, start in enumerate(starts):
            part = data.select(rows[start : start + ROWS_PER_FILE])
            # Hugging Face knows the side as "validation"; both names are read back as val.
            name = f"{'validation' if side == 'val' else side}-{number:05d}-of-{len(starts):05d}.parquet"
            done = _write_file(target / name, part, done, len(data), progress)


def _write_file(file: Path, part: Dataset, done: int, total: int, progress: Progress) -> int:
    schema = _schema(part)
    with pq.ParquetWriter(file, schema, compression="none") as writer:  # pictures are packed already
        for group in _groups(part, schema):
            writer.write_table(group)
            done += group.num_rows
            progress.advance("exporting", done, total)
    return done


def _schema(data: Dataset) -> pa.Schema:
    fields = [
        pa.field("image", pa.struct([("bytes", pa.binary()), ("path", pa.string())])),
        pa.field("label", pa.int64()),
    ]
    features: dict[str, Any] = {"image": {"_type": "Image"}}
    features["label"] = (
        {"names": list(data.classes), "_type": "ClassLabel"} if data.classes else {"dtype": "int64", "_type": "Value"}
    )
    if data.table.column("group").null_count < len(data):
        fields.append(pa.field("group", pa.string()))
        features["group"] = {"dtype": "string", "_type": "Value"}
    return pa.schema(fields, metadata={"huggingface": json.dumps({"info": {"features": features}})})


def _groups(part: Dataset, schema: pa.Schema) -> Iterator[pa.Table]:
    contents = map_ordered(lambda index: as_file(part.payload(index), part.path(index)), range(len(part)))
    for start in range(0, len(part), ROWS_PER_GROUP):
        rows = part.table.slice(start, ROWS_PER_GROUP)
        pictures = [next(contents) for _ in range(rows.num_rows)]
        uris = rows.column("uri").to_pylist()
        columns = {
            "image": pa.array(
                [{"bytes": picture, "path": uri} for picture, uri in zip(pictures, uris, strict=True)],
                schema.field("image").type,
            ),
            "label": rows.column("label"),
            "group": rows.column("group"),
        }
        yield pa.table([columns[name] for name in schema.names], schema=schema)
