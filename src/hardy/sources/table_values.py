"""A table of values under names, before anything is known about its columns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from hardy.errors import LayoutError
from hardy.sources.table_labels import printable

MAX_COLUMNS = 1000
"""Columns beyond are not looked at: no table of pictures has them, and looking takes columns times rows."""

Row: TypeAlias = Sequence[Any] | dict[str, Any]
"""Values in the order of the names; an object with some of them as keys; or, as text, why the row cannot be read."""


@dataclass(frozen=True)
class Table:
    """Rows of values under names.

    Args:
        file: it was read from.
        names: of the columns; numbers from "0" on where `header` is False.
        rows: all of one kind but for those that cannot be read; many are in a file.
        header: whether the first row, where rows are sequences, holds the names; it counts as one until `headed`.
        width: a row of more values than this cannot be read; None where rows are objects.
        above: rows that hold the names.
    """

    file: Path
    names: tuple[str, ...]
    rows: Sequence[Row]
    header: bool = True
    width: int | None = None
    above: int = 0

    def __len__(self) -> int:
        return len(self.rows) - self.above

    def head(self, stop: int) -> list[Sequence[Any]]:
        """The first rows, where they are sequences."""
        return [[] if isinstance(row, str | dict) else row for row in islice(self.rows, stop)]

    def column(self, name: str, stop: int | None = None) -> Iterator[Any]:
        """The values under a name, None where a row has none; only the first `stop` where it is given."""
        return (values[0] for _, values in self.cells([name], stop))

    def cells(self, names: Sequence[str | None], stop: int | None = None) -> Iterator[tuple[str | None, list[Any]]]:
        """Of each row why it cannot be read, if it cannot, and its values under some names."""
        places = [None if name is None else self.names.index(name) for name in names]
        for row in islice(self.rows, self.above, None if stop is None else self.above + stop):
            if isinstance(row, dict):
                yield None, [None if name is None else row.get(name) for name in names]
            elif isinstance(row, str) or self.width is None:
                reason = row if isinstance(row, str) else f"is no object but {type(row).__name__}"
                yield reason, [None] * len(names)
            else:
                given = [None if place is None or place >= len(row) else row[place] for place in places]
                yield _too_wide(row, self.width), given

    def headed(self) -> "Table":
        """The same with the first row as names.

        Raises:
            LayoutError: a row of names is all there is.
        """
        first = self.head(1)[0]
        names = tuple("" if name is None else str(name).strip() for name in first)
        if len(self.rows) < 2:
            shown = printable(", ".join(names)[:200])
            raise LayoutError(f"{self.file} has a header ({shown}) and no rows below it")
        return replace(self, names=names[:MAX_COLUMNS], header=True, width=len(names), above=1)


def _too_wide(row: Sequence[Any], width: int) -> str | None:
    if len(row) > width and any(value not in ("", None) for value in row[width:]):
        return f"has {len(row)} fields where the first row has {width}; a name with a delimiter needs quotes"
    return None


def unheaded(file: Path, rows: Sequence[Row]) -> Table:
    """A table of which it is not known yet whether its first row holds names.

    Raises:
        LayoutError: there is no row, or the first is empty.
    """
    if not rows or not rows[0] or isinstance(rows[0], str):
        raise LayoutError(f"{file}: expected a row per image with a label and a location")
    width = len(rows[0])
    return Table(file, tuple(str(number) for number in range(min(width, MAX_COLUMNS))), rows, False, width)
