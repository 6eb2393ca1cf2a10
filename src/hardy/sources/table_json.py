"""JSON and JSON Lines → a Table: an array of objects or of arrays, an object of arrays, or a value a line.

An array and lines are read value by value; what else JSON can hold is in memory while it is read.
"""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from hardy.dataset.kept import keep
from hardy.errors import LayoutError
from hardy.sources.table_pieces import Text
from hardy.sources.table_values import MAX_COLUMNS, Row, Table, unheaded

_STRING = re.compile(r"""("(?:[^"\\]|\\.)*+(?:"|\Z))|'((?:[^'\\]|\\.)*+)(?:'|\Z)""", re.DOTALL)
_BLANKS = re.compile(r"[ \t\n\r]*")


def read_json_table(file: Path, text: Text) -> Table:
    """A table of one JSON value, or of JSON Lines under another name.

    Raises:
        LayoutError: it is no JSON, or no table; the message names the file.
    """
    try:
        return _table(file, _elements(text))
    except (ValueError, RecursionError):  # not one array of values, or damaged: the whole says what it is
        return _json(file, text.whole(), text)


def _json(file: Path, content: str, text: Text) -> Table:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        if _is_object(content.lstrip().partition("\n")[0]):
            return read_json_lines(file, text)
        if "'" not in content or isinstance(error, RecursionError):
            raise LayoutError(f"{file} is no JSON: {_reason(error)}") from error
        try:
            value = json.loads(_STRING.sub(_with_double_quotes, content))
        except (ValueError, RecursionError):
            raise LayoutError(f"{file} is no JSON: {_reason(error)}") from error
    return _table(file, _rows_of_columns(file, value) if isinstance(value, dict) else value)


def _elements(text: Text) -> Iterator[Any]:
    """The elements of an array.

    Raises:
        ValueError: the text is something else.
    """
    decoder, source = json.JSONDecoder(), iter(text)
    content, place, more = "", 0, 1

    def behind_blanks(place: int) -> int:
        match = _BLANKS.match(content, place)
        return match.end() if match else place

    expected, is_open = "[", True
    while is_open:
        try:
            place = behind_blanks(place)
            if content[place : place + 1] not in expected or place == len(content):
                raise ValueError("another kind of value")
            end = behind_blanks(place + 1)
            if content[place] == "]" or (expected == "[" and content[end : end + 1] == "]"):
                place, is_open = (place + 1 if content[place] == "]" else end + 1), False
                continue
            value, end = decoder.raw_decode(content, end)
            if behind_blanks(end) == len(content):  # a number may go on
                raise ValueError("the array ends without a bracket")
        except ValueError:
            added = "".join(islice(source, more))
            if not added:
                raise
            content, place, more = content[place:] + added, 0, 2 * more
            continue
        yield value
        place, expected, more = end, ",]", 1
    if content[behind_blanks(place) :] or any(piece.strip(" \t\n\r") for piece in source):
        raise ValueError("something behind the array")


def _table(file: Path, values: Any) -> Table:
    if not isinstance(values, Iterable) or isinstance(values, str):
        values = ()
    found = _Found()
    rows = keep(found.row(value) for value in values)
    if rows and found.lists == len(rows):
        return unheaded(file, rows)
    if not found.objects:
        raise LayoutError(f"{file}: expected an array of objects, or an object of arrays of one length")
    return Table(file, tuple(found.names), rows)


class _Found:
    """What values a file holds."""

    def __init__(self) -> None:
        self.lists = self.objects = self.broken = 0
        self.names: dict[str, None] = {}

    def row(self, value: Any) -> Row:
        if isinstance(value, list):
            self.lists += 1
            return value
        if not isinstance(value, dict):
            return f"is no object but {type(value).__name__}"
        self.objects += 1
        if len(self.names) < MAX_COLUMNS and not value.keys() <= self.names.keys():
            self.names |= dict.fromkeys(value)
        return value

    def parsed(self, line: str) -> Row:
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            self.broken += 1
            return f"is no JSON: {_reason(error)}"
        return self.row(value)


def read_json_lines(file: Path, text: Text) -> Table:
    """A table of a value a line.

    Raises:
        LayoutError: no line is JSON; the message names the file.
    """
    found = _Found()
    rows = keep(found.parsed(line) for line in text.lines() if line.strip())
    if found.broken == len(rows):
        raise LayoutError(f"{file} has no line of JSON; the first {rows[0]}")
    if found.lists + found.broken == len(rows):
        return unheaded(file, rows)
    return Table(file, tuple(found.names), rows)


def _reason(error: Exception) -> str:
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)[:200]


def _with_double_quotes(match: re.Match[str]) -> str:
    """The handbook writes JSON with single quotes."""
    return match[1] or json.dumps(match[2].replace("\\'", "'"), ensure_ascii=False)


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
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
