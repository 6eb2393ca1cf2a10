"""Which column of a table is what: as the user said, by name, or by looking at the values."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Int64

from hardy import scratch
from hardy.errors import LayoutError
from hardy.sources.folder import SPLIT_NAMES
from hardy.sources.options import OpenOptions
from hardy.sources.table_labels import printable
from hardy.sources.table_locations import looks_like_location
from hardy.sources.table_values import MAX_COLUMNS, Table

NAMES: dict[str, tuple[str, ...]] = {
    "location": (
        *("location", "path", "file_path", "filepath", "image_path", "img_path", "file_name", "filename", "file"),
        *("image_file", "image_name", "image", "img", "picture", "photo", "image_url", "url", "uri", "src", "href"),
        *("pixels", "data", "image_id", "img_id"),
    ),
    "label": (
        *("label", "class", "category", "target", "label_name", "class_name", "category_name", "labels", "classes"),
        *("y", "label_id", "class_id", "category_id"),
    ),
    "split": ("split", "set", "subset", "partition", "side", "fold"),
    "group": (
        *("group", "group_id", "patient", "patient_id", "subject", "subject_id", "person", "person_id"),
        *("individual", "individual_id"),
    ),
    "source": ("source", "origin"),
    "author": ("author", "photographer", "copyright"),
    "licence": ("licence", "license"),
}
"""Names that say what a column is, in lower case with "_"; earlier ones win."""

_SAMPLE = 50
_FEW = 10


@dataclass(frozen=True)
class Columns:
    """Names of a table's columns; None for what it does not have."""

    location: str
    label: str | None
    split: str | None
    group: str | None
    source: str | None
    author: str | None
    licence: str | None


def with_header(table: Table, options: OpenOptions, root: Path) -> Table:
    """Decide whether the first row holds names, and take it as such.

    It does where none of its cells is a location and one is a name we know or the user gave, or the rows below have
    locations.
    """
    if table.header:
        return table
    first, *rest = ([*row][:MAX_COLUMNS] for row in table.head(_SAMPLE))
    if any(looks_like_location(cell, root) for cell in first):
        return table
    given = {options.label_column, options.location_column, options.split_column, options.group_column}
    known = {name for names in NAMES.values() for name in names}
    if any(isinstance(cell, str) and (plain_name(cell) in known or cell.strip() in given) for cell in first):
        return table.headed()
    below = [cell for row in rest for cell in row]
    return table.headed() if any(looks_like_location(cell, root) for cell in below) else table


def find_columns(table: Table, options: OpenOptions, root: Path, like: Columns | None = None) -> Columns:
    """Find each column.

    Args:
        table: with its header taken.
        options: what the user said.
        root: the table's folder, absolute.
        like: the columns of another table of the same dataset (of `train.csv` for `test.csv`), which are taken where
            they are here too; where its labels are not, there are none: nothing else is taken for them.

    Raises:
        LayoutError: a column the user named is not there; none holds locations; or several could be the label. The
            message names the file, the columns, and the option that says which.
    """
    if like is not None:
        options = _as_before(table, options, like)
    names = dict.fromkeys(table.names)
    location = _given(table, options.location_column, "location") or _location(table, list(names), root)
    names.pop(location)
    split = _given(table, options.split_column, "split") or _split(table, list(names))
    group = _given(table, options.group_column, "group") or _first("group", list(names))
    label = _given(table, options.label_column, "label")
    source, author, licence = (_first(role, list(names)) for role in ("source", "author", "licence"))
    if label is None and like is None:
        taken = {split, group, source, author, licence}
        label = _label(table, [name for name in names if name not in taken], root)
    return Columns(location, label, split, group, source, author, licence)


def _as_before(table: Table, options: OpenOptions, like: Columns) -> OpenOptions:
    def there(name: str | None) -> str | None:
        return name if name in table.names else None

    return replace(
        options,
        location_column=there(like.location),
        label_column=there(like.label),
        split_column=there(like.split),
        group_column=there(like.group),
    )


def plain_name(name: str) -> str:
    """A column's name in lower case, with "_" for blanks, dots and dashes.

    Example:
        >>> plain_name(" File Name")
        'file_name'
    """
    return re.sub(r"[\s.-]+", "_", name.strip().lower())


def _first(role: str, names: Sequence[str]) -> str | None:
    found = _all(role, names)
    return found[0] if found else None


def _all(role: str, names: Sequence[str]) -> list[str]:
    """Columns whose name says they are it, the surest first."""
    order = {known: place for place, known in enumerate(NAMES[role])}
    return sorted((name for name in names if plain_name(name) in order), key=lambda name: order[plain_name(name)])


def _given(table: Table, wanted: str | None, role: str) -> str | None:
    if wanted is None:
        return None
    if wanted in table.names:
        return wanted
    if wanted.isascii() and wanted.isdecimal() and int(wanted[:6]) < len(table.names):
        return table.names[int(wanted[:6])]
    raise LayoutError(f"{table.file} has no column {wanted!r} for the {role}; it has {_listed(table.names)}")


def _listed(names: Sequence[str]) -> str:
    shown = (printable(name[:40]) or "(no name)" for name in names[:12])
    return ", ".join(shown) + (", …" if len(names) > 12 else "")


def _looks(table: Table, name: str, root: Path) -> bool:
    """Whether at least half of a column's first values look like locations."""
    values = [value for value in table.column(name, _SAMPLE) if value not in (None, "")]
    return bool(values) and 2 * sum(looks_like_location(value, root) for value in values) >= len(values)


def _location(table: Table, names: Sequence[str], root: Path) -> str:
    named = _all("location", names)
    looking = (name for name in named + [name for name in names if name not in named] if _looks(table, name, root))
    found = next(looking, None) or next(iter(named), None)
    if found is None:
        raise LayoutError(
            f"{table.file} has the columns {_listed(table.names)}, and none holds paths, URLs or pixels; "
            "say which with --location-column"
        )
    return found


def _split(table: Table, names: Sequence[str]) -> str | None:
    """A column called `split`, or one that holds nothing but names of splits."""
    for name in _all("split", names):
        if plain_name(name) == "split" or _are_sides(table.column(name)):
            return name
    if table.header:
        return None
    return next((name for name in names if _are_sides(table.column(name))), None)


def _are_sides(values: Iterable[Any]) -> bool:
    found = False
    for value in values:
        word = value.strip().lower() if isinstance(value, str) else value
        if _is_plain(word) and word not in (None, ""):
            if word not in SPLIT_NAMES:
                return False
            found = True
    return found


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float)


def _label(table: Table, names: Sequence[str], root: Path) -> str | None:
    named = _first("label", names)
    if named is not None:
        return named
    likely = [name for name in names if not _looks(table, name, root) and _repeats(table, name, len(names))]
    if len(likely) > 1:
        raise LayoutError(
            f"{table.file} has several columns that could be the label ({_listed(likely)}); "
            "say which with --label-column"
        )
    return likely[0] if likely else None


def _repeats(table: Table, name: str, others: int) -> bool:
    """Whether a column's values are classes: they come again, or there is no other column and hardly a row."""
    if not name and table.header:
        return False  # pandas' row numbers
    hashes, count, is_list = scratch.zeros(len(table), np.int64), 0, None
    for value in table.column(name):
        if value in (None, ""):
            continue
        if not isinstance(value, str | int | bool):
            is_list = bool(is_list) or isinstance(value, list)
        # A number is another value than its digits, and hash(-1) is that of -2.
        hashes[count] = hash(value if isinstance(value, str) else f"\0{value:d}") if is_list is None else 0
        count += 1
    if is_list is not None:
        return is_list
    alone = others == 1 and (count < _FEW or not table.header)
    return count > 0 and (alone or 2 * _distinct(hashes[:count]) <= count)


def _distinct(hashes: Int64[np.ndarray, "n"]) -> int:
    """How many differ."""
    hashes = scratch.take(hashes, scratch.stable_order(hashes))
    count = min(len(hashes), 1)
    for part in scratch.parts(len(hashes) - 1):
        count += int(np.count_nonzero(hashes[part.start + 1 : part.stop + 1] != hashes[part]))
    return count
