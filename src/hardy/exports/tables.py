"""Pictures in a folder beside a table with a row for each: CSV, JSON, JSON Lines."""

import json
import re
from pathlib import Path
from typing import Any

from hardy.dataset import Dataset
from hardy.errors import InputError, LayoutError
from hardy.exports.picture_files import ending_of, picture_files
from hardy.files import write_file
from hardy.progress import Progress
from hardy.sources.table_labels import whole_numbers, word

PICTURES = "images"
_SPECIAL = re.compile(r"""[\n\r\t"',;‘’\[\]]|data:""", re.IGNORECASE)


def write_csv(data: Dataset, target: Path, tag: str, progress: Progress) -> None:  # noqa: ARG001 (kept by export)
    """`labels.csv`, with a header; an empty field is no label, side or group."""
    for name in ("label", "group"):
        _check_words(_words(data, name), name, "\n")
    rows = _rows(data, target, progress)
    lines = [list(rows[0]), *(row.values() for row in rows)]
    text = "".join(",".join(map(_field, line)) + "\n" for line in lines)
    write_file(target / "labels.csv", text)


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
    columns: dict[str, list[Any]] = {"label": _words(data, "label"), "location": []}
    _check_words(columns["label"], "label")
    _check_words(data.column("group"), "group")
    (target / PICTURES).mkdir()
    for row, content in enumerate(picture_files(data, progress)):
        location = f"{PICTURES}/{row:06d}{ending_of(content)}"
        (target / location).write_bytes(content)
        columns["location"].append(location)
    for name in ("split", "group", "source", "author", "licence"):
        values = data.column(name)
        if any(value is not None for value in values):
            columns[name] = values
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _words(data: Dataset, name: str) -> list[str | None]:
    if name != "label":
        return data.column(name)
    return [None if label < 0 else data.classes[label] for label in data.labels.tolist()]


def _check_words(words: list[str | None], role: str, line_end: str = "\r") -> None:
    """Refuse names that would not be the same when they are read.

    Args:
        words: of the rows.
        role: "label" or "group".
        line_end: what a carriage return is read as.

    Raises:
        InputError: a name is empty, has blanks around it, looks like a list, or like 1.0 among whole numbers.
    """
    distinct = list(dict.fromkeys(words))
    read = [_as_read(name, line_end) for name in distinct]
    for name, back in zip(distinct, whole_numbers(read) if role == "label" else read, strict=True):
        if name is not None and name != back:
            raise InputError(
                f"a table cannot keep the {role} {name!r}: it would be read as {back!r}; "
                "export as parquet, npz or folder, or rename it"
            )


def _as_read(name: str | None, line_end: str) -> str | None:
    try:
        return word(None if name is None else name.replace("\r", line_end))
    except LayoutError:
        return None


def _field(value: str | None) -> str:
    """Quoted where hardy's own reader, or a spreadsheet's, would take it for more than a word."""
    if value is None:
        return ""
    return '"' + value.replace('"', '""') + '"' if _SPECIAL.search(value) else value
