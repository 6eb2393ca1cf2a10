"""CSV, TSV, JSON, JSON Lines and Parquet tables: a row per image with its location and label.

A row's id follows from where its picture lies and nothing else: the path relative to the table's folder, the URL, or
for pixels within the table a hash of them; the row counts only among rows of the same location (the second is 1). So
sorting the table, adding rows or columns, writing it as JSON and moving the folder change no id, and a picture in a
table has the id it has in a folder.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
from jaxtyping import Bool, Int64

from hardy import scratch
from hardy.dataset import Dataset, Refused
from hardy.dataset.columns import make_column
from hardy.dataset.dataset import SCHEMA
from hardy.dataset.identity import sample_id
from hardy.dataset.kept import keep
from hardy.dataset.spill import TableBuilder, starts
from hardy.errors import LayoutError
from hardy.sources import folder
from hardy.sources.options import OpenOptions
from hardy.sources.table_columns import Columns, find_columns, with_header
from hardy.sources.table_files import read_table
from hardy.sources.table_folders import TableFile, find_tables
from hardy.sources.table_labels import class_order, printable, whole_numbers
from hardy.sources.table_reader import TableReader
from hardy.sources.table_rows import NOTES, Listing, Rows, is_embedded
from hardy.sources.table_same import Same, location_key


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
    rows, is_labelled = _listing(tables, options)
    if not is_labelled and path.is_dir() and (listed := _class_folders(path, options)) is not None:
        return listed
    base = path if path.is_dir() else path.parent
    root = Path(os.path.abspath(base))  # noqa: PTH100 (without its `..`, links kept)
    whole_location = path if len(tables) > 1 else tables[0].file
    return _dataset(rows, options, str(whole_location), base, root)


def _listing(tables: Sequence[TableFile], options: OpenOptions) -> tuple[Listing, bool]:
    """The rows of all tables, and whether one has a column of labels."""
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
    return rows.finish(), is_labelled


def _class_folders(path: Path, options: OpenOptions) -> Dataset | None:
    """The folder by its class folders, where it has some: a table of captions says nothing against them."""
    try:
        listed = folder.read(path, OpenOptions(level=options.level))
    except LayoutError:
        return None
    return listed if listed.classes else None


def _dataset(listing: Listing, options: OpenOptions, location: str, base: Path, root: Path) -> Dataset:
    """What cannot be followed is set aside with its reason."""
    names = whole_numbers(listing.words)
    labels = _distinct_labels(listing, names)
    same = Same.of(listing.table, labels)
    rows = scratch.positions(_usable(listing.table, same))
    refused = keep(_refused(listing, same, names))
    if not len(rows):
        name, reason = refused[0].uri, refused[0].reason
        raise LayoutError(
            f"none of the {len(listing.table):,} rows of {location} can be used; "
            f"the first, {name[name.rfind('#') :]}, {reason}"
        )
    used = np.zeros(len(names) + 1, bool)
    for part in scratch.parts(len(rows)):
        used[labels[rows[part]]] = True
    classes = class_order([name for name, is_used in zip(names, used[:-1].tolist(), strict=True) if is_used])
    numbers: dict[str | None, int] = {name: number for number, name in enumerate(classes)}
    table = _table(listing, same, rows, [numbers.get(name) for name in names], labels)
    reader = TableReader(root, listing.table, options.allow_outside, options.allow_private)
    return Dataset(table, classes, reader, rows, location, base, refused)


def _distinct_labels(listing: Listing, names: Sequence[str | None]) -> Int64[np.ndarray, "n"]:
    """The number of each row's label, −1 for none: of two words that are one name (`1` and `1.0`) the first's."""
    first: dict[str | None, int] = {}
    numbers = np.array([first.setdefault(name, number) for number, name in enumerate(names)] + [-1], np.int64)
    labels = scratch.zeros(len(listing.table), np.int64)
    for rows in starts(len(labels)):
        words = listing.table.column("word").slice(rows.start, len(rows)).to_numpy()
        labels[rows.start : rows.stop] = numbers[words]
    return labels


def _usable(table: pa.Table, same: Same) -> Bool[np.ndarray, "n"]:
    usable = scratch.zeros(len(table), bool)
    for rows in starts(len(table)):
        here = slice(rows.start, rows.stop)
        usable[here] = table.column("reason").slice(rows.start, len(rows)).is_null().to_numpy()
        usable[here] &= same.several[here] < 0
    return usable


def _refused(listing: Listing, same: Same, names: Sequence[str | None]) -> Iterator[Refused]:
    """Rows that cannot be used: one label per image, so that those that give one picture different ones are among them.

    Embedded pixels that are equal are two pictures, as two files with equal contents are.
    """
    for rows in starts(len(listing.table)):
        reasons = listing.table.column("reason").slice(rows.start, len(rows)).to_pylist()
        several = same.several[rows.start : rows.stop].tolist()
        for row, reason, number in zip(rows, reasons, several, strict=True):
            if number >= 0:
                given = sorted(names[label] or "" for label in same.labels[number])
                shown = printable(", ".join(given[:4])[:200])
                reason = f"is the same picture under several labels ({shown}); one per image is read"
            if reason is not None:
                name = listing.name(row)
                yield Refused(name, reason, sample_id(name))


def _table(
    listing: Listing,
    same: Same,
    rows: Int64[np.ndarray, "k"],
    numbers: Sequence[int | None],
    labels: Int64[np.ndarray, "n"],
) -> pa.Table:
    """A row for each that can be used."""
    notes = [name for name in NOTES if listing.table.column(name).null_count < len(listing.table)]
    builder = TableBuilder(SCHEMA, ["id", "uri", "label", *notes])
    listed = listing.table.select(["location", "kind", *notes])
    for chunk in starts(len(listed)):
        here = rows[np.searchsorted(rows, chunk.start) : np.searchsorted(rows, chunk.stop)]
        part = listed.slice(chunk.start, len(chunk)).combine_chunks()
        part = part.take(make_column(here - chunk.start, pa.int64()))
        places, kinds = part.column("location").to_pylist(), is_embedded(part.column("kind").to_numpy()).tolist()
        builder.add(
            id=[
                sample_id(location_key(place), times)
                for place, times in zip(places, same.times[here].tolist(), strict=True)
            ],
            uri=[
                listing.name(row) if inside else place
                for row, inside, place in zip(here.tolist(), kinds, places, strict=True)
            ],
            label=[None if label < 0 else numbers[label] for label in labels[here].tolist()],
            **{name: part.column(name) for name in notes},
        )
    return builder.finish()
