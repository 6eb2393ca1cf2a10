"""Rows in each kind of table that hardy reads, as common programs write them."""

import base64
import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

KINDS = ("csv", "semicolon", "tsv", "json", "columns", "pandas", "jsonl", "parquet")
_ENDINGS = {"semicolon": "csv", "columns": "json", "pandas": "json"}


def table(folder: Path, kind: str, columns: Mapping[str, Sequence[Any]], stem: str = "labels") -> Path:
    """Write columns; lists within a cell become JSON where the kind has only text, None is left blank."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{stem}.{_ENDINGS.get(kind, kind)}"
    if kind == "parquet":
        pq.write_table(pa.table({name: pa.array(list(values)) for name, values in columns.items()}), path)
        return path
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    if kind == "json":
        text = json.dumps(rows)
    elif kind == "columns":
        text = json.dumps({name: list(values) for name, values in columns.items()})
    elif kind == "pandas":
        text = json.dumps({name: {str(n): value for n, value in enumerate(values)} for name, values in columns.items()})
    elif kind == "jsonl":
        text = "\n".join(json.dumps(row) for row in rows) + "\n"
    else:
        buffer = io.StringIO()
        writer = csv.writer(buffer, delimiter={"csv": ",", "semicolon": ";", "tsv": "\t"}[kind])
        writer.writerow(columns)
        for row in rows:
            writer.writerow([json.dumps(value) if isinstance(value, list) else value for value in row.values()])
        text = buffer.getvalue()
    path.write_bytes(text.encode())
    return path


def data_uri(picture: bytes) -> str:
    """A picture as a web page embeds it."""
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}"
