"""Cells → what each row says: its place, label, side and group; or why it cannot be used."""

import posixpath
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from hardy.dataset.spill import RowBuilder, starts
from hardy.errors import LayoutError
from hardy.sources.options import OpenOptions
from hardy.sources.table_columns import Columns
from hardy.sources.table_folders import TableFile
from hardy.sources.table_labels import cut, is_unicode, side, word
from hardy.sources.table_locations import Embedded, LocalFile, Place, RemoteFile, parse_location
from hardy.sources.table_values import Table

NOTES = ("split", "group", "source", "author", "licence")

_SCHEMA = pa.schema(
    {"location": pa.string(), "kind": pa.int64(), "payload": pa.binary(), "shape": pa.string(), "word": pa.int64()}
    | dict.fromkeys((*NOTES, "reason"), pa.string())
)
_LOCAL, _REMOTE, _BYTES, _PIXELS = range(4)
_MOST_KNOWN = 1 << 12


class Listing(NamedTuple):
    """What the rows of one table or several say, one after the other.

    Args:
        table: where each row's picture lies, see `place_at`; the number of its word, −1 for none; its side, group and
            origin; why it cannot be used, null where it can.
        words: the labels.
        names: of the rows, such as `labels.csv#7`: the table's name and how many rows it has, for each table.
    """

    table: pa.Table
    words: list[str]
    names: list[tuple[str, int]]

    def name(self, row: int) -> str:
        """What a row is called: `labels.csv#7`, counted from 0 in its own table."""
        for name, count in self.names:
            if row < count:
                return f"{name}#{row}"
            row -= count
        raise IndexError(row)


def place_at(table: pa.Table, row: int) -> Place:
    """Where the picture of a row lies that can be used."""
    kind, location = (table.column(name)[row].as_py() for name in ("kind", "location"))
    if kind == _LOCAL:
        return LocalFile(location)
    if kind == _REMOTE:
        return RemoteFile(location)
    payload, shape = (table.column(name)[row].as_py() for name in ("payload", "shape"))
    if kind == _BYTES:
        return Embedded(payload)
    dtype, *size = shape.split()
    return Embedded(np.frombuffer(payload, dtype).reshape(*map(int, size)))


def is_embedded(kinds: np.ndarray) -> np.ndarray:
    """Of which of some rows the table itself holds the picture."""
    return kinds >= _BYTES


def holds_deep_pixels(table: pa.Table) -> bool:
    """Whether the table itself holds pixels of 16 bits, in a row that can be used."""
    shapes = table.column("shape")
    for rows in starts(len(table) if shapes.null_count < len(table) else 0):
        part = table.slice(rows.start, len(rows))
        shown = zip(part.column("shape").to_pylist(), part.column("reason").to_pylist(), strict=True)
        if any(reason is None and shape is not None and "u2 " in shape for shape, reason in shown):
            return True
    return False


class Rows:
    """Makes a listing."""

    def __init__(self) -> None:
        self._builder = RowBuilder(_SCHEMA, _SCHEMA.names)
        self._words: dict[str, int] = {}
        self._names: list[tuple[str, int]] = []

    def add(self, table: Table, columns: Columns, options: OpenOptions, entry: TableFile, root: Path) -> None:
        """Append a table's rows.

        Args:
            table: with its header taken.
            columns: which of its columns is what.
            options: what may be followed, and how many parts of a label count.
            entry: where the table lies, and the side of rows that name none.
            root: the table's folder, absolute.
        """

        def place(value: Any) -> Place:
            found = parse_location(value, root, options.allow_outside, options.channels_first)
            if entry.below and isinstance(found, LocalFile) and not Path(found.location).is_absolute():
                return LocalFile(posixpath.normpath(entry.below + found.location))
            return found

        roles = [
            _Role(columns.location, place),
            _Role(columns.label, lambda value: cut(word(value), options.level), "the label"),
            _Role(columns.split, side, "the split"),
            _Role(columns.group, word, "the group"),
            *(_Role(name, _note) for name in (columns.source, columns.author, columns.licence)),
        ]
        for reason, values in table.cells([role.column for role in roles]):
            parsed = []
            for role, value in zip(roles, values, strict=True):
                found = None
                if reason is None and role.column is not None:
                    try:
                        found = role(value)
                    except LayoutError as error:
                        reason = f"{role.name} {error}".strip()
                parsed.append(found)
            at, label, named, *others = parsed
            self._put(at, label, [named or entry.side, *others], reason)
        self._names.append((entry.below + table.file.name, len(table)))

    def _put(self, at: Place | None, label: str | None, notes: list[str | None], reason: str | None) -> None:
        payload = at.payload if isinstance(at, Embedded) else None
        pixels = payload if isinstance(payload, np.ndarray) else None
        kind = _PIXELS if pixels is not None else _BYTES if payload is not None else int(isinstance(at, RemoteFile))
        self._builder.add(
            None if at is None else at.location,
            kind,
            payload if pixels is None else pixels.tobytes(),
            None if pixels is None else " ".join([pixels.dtype.str, *map(str, pixels.shape)]),
            -1 if label is None else self._words.setdefault(label, len(self._words)),
            *notes,
            reason,
            size=0 if payload is None else len(payload) if pixels is None else pixels.nbytes,
        )

    def finish(self) -> Listing:
        """All of them."""
        return Listing(self._builder.finish(), list(self._words), self._names)


class _Role:
    """What is made of the values of a column."""

    def __init__(self, column: str | None, parse: Callable[[Any], Any], name: str = "") -> None:
        self.column, self.name, self._parse = column, name, parse
        self._known: dict[str, Any] = {}  # labels, sides and groups come again and again

    def __call__(self, value: Any) -> Any:
        if not self.name or not isinstance(value, str):
            return self._parse(value)
        if value not in self._known:
            if len(self._known) >= _MOST_KNOWN:
                return self._parse(value)
            self._known[value] = self._parse(value)
        return self._known[value]


def _note(value: Any) -> str | None:
    return str(value).strip() or None if isinstance(value, str | int) and is_unicode(str(value)) else None
