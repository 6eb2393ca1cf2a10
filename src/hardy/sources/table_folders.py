"""Which tables of a folder are the dataset, where its pictures are described by tables.

photos/labels.csv                            the one table that names pictures below the folder
photos/train.csv, photos/test.csv            one dataset; the files' names are the sides
photos/train/metadata.csv, photos/test/…     the same with a table in each folder, as Hugging Face's imagefolder has it
"""

import os
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from hardy.dataset.dataset import SPLITS
from hardy.errors import LayoutError
from hardy.sources.families import RECORD
from hardy.sources.folder import ENDINGS, SPLIT_NAMES
from hardy.sources.table_columns import NAMES, plain_name
from hardy.sources.table_files import MATCHERS

KNOWN = {"metadata", "labels", "annotations", "index", "images", "dataset", "data", "manifest", *SPLIT_NAMES}
"""What tables are called that describe the pictures around them; one of another name must have a label column."""

_FIRST_BYTES = 1 << 16
_FIRST_ROWS = 50
_BETWEEN_CELLS = re.compile(r"""[",;\t\n\r'{}\[\]]+""")
_ELSEWHERE = re.compile(r"https?://|data:image/|\[\s*\[", re.IGNORECASE)


class TableFile(NamedTuple):
    """A table that is read.

    Args:
        file: where it lies.
        side: of its rows that name none themselves.
        below: the folder it lies in, relative to what is opened: empty, or such as "train/".
    """

    file: Path
    side: str | None = None
    below: str = ""


@dataclass(frozen=True)
class _Listing:
    tables: list[Path]
    folders: list[Path]
    has_pictures: bool


def find_tables(path: Path) -> tuple[TableFile, ...]:
    """The tables to read at a path: the file itself, or those by which a folder is read.

    Returns:
        Empty where it is no table, and no folder with tables that name pictures: those below the folder, or pictures
        anywhere where nothing but tables lies in it. Of a folder with class folders only tables of the `KNOWN` names
        are taken; of another also the one of any name that has a label column.

    Raises:
        LayoutError: several tables could be meant; the message names them.
    """
    if path.is_file():
        return (TableFile(path),) if _is_table(path) else ()
    if not path.is_dir():
        return ()
    here = _list(path)
    alone = not here.has_pictures and not here.folders
    tables = [file for file in here.tables if _is_table(file) and _names_pictures(file, alone)]
    known = [file for file in tables if file.stem.lower() in KNOWN]
    sides: dict[str, list[Path]] = defaultdict(list)
    for file in known:
        if file.stem.lower() in SPLIT_NAMES:
            sides[SPLIT_NAMES[file.stem.lower()]].append(file)
    if len(sides) > 1:
        if len(sides) < len(known):
            raise _ambiguous(path, known)
        return tuple(TableFile(sides[side][0], side) for side in SPLITS if side in sides)
    has_classes = sum(folder.name.lower() not in SPLIT_NAMES for folder in here.folders) > 1
    found = known or ([] if has_classes else [file for file in tables if _has_label(file)])
    if len(found) > 1:
        raise _ambiguous(path, found)
    return (TableFile(found[0]),) if found else _in_side_folders(here.folders)


def _in_side_folders(folders: list[Path]) -> tuple[TableFile, ...]:
    """A table in each, where all folders are called like sides; none where one lacks it."""
    if not folders or not all(folder.name.lower() in SPLIT_NAMES for folder in folders):
        return ()
    found: list[TableFile] = []
    for folder in sorted(folders, key=lambda folder: SPLITS.index(SPLIT_NAMES[folder.name.lower()])):
        known = [file for file in _list(folder).tables if file.stem.lower() in KNOWN and _is_table(file)]
        tables = [file for file in known if _names_pictures(file, alone=False)]
        if len(tables) > 1:
            raise _ambiguous(folder, tables)
        if not tables:
            return ()
        found.append(TableFile(tables[0], SPLIT_NAMES[folder.name.lower()], f"{folder.name}/"))
    return tuple(found)


def _ambiguous(folder: Path, tables: list[Path]) -> LayoutError:
    names = ", ".join(sorted(file.name for file in tables))
    return LayoutError(
        f"{folder} holds several tables that name pictures ({names}), and one of them must be meant: "
        f"name it, such as {min(tables)}"
    )


def _list(folder: Path) -> _Listing:
    tables: list[Path] = []
    folders: list[Path] = []
    has_pictures = False
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name == RECORD:
                continue
            ending = os.path.splitext(entry.name)[1].lower()  # noqa: PTH122 (a million of them)
            if entry.is_dir():
                folders.append(Path(entry.path))
            elif ending in ENDINGS:
                has_pictures = True
            elif ending in MATCHERS and entry.is_file():
                tables.append(Path(entry.path))
    return _Listing(sorted(tables), sorted(folders), has_pictures)


def _is_table(file: Path) -> bool:
    ending = file.suffix.lower()
    return ending in MATCHERS and MATCHERS[ending](file)


def _names_pictures(file: Path, alone: bool) -> bool:
    """Whether the first cells of a table name a picture that lies below its folder.

    Args:
        alone: there is nothing beside the table that it might not be about: URLs, pixels and pictures that are missing
            count too.
    """
    _, cells = _first_cells(file)
    if alone and any(_ELSEWHERE.match(cell) or Path(cell).suffix.lower() in ENDINGS for cell in cells):
        return True
    return any(
        Path(name).suffix.lower() in ENDINGS and "\0" not in name and (file.parent / name).is_file()
        for name in cells
        if len(name) < 256
    )


def _has_label(file: Path) -> bool:
    head, _ = _first_cells(file)
    return any(plain_name(cell) in NAMES["label"] for cell in head)


def _first_cells(file: Path) -> tuple[list[str], list[str]]:
    """What may be names of columns, and what may be values, in the beginning of a table."""
    if file.suffix.lower() == ".parquet":
        try:
            with pq.ParquetFile(file) as opened:
                names = opened.schema_arrow.names
                batch = next(opened.iter_batches(_FIRST_ROWS), None)
        except (pa.ArrowException, OSError):
            return [], []
        values = [] if batch is None else [value for column in batch.columns for value in column.to_pylist()]
        return names, [str(value)[:_FIRST_BYTES] for value in values]
    with file.open("rb") as stream:
        text = stream.read(_FIRST_BYTES).decode("utf-8", "replace").lstrip("\ufeff")
    cells = [cell.strip() for cell in _BETWEEN_CELLS.split(text)]
    if file.suffix.lower() in (".csv", ".tsv"):
        first_line = text.lstrip("\r\n").replace("\r", "\n").partition("\n")[0]
        head = [cell.strip() for cell in _BETWEEN_CELLS.split(first_line)]
    else:
        head = cells
    return head, cells + [text[match.start() :] for match in _ELSEWHERE.finditer(text)][:1]
