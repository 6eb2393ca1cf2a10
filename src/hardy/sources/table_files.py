"""A CSV, TSV, JSON, JSON Lines or Parquet file → a Table of values, before anything is known about its columns.

A line that is broken on its own (too many fields, no JSON) is a fault of that row; only a file that cannot be read at
all is an error.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hardy.errors import LayoutError
from hardy.sources.table_labels import printable
from hardy.sources.table_text import guess_delimiter, split_rows

MAX_COLUMNS = 1000
"""Columns beyond are not looked at: no table of pictures has them, and looking takes columns times rows."""

_MOST_SHARED = 1 << 12
_STRING = re.compile(r"""("(?:[^"\\]|\\.)*+(?:"|\Z))|'((?:[^'\\]|\\.)*+)(?:'|\Z)""", re.DOTALL)


@dataclass(frozen=True)
class Table:
    """Rows of values under names.

    Args:
        file: it was read from.
        names: of the columns; numbers from "0" on where `header` is False.
        rows: each a sequence in the order of the names, or an object with some of them as keys.
        header: whether the first row, where rows are sequences, holds the names; it is in `rows` until `headed`.
        faults: rows that could not be read, with the reason.
    """

    file: Path
    names: tuple[str, ...]
    rows: Sequence[Sequence[Any] | dict[str, Any]]
    header: bool = True
    faults: dict[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str, stop: int | None = None) -> list[Any]:
        """The values under a name, None where a row has none; only the first `stop` where it is given."""
        place = self.names.index(name)
        return [
            row.get(name) if isinstance(row, dict) else row[place] if place < len(row) else None
            for row in self.rows[:stop]
        ]

    def headed(self) -> "Table":
        """The same with the first row as names.

        Raises:
            LayoutError: a row of names is all there is.
        """
        names = tuple("" if name is None else str(name).strip() for name in self.rows[0])
        rows = self.rows[1:]
        if not rows:
            shown = printable(", ".join(names)[:200])
            raise LayoutError(f"{self.file} has a header ({shown}) and no rows below it")
        return Table(self.file, names[:MAX_COLUMNS], rows, True, _too_wide(rows, len(names)))


def read_table(file: Path) -> Table:
    """Read a table of any kind.

    Returns:
        The table. For CSV, TSV and JSON arrays of arrays `header` is False: see `hardy.sources.table_columns`.

    Raises:
        LayoutError: it is not UTF-8, not what its ending says, or empty; the message names it.
    """
    ending = file.suffix.lower()
    if ending == ".parquet":
        return _parquet(file)
    text = _text(file)
    if ending in (".jsonl", ".ndjson"):
        return _json_lines(file, text)
    if ending == ".json":
        return _json(file, text)
    return _delimited(file, text, "\t" if ending == ".tsv" else None)


def _text(file: Path) -> str:
    data = file.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        kind = "UTF-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else f"no UTF-8 (line {line})"
        raise LayoutError(f"{file} is {kind}; save it as UTF-8") from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise LayoutError(f"{file} is empty: expected a row per image with a label and a location")
    return text


def _delimited(file: Path, text: str, delimiter: str | None) -> Table:
    declared = re.match(r"sep=([,;\t])\n", text)  # a hint that Excel writes and reads
    if declared:
        text, delimiter = text[declared.end() :], declared[1]
    try:
        rows = _shared(split_rows(text, delimiter or guess_delimiter(text)))
    except LayoutError as error:
        raise LayoutError(f"{file}: {error}") from error
    return _unheaded(file, rows)


def _shared(rows: Iterator[list[str]]) -> list[list[str]]:
    """The rows; cells that come again and again (labels, sides) are one string in memory."""
    known: dict[str, str] = {}
    kept: list[list[str]] = []
    for row in rows:
        for place, cell in enumerate(row):
            if cell in known:
                row[place] = known[cell]
            elif len(known) < _MOST_SHARED:
                known[cell] = cell
        kept.append(row)
    return kept


def _unheaded(file: Path, rows: list[list[Any]]) -> Table:
    if not rows or not rows[0]:
        raise LayoutError(f"{file}: expected a row per image with a label and a location")
    width = len(rows[0])
    names = tuple(str(number) for number in range(min(width, MAX_COLUMNS)))
    return Table(file, names, rows, False, _too_wide(rows, width))


def _too_wide(rows: Sequence[Any], width: int) -> dict[int, str]:
    return {
        number: f"has {len(row)} fields where the first row has {width}; a name with a delimiter needs quotes"
        for number, row in enumerate(rows)
        if len(row) > width and any(value not in ("", None) for value in row[width:])
    }


def _json(file: Path, text: str) -> Table:
    try:
        value = _parse(text)
    except (ValueError, RecursionError) as error:
        if _is_object(text.lstrip().partition("\n")[0]):
            return _json_lines(file, text)
        if "'" not in text or isinstance(error, RecursionError):
            raise LayoutError(f"{file} is no JSON: {_reason(error)}") from error
        try:
            value = _parse(_STRING.sub(_with_double_quotes, text))
        except (ValueError, RecursionError):
            raise LayoutError(f"{file} is no JSON: {_reason(error)}") from error
    if isinstance(value, dict):
        value = _rows_of_columns(file, value)
    if isinstance(value, list) and value and all(isinstance(row, list) for row in value):
        return _unheaded(file, value)
    if not isinstance(value, list) or not any(isinstance(row, dict) for row in value):
        raise LayoutError(f"{file}: expected an array of objects, or an object of arrays of one length")
    return _objects(file, value, {})


def _parse(text: str) -> Any:
    return json.loads(text)


def _reason(error: Exception) -> str:
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)[:200]


def _with_double_quotes(match: re.Match[str]) -> str:
    """The handbook writes JSON with single quotes."""
    return match[1] or json.dumps(match[2].replace("\\'", "'"), ensure_ascii=False)


def _is_object(line: str) -> bool:
    try:
        return isinstance(_parse(line), dict)
    except (ValueError, RecursionError):
        return False


def _rows_of_columns(file: Path, value: dict[str, Any]) -> list[Any]:
    """Rows of an object of arrays, of pandas' `{"label": {"0": "cat"}}`, or of an object around the array."""
    if len(value) == 1:
        (inner,) = value.values()
        if isinstance(inner, list) and all(isinstance(row, dict) for row in inner):
            return inner
    columns: dict[str, list[Any]] = {}
    for name, column in value.items():
        if isinstance(column, dict):
            first = next(iter(value.values()))
            if not isinstance(first, dict) or column.keys() != first.keys():
                raise LayoutError(f"{file}: the columns have other keys in {name!r} than in the first")
            column = [column[key] for key in first]
        if not isinstance(column, list):
            raise LayoutError(f"{file}: expected an array under {name!r}, got {type(column).__name__}")
        columns[name] = column
    if len({len(column) for column in columns.values()}) > 1:
        sizes = ", ".join(f"{name!r} has {len(column)}" for name, column in list(columns.items())[:6])
        raise LayoutError(f"{file}: the arrays differ in length: {sizes}")
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _json_lines(file: Path, text: str) -> Table:
    rows: list[Any] = []
    faults: dict[int, str] = {}
    for line in text.split("\n"):
        if line.strip():
            try:
                rows.append(_parse(line))
            except (ValueError, RecursionError) as error:
                faults[len(rows)] = f"is no JSON: {_reason(error)}"
                rows.append({})
    if len(faults) == len(rows):
        raise LayoutError(f"{file} has no line of JSON; the first {faults[0]}")
    if all(isinstance(row, list) or number in faults for number, row in enumerate(rows)):
        lists = [row if isinstance(row, list) else [] for row in rows]
        table = _unheaded(file, lists)
        return Table(file, table.names, lists, False, table.faults | faults)
    return _objects(file, rows, faults)


def _objects(file: Path, rows: list[Any], faults: dict[int, str]) -> Table:
    names: dict[str, None] = {}
    for number, row in enumerate(rows):
        if not isinstance(row, dict):
            faults[number] = f"is no object but {type(row).__name__}"
        elif len(names) < MAX_COLUMNS and not row.keys() <= names.keys():
            names |= dict.fromkeys(row)
    objects = [row if isinstance(row, dict) else {} for row in rows]
    return Table(file, tuple(names), objects, True, faults)


def is_table_parquet(file: Path) -> bool:
    """Whether a Parquet file has no column of pictures, only text or lists; False for a broken one."""
    try:
        schema = pq.read_schema(file)
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        return False
    kinds = [entry.type.value_type if pa.types.is_dictionary(entry.type) else entry.type for entry in schema]
    if any(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_struct(kind) for kind in kinds):
        return False
    text = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_nested)
    return any(is_kind(kind) for kind in kinds for is_kind in text)


def _parquet(file: Path) -> Table:
    try:
        table = pq.read_table(file)
        columns: dict[str, list[Any]] = {
            name: column.to_pylist() for name, column in zip(table.column_names, table.columns, strict=True)
        }
    except (pa.ArrowException, OSError, UnicodeDecodeError, KeyError) as error:
        raise LayoutError(f"{file} is no Parquet file, or is damaged: {error}") from error
    if not table.num_rows or not columns:
        raise LayoutError(f"{file} is empty: expected a row per image with a label and a location")
    return Table(file, tuple(columns), list(zip(*columns.values(), strict=True)))


MATCHERS: dict[str, Callable[[Path], bool]] = {
    **dict.fromkeys((".csv", ".tsv", ".json", ".jsonl", ".ndjson"), lambda _: True),
    ".parquet": is_table_parquet,
}
"""Endings of tables, and what else a file must be to be one."""
