"""CSV, TSV, JSON, JSON Lines and Parquet tables: a row per image with its location and label.

A row's id follows from where its picture lies and nothing else: the path relative to the table's folder, the URL, or
for pixels within the table a hash of them; the row counts only among rows of the same location (the second is 1). So
sorting the table, adding rows or columns, writing it as JSON and moving the folder change no id, and a picture in a
table has the id it has in a folder.
"""

import os
import re
import threading
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from hardy.dataset import Dataset, Refused
from hardy.dataset.dataset import make_table
from hardy.dataset.identity import sample_id
from hardy.dataset.reader import Payload
from hardy.errors import LayoutError
from hardy.sources.folder import ENDINGS
from hardy.sources.options import OpenOptions
from hardy.sources.remote import Fetcher
from hardy.sources.remote_cache import Failure
from hardy.sources.table_columns import Columns, find_columns, with_header
from hardy.sources.table_files import MATCHERS, Table, read_table
from hardy.sources.table_labels import class_order, is_unicode, printable, side, whole_numbers, word
from hardy.sources.table_locations import Embedded, LocalFile, Place, RemoteFile, parse_location, read_local

_FOLDER_TABLES = {"metadata", "labels", "annotations", "train", "index", "images", "dataset", "data", "manifest"}
_FIRST_BYTES = 1 << 16
_BETWEEN_CELLS = re.compile(r"""[",;\t\n\r'{}\[\]]+""")


def matches(path: Path) -> bool:
    """Whether this is a table, or a folder of pictures with one table that names them (`metadata.csv`)."""
    return _file(path) is not None


def _file(path: Path) -> Path | None:
    if path.is_file():
        ending = path.suffix.lower()
        return path if ending in MATCHERS and MATCHERS[ending](path) else None
    if not path.is_dir():
        return None
    files = [entry for entry in path.iterdir() if not entry.name.startswith(".") and entry.is_file()]
    others = [file for file in files if file.suffix.lower() not in ENDINGS]
    if len(others) != 1 or others[0].stem.lower() not in _FOLDER_TABLES or others[0].suffix.lower() == ".parquet":
        return None
    return others[0] if others[0].suffix.lower() in MATCHERS and _names_pictures(others[0]) else None


def _names_pictures(file: Path) -> bool:
    """Whether the first cells of a text name a picture that lies below its folder."""
    with file.open("rb") as stream:
        text = stream.read(_FIRST_BYTES).decode("utf-8", "replace")
    names = (cell.strip() for cell in _BETWEEN_CELLS.split(text))
    return any(
        Path(name).suffix.lower() in ENDINGS and "\0" not in name and (file.parent / name).is_file()
        for name in names
        if len(name) < 256
    )


def read(path: Path, options: OpenOptions = OpenOptions()) -> Dataset:
    """Read the table; pictures outside it are read when they are asked for.

    Args:
        path: the file, or a folder that `matches`.
        options: which column is which, whether paths may leave the folder, whether URLs may be private.

    Returns:
        A row per location that can be followed, in the table's order. Rows that cannot (no location, outside the
        folder, another scheme than http(s), broken pixels, several labels) are in `refused` as `labels.csv#7`, rows
        counted from 0 below the header. A blank label is null. Classes are sorted, numbers by value.

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
    file = _file(path) or path
    root = Path(os.path.abspath(file.parent))  # noqa: PTH100 (without its `..`, links kept)
    table = with_header(read_table(file), options, root)
    columns = find_columns(table, options, root)
    return _Rows(table, columns, options, root).dataset(str(path))


class TableReader:
    """Bytes and pixels of a table's rows; safe to call from several threads.

    Args:
        root: the table's folder, absolute.
        places: where each row's picture is.
        allow_outside: follow links out of the folder.
        allow_private: fetch from private addresses.
    """

    def __init__(self, root: Path, places: Sequence[Place], allow_outside: bool, allow_private: bool) -> None:
        self._root = root
        self._places = places
        self._allow_outside = allow_outside
        self._allow_private = allow_private
        self._fetcher: Fetcher | None = None
        self._lock = threading.Lock()

    @property
    def fetcher(self) -> Fetcher:
        """What fetches the URLs, made when it is first asked for."""
        with self._lock:
            if self._fetcher is None:
                self._fetcher = Fetcher(allow_private=self._allow_private)
            return self._fetcher

    def prefetch(self, rows: Iterable[int], threads: int = 16) -> list[Failure]:
        """Fetch the URLs among some rows into the cache, many at a time; those that failed before once more.

        Fetching is waiting: the few threads that decode pictures would be too few for it.

        Returns:
            What could not be fetched.
        """
        places = (self._places[row] for row in rows)
        urls = [place.location for place in places if isinstance(place, RemoteFile)]
        return self.fetcher.fetch_all(urls, threads) if urls else []

    def read(self, row: int) -> Payload:
        """The row's picture, see `hardy.dataset.reader.Reader`."""
        place = self._places[row]
        if isinstance(place, Embedded):
            return place.payload
        if isinstance(place, LocalFile):
            return read_local(place.location, self._root, self._allow_outside)
        return self.fetcher.fetch(place.location)


class _Rows:
    """The way from cells to a dataset: what cannot be followed is set aside with its reason."""

    def __init__(self, table: Table, columns: Columns, options: OpenOptions, root: Path) -> None:
        self._table, self._columns, self._options, self._root = table, columns, options, root
        self._reasons = dict(table.faults)

    def dataset(self, location: str) -> Dataset:
        places = self._parsed(self._columns.location, "", self._place)
        words = whole_numbers(self._parsed(self._columns.label, "the label", word))
        sides = self._parsed(self._columns.split, "the split", side)
        groups = self._parsed(self._columns.group, "the group", word)
        authors = self._parsed(self._columns.author, "", _note)
        licences = self._parsed(self._columns.licence, "", _note)
        found = {row: place for row, place in enumerate(places) if place is not None and row not in self._reasons}
        keys = {row: unicodedata.normalize("NFC", place.location) for row, place in found.items()}
        self._refuse_contradictions({row: keys[row] for row in found if not isinstance(found[row], Embedded)}, words)
        kept = [row for row in found if row not in self._reasons]
        if not kept:
            row, reason = next(iter(sorted(self._reasons.items())))
            raise LayoutError(
                f"none of the {len(self._table):,} rows of {self._table.file} can be used; the first, #{row}, {reason}"
            )
        classes = class_order([words[row] for row in kept])
        numbers = {name: number for number, name in enumerate(classes)}
        chosen = _one_depth([found[row] for row in kept])
        table = make_table(
            id=_ids([keys[row] for row in kept]),
            uri=[self._uri(row, found[row]) for row in kept],
            label=[None if (name := words[row]) is None else numbers[name] for row in kept],
            split=[sides[row] for row in kept],
            group=[groups[row] for row in kept],
            author=[authors[row] for row in kept],
            licence=[licences[row] for row in kept],
        )
        refused = tuple(
            Refused(self._name(row), reason, sample_id(self._name(row)))
            for row, reason in sorted(self._reasons.items())
        )
        options = self._options
        reader = TableReader(self._root, chosen, options.allow_outside, options.allow_private)
        return Dataset(table, classes, reader, np.arange(len(kept)), location, self._table.file.parent, refused)

    def _place(self, value: Any) -> Place:
        return parse_location(value, self._root, self._options.allow_outside, self._options.channels_first)

    def _parsed(self, name: str | None, role: str, parse: Any) -> list[Any]:
        """A column's values as `parse` reads them; the first reason against a row is kept."""
        if name is None:
            return [None] * len(self._table)
        parsed: list[Any] = []
        known: dict[str, Any] = {}  # labels, sides and groups come again and again
        for row, value in enumerate(self._table.column(name)):
            if row in self._reasons:
                parsed.append(None)
                continue
            if role and isinstance(value, str) and value in known:
                parsed.append(known[value])
                continue
            try:
                result = parse(value)
            except LayoutError as error:
                self._reasons[row] = f"{role} {error}".strip()
                result = None
            else:
                if role and isinstance(value, str):
                    known[value] = result
            parsed.append(result)
        return parsed

    def _refuse_contradictions(self, keys: dict[int, str], words: Sequence[str | None]) -> None:
        """One label per image: rows that give the same file or URL different ones are all set aside.

        Embedded pixels that are equal are two pictures, as two files with equal contents are.
        """
        first: dict[str, str] = {}
        several: dict[str, set[str]] = {}
        for row, key in keys.items():
            name = words[row]
            if name is not None and first.setdefault(key, name) != name:
                several.setdefault(key, {first[key]}).add(name)
        for row, key in keys.items() if several else ():
            if key in several:
                names = printable(", ".join(sorted(several[key])[:4])[:200])
                self._reasons[row] = f"is the same picture under several labels ({names}); one per image is read"

    def _name(self, row: int) -> str:
        return f"{self._table.file.name}#{row}"

    def _uri(self, row: int, place: Place) -> str:
        return self._name(row) if isinstance(place, Embedded) else place.location


def _note(value: Any) -> str | None:
    return str(value).strip() or None if isinstance(value, str | int) and is_unicode(str(value)) else None


def _ids(keys: Sequence[str]) -> list[str]:
    seen: dict[str, int] = defaultdict(int)
    ids = []
    for key in keys:
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
