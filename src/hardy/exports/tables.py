"""Pictures in a folder beside a table with a row for each: CSV, JSON, JSON Lines."""

import csv
import io
import json
from pathlib import Path
from typing import Any

from hardy.dataset import Dataset
from hardy.exports.picture_files import ending_of, picture_files
from hardy.files import write_file
from hardy.progress import Progress

PICTURES = "images"


def write_csv(data: Dataset, target: Path, tag: str, progress: Progress) -> None:  # noqa: ARG001 (kept by export)
    """`labels.csv`, with a header; an empty field is no label, side or group."""
    rows = _rows(data, target, progress)
    text = io.StringIO()
    table = csv.DictWriter(text, _columns(rows), lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    write_file(target / "labels.csv", text.getvalue())


def write_json(data: Dataset, target: Path, tag: str, progress: Progress) -> None:  # noqa: ARG001 (kept by export)
    """`labels.json`, an array of objects, one a line."""
    rows = _rows(data, target, progress)
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    write_file(target / "labels.json", f"[\n{lines}\n]\n")


def write_jsonl(data: Dataset, target: Path, tag: str, progress: Progress) -> None:  # noqa: ARG001 (kept by export)
    """`labels.jsonl`, an object a line."""
    rows = _rows(data, target, progress)
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    write_file(target / "labels.jsonl", lines)


def _rows(data: Dataset, target: Path, progress: Progress) -> list[dict[str, Any]]:
    """Write the pictures, called by their numbers; what the table says of each. Columns that are empty are left out."""
    (target / PICTURES).mkdir()
    names = [None if label < 0 else data.classes[label] for label in data.labels.tolist()]
    columns: dict[str, list[Any]] = {"label": names, "location": []}
    for row, content in enumerate(picture_files(data, progress)):
        location = f"{PICTURES}/{row:06d}{ending_of(content)}"
        (target / location).write_bytes(content)
        columns["location"].append(location)
    for name in ("split", "group", "source", "author", "licence"):
        values = data.column(name)
        if any(value is not None for value in values):
            columns[name] = values
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _columns(rows: list[dict[str, Any]]) -> list[str]:
    return list(rows[0])
