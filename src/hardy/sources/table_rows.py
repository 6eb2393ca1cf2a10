"""Cells → what each row says: its place, label, side and group; or why it cannot be used."""

import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from hardy.errors import LayoutError
from hardy.sources.options import OpenOptions
from hardy.sources.table_columns import Columns
from hardy.sources.table_files import Table
from hardy.sources.table_folders import TableFile
from hardy.sources.table_labels import cut, is_unicode, side, word
from hardy.sources.table_locations import LocalFile, Place, parse_location

_T = TypeVar("_T")


@dataclass
class Rows:
    """Rows of one table or several, one after the other; None where a row says nothing.

    Args:
        names: of the rows, such as `labels.csv#7`: the table's name and how many rows it has, for each table.
        notes: of the columns split, group, source, author and licence, where a table has them.
        reasons: against the rows that cannot be used.
    """

    names: list[tuple[str, int]] = field(default_factory=list)
    places: list[Place | None] = field(default_factory=list)
    words: list[str | None] = field(default_factory=list)
    notes: dict[str, list[str | None]] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.places)

    def name(self, row: int) -> str:
        """What a row is called: `labels.csv#7`, counted from 0 in its own table."""
        for name, count in self.names:
            if row < count:
                return f"{name}#{row}"
            row -= count
        raise IndexError(row)

    def add(self, table: Table, columns: Columns, options: OpenOptions, entry: TableFile, root: Path) -> None:
        """Append a table's rows.

        Args:
            table: with its header taken.
            columns: which of its columns is what.
            options: what may be followed, and how many parts of a label count.
            entry: where the table lies, and the side of rows that name none.
            root: the table's folder, absolute.
        """
        reasons = dict(table.faults)

        def place(value: Any) -> Place:
            found = parse_location(value, root, options.allow_outside, options.channels_first)
            if entry.below and isinstance(found, LocalFile) and not Path(found.location).is_absolute():
                return LocalFile(posixpath.normpath(entry.below + found.location))
            return found

        def parsed(name: str | None, parse: Callable[[Any], _T | None], role: str = "") -> list[_T | None]:
            return _parsed(table, name, parse, role, reasons)

        start = len(self)
        self.places += parsed(columns.location, place)
        self.words += parsed(columns.label, lambda value: cut(word(value), options.level), "the label")
        notes: dict[str, list[str | None]] = {
            "split": parsed(columns.split, side, "the split"),
            "group": parsed(columns.group, word, "the group"),
            "source": parsed(columns.source, _note),
            "author": parsed(columns.author, _note),
            "licence": parsed(columns.licence, _note),
        }
        if entry.side is not None:
            notes["split"] = [named or entry.side for named in notes["split"]]
        for name, values in notes.items():
            if name in self.notes or any(value is not None for value in values):
                self.notes.setdefault(name, [None] * start).extend(values)
        self.reasons |= {start + row: reason for row, reason in reasons.items()}
        self.names.append((entry.below + table.file.name, len(table)))


def _parsed(
    table: Table, name: str | None, parse: Callable[[Any], _T | None], role: str, reasons: dict[int, str]
) -> list[_T | None]:
    """A column's values as `parse` reads them; the first reason against a row is kept."""
    if name is None:
        return [None] * len(table)
    parsed: list[_T | None] = []
    known: dict[str, _T | None] = {}  # labels, sides and groups come again and again
    for row, value in enumerate(table.column(name)):
        if row in reasons:
            parsed.append(None)
            continue
        if role and isinstance(value, str) and value in known:
            parsed.append(known[value])
            continue
        try:
            result = parse(value)
        except LayoutError as error:
            reasons[row] = f"{role} {error}".strip()
            result = None
        else:
            if role and isinstance(value, str):
                known[value] = result
        parsed.append(result)
    return parsed


def _note(value: Any) -> str | None:
    return str(value).strip() or None if isinstance(value, str | int) and is_unicode(str(value)) else None
