"""CSV, TSV, JSON, JSON Lines and Parquet tables: a row per image with its location and label.

A row's id follows from where its picture lies and nothing else: the path relative to the table's folder, the URL, or
for pixels within the table a hash of them; the row counts only among rows of the same location (the second is 1). So
sorting the table, adding rows or columns, writing it as JSON and moving the folder change no id, and a picture in a
table has the id it has in a folder.
"""

import os
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from hardy.dataset import Dataset, Refused
from hardy.dataset.dataset import make_table
from hardy.dataset.identity import sample_id
from hardy.errors import LayoutError
from hardy.sources import folder
from hardy.sources.options import OpenOptions
from hardy.sources.table_columns import Columns, find_columns, with_header
from hardy.sources.table_files import read_table
from hardy.sources.table_folders import TableFile, find_tables
from hardy.sources.table_labels import class_order, printable, whole_numbers
from hardy.sources.table_locations import Embedded, Place
from hardy.sources.table_reader import TableReader
from hardy.sources.table_rows import Rows


def matches(path: Path) -> bool:
    """Whether this is a table, or a folder that is read by its tables, see `hardy.sources.table_folders`.

    Raises:
        LayoutError: several tables of a folder could be meant; the message names them.
    """
    return bool(find_tables(path))


def read(path: Path, options: OpenOptions = OpenOptions()) -> Dataset:
    """Read the table; pictures outside it are read when they are asked for.

    Args:
        path: the file, or a folder that `matches`. A folder whose table has no labels but which has class folders is
            read as those.
        options: which column is which, how many parts of a label count, whether paths may leave the folder, whether
            URLs may be private.

    Returns:
        A row per location that can be followed, in the table's order, of `train.csv` before those of `test.csv`. Rows
        that cannot (no location, outside the folder, another scheme than http(s), broken pixels, several labels) are
        in `refused` as `labels.csv#7`, rows counted from 0 below the header. A blank label is null. Classes are sorted,
        numbers by value. `location` is the table that was taken, or the folder where they are several.

    Raises:
        LayoutError: the file is not what its ending says, its columns cannot be told, or no row is left; the message
            names it.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     table = Path(folder) / "labels.csv"
        ...     _ = table.write_text("label,location\\n'cat', cats/1.jpg\\n'dog',dogs/2.jpg\\n")
        ...     read(table).counts()
        {'cat': 1, 'dog': 1}

    Source: the handbook, part 6, "CSV File" and "JSON File".
    """
    tables = find_tables(path) or (TableFile(path),)
    rows, is_labelled = _rows(tables, options)
    if not is_labelled and path.is_dir() and (listed := _class_folders(path, options)) is not None:
        return listed
    base = path if path.is_dir() else path.parent
    root = Path(os.path.abspath(base))  # noqa: PTH100 (without its `..`, links kept)
    whole_location = path if len(tables) > 1 else tables[0].file
    return _dataset(rows, options, str(whole_location), base, root)


def _rows(tables: Sequence[TableFile], options: OpenOptions) -> tuple[Rows, bool]:
    """The rows of all tables, and whether one has a column of labels. One table after the other is in memory."""
    rows = Rows()
    columns: Columns | None = None
    is_labelled = False
    for entry in tables:
        root = Path(os.path.abspath(entry.file.parent))  # noqa: PTH100
        table = with_header(read_table(entry.file), options, root)
        found = find_columns(table, options, root, columns)
        columns = columns or found
        is_labelled |= found.label is not None
        rows.add(table, found, options, entry, root)
    return rows, is_labelled


def _class_folders(path: Path, options: OpenOptions) -> Dataset | None:
    """The folder by its class folders, where it has some: a table of captions says nothing against them."""
    try:
        listed = folder.read(path, OpenOptions(level=options.level))
    except LayoutError:
        return None
    return listed if listed.classes else None


def _dataset(rows: Rows, options: OpenOptions, location: str, base: Path, root: Path) -> Dataset:
    """What cannot be followed is set aside with its reason."""
    reasons = rows.reasons
    words = whole_numbers(rows.words)
    found = [row for row, place in enumerate(rows.places) if place is not None and row not in reasons]
    _refuse_contradictions(rows, found, words)
    places: list[Place] = []
    kept: list[int] = []
    for row in found:
        place = rows.places[row]
        if row not in reasons and place is not None:
            kept.append(row)
            places.append(place)
    if not kept:
        row, reason = min(reasons.items())
        name = rows.name(row)
        raise LayoutError(
            f"none of the {len(rows):,} rows of {location} can be used; the first, {name[name.rfind('#') :]}, {reason}"
        )
    classes = class_order([words[row] for row in kept])
    numbers: dict[str | None, int | None] = {name: number for number, name in enumerate(classes)}
    table = make_table(
        id=_ids(places),
        uri=[rows.name(row) if isinstance(at, Embedded) else at.location for row, at in zip(kept, places, strict=True)],
        label=[numbers.get(words[row]) for row in kept],
        **{name: [values[row] for row in kept] for name, values in rows.notes.items()},
    )
    refused = tuple(Refused(name := rows.name(row), reason, sample_id(name)) for row, reason in sorted(reasons.items()))
    reader = TableReader(root, _one_depth(places), options.allow_outside, options.allow_private)
    return Dataset(table, classes, reader, np.arange(len(kept)), location, base, refused)


def _refuse_contradictions(rows: Rows, found: Sequence[int], words: Sequence[str | None]) -> None:
    """One label per image: rows that give the same file or URL different ones are all set aside.

    Embedded pixels that are equal are two pictures, as two files with equal contents are.
    """
    first: dict[str, str] = {}
    several: dict[str, set[str]] = {}
    for row in found:
        place, name = rows.places[row], words[row]
        if place is None or isinstance(place, Embedded):
            continue
        key = _key(place)
        if name is not None and first.setdefault(key, name) != name:
            several.setdefault(key, {first[key]}).add(name)
    if not several:
        return
    for row in found:
        place = rows.places[row]
        if place is not None and not isinstance(place, Embedded) and (key := _key(place)) in several:
            names = printable(", ".join(sorted(several[key])[:4])[:200])
            rows.reasons[row] = f"is the same picture under several labels ({names}); one per image is read"


def _key(place: Place) -> str:
    return unicodedata.normalize("NFC", place.location)


def _ids(places: Sequence[Place]) -> list[str]:
    seen: dict[str, int] = defaultdict(int)
    ids = []
    for place in places:
        key = _key(place)
        ids.append(sample_id(key, seen[key]))
        seen[key] += 1
    return ids


def _one_depth(places: list[Place]) -> list[Place]:
    """Where one list of pixels is of 16 bits all are, so that a dark one is not taken for 8 bits."""
    deep = any(
        isinstance(place, Embedded) and isinstance(place.payload, np.ndarray) and place.payload.dtype == np.uint16
        for place in places
    )
    if not deep:
        return places
    return [
        Embedded(place.payload.astype(np.uint16))
        if isinstance(place, Embedded) and isinstance(place.payload, np.ndarray)
        else place
        for place in places
    ]
