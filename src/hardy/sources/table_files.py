"""A CSV, TSV, JSON, JSON Lines or Parquet file → a Table of values, before anything is known about its columns.

A line that is broken on its own (too many fields, no JSON) is a fault of that row; only a file that cannot be read at
all is an error.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hardy.dataset.kept import keep
from hardy.errors import LayoutError
from hardy.sources.table_json import read_json_lines, read_json_table
from hardy.sources.table_pieces import Text, read_text
from hardy.sources.table_text import guess_delimiter, split_rows
from hardy.sources.table_values import Table, unheaded

_MOST_SHARED = 1 << 12
_ROWS_AT_A_TIME = 1 << 10


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
    text = read_text(file)
    try:
        if ending in (".jsonl", ".ndjson"):
            return read_json_lines(file, text)
        if ending == ".json":
            return read_json_table(file, text)
    except RecursionError as error:  # read, but too deep to be kept
        raise LayoutError(f"{file} is no JSON: it is nested too deeply") from error
    return _delimited(file, text, "\t" if ending == ".tsv" else None)


def _delimited(file: Path, text: Text, delimiter: str | None) -> Table:
    declared = re.match(r"sep=([,;\t])\n", text.begin(6))  # a hint that Excel writes and reads
    if declared:
        text, delimiter = Text(file, declared.end()), declared[1]
    try:
        rows = keep(_shared(split_rows(text, delimiter or guess_delimiter(text))))
    except LayoutError as error:
        raise LayoutError(f"{file}: {error}") from error
    return unheaded(file, rows)


def _shared(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """The rows; cells that come again and again (labels, sides) are one string in memory."""
    known: dict[str, str] = {}
    for row in rows:
        for place, cell in enumerate(row):
            if cell in known:
                row[place] = known[cell]
            elif len(known) < _MOST_SHARED:
                known[cell] = cell
        yield row


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
        with pq.ParquetFile(file, memory_map=True) as opened:
            # Of columns that have one name the last counts.
            places = {name: place for place, name in enumerate(opened.schema_arrow.names)}
            rows = keep(_parquet_rows(opened, list(places.values())))
    except (pa.ArrowException, OSError, UnicodeDecodeError, KeyError) as error:
        raise LayoutError(f"{file} is no Parquet file, or is damaged: {error}") from error
    if not rows or not places:
        raise LayoutError(f"{file} is empty: expected a row per image with a label and a location")
    return Table(file, tuple(places), rows, width=len(places))


def _parquet_rows(opened: pq.ParquetFile, places: list[int]) -> Iterator[tuple[Any, ...]]:
    for batch in opened.iter_batches(_ROWS_AT_A_TIME):
        yield from zip(*(batch.column(place).to_pylist() for place in places), strict=True)


MATCHERS: dict[str, Callable[[Path], bool]] = {
    **dict.fromkeys((".csv", ".tsv", ".json", ".jsonl", ".ndjson"), lambda _: True),
    ".parquet": is_table_parquet,
}
"""Endings of tables, and what else a file must be to be one."""
