"""A folder per class, with splits above or without; classes in classes; a flat folder; one picture.

photos/cats/1.jpg                  label "cats"
photos/cats/persian/1.jpg          label "cats/persian"
photos/train/cats/1.jpg            split "train", label "cats"
photos/1.jpg                       no label
photos/augmentation.jsonl          which pictures are altered copies of which: one group each, see `families`
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from hardy import scratch
from hardy.dataset import Dataset, Refused
from hardy.dataset.dataset import SCHEMA
from hardy.dataset.identity import sample_id
from hardy.dataset.reader import Payload
from hardy.dataset.spill import CHUNK_ROWS, TableBuilder
from hardy.errors import LayoutError
from hardy.sources.class_folders import read_class_folders
from hardy.sources.families import RECORD, read_families
from hardy.sources.names import RUN_NAMES, FolderNames, Names
from hardy.sources.options import OpenOptions

KINDS = (
    "jpg",
    "jpeg",
    "jpe",
    "jfif",
    "mpo",
    "png",
    "gif",
    "webp",
    "bmp",
    "dib",
    "tif",
    "tiff",
    "ppm",
    "pgm",
    "pbm",
    "pnm",
)
"""Endings of the names of pictures, in any case."""

ENDINGS = frozenset(f".{ending}" for kind in KINDS for ending in (kind, kind.upper(), kind.title()))

SPLIT_NAMES = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev"), "val"),
    **dict.fromkeys(("test", "testing", "holdout"), "test"),
}


class _FileReader:
    def __init__(self, root: Path, locations: pa.ChunkedArray) -> None:
        self._root = root
        self._locations = locations

    def read(self, row: int) -> Payload:
        return (self._root / self._locations[row].as_py()).read_bytes()

    def stamp(self, row: int) -> str:
        """Size and time of the last change."""
        try:
            found = (self._root / self._locations[row].as_py()).stat()
        except OSError:
            return ""
        return f"{found.st_size} {found.st_mtime_ns}"


def matches(path: Path) -> bool:
    """Whether this is a folder, or a file named like a picture."""
    return path.is_dir() or _is_picture(path.name)


def read(path: Path, options: OpenOptions = OpenOptions()) -> Dataset:
    """List the pictures below a folder.

    Symbolic links are followed, each folder once; hidden files are passed over; other files are listed as refused.

    Raises:
        LayoutError: there are no pictures; the message says what was found instead. Or some pictures lie in class
            folders and others beside them.
    """
    with Names() as names:
        return _listed(path, options.level, names)


def _listed(path: Path, level: int | None, names: Names) -> Dataset:
    if not path.is_dir():
        only = FolderNames(names)
        only.add([path.name])
        return _dataset(path.parent, str(path), [_Folder((), only, [])], [], None)
    folders = sorted(_walk(path, names), key=lambda folder: folder.parts)
    holding = [folder for folder in folders if len(folder.pictures)]
    refused = _refused(folders)
    if not holding:
        raise LayoutError(_nothing(path, refused))
    if () in (folder.parts for folder in holding) and len(holding) > 1:
        loose = next(holding[0].pictures.lists())[0]
        raise LayoutError(
            f"{path} has pictures both in class folders and beside them ({loose}); move them into a class"
        )
    return _dataset(path, str(path), holding, refused, level)


@dataclass(frozen=True)
class _Folder:
    """One folder: the names above it, and what lies in it."""

    parts: tuple[str, ...]
    pictures: FolderNames
    others: list[str]

    def location(self, name: str) -> str:
        return "/".join((*self.parts, name))


def _walk(root: Path, names: Names) -> Iterator[_Folder]:
    """Every folder, each once, whatever links lead to it."""
    waiting: list[tuple[tuple[str, ...], str]] = [((), str(root))]
    seen: set[tuple[int, int]] = set()
    while waiting:
        parts, path = waiting.pop()
        status = Path(path).stat()
        if (status.st_dev, status.st_ino) in seen:
            continue
        seen.add((status.st_dev, status.st_ino))
        kept, pictures, others = FolderNames(names), [], []
        with os.scandir(path) as entries:
            for entry in entries:
                name = entry.name
                if name[0] == "." or (name == RECORD and not parts):
                    continue
                is_kept = name.isascii() or _is_text(name)
                if is_kept and (name[name.rfind(".") :] in ENDINGS or _is_picture(name)) and entry.is_file():
                    pictures.append(name)
                    if len(pictures) >= RUN_NAMES:
                        kept.add(pictures)
                        pictures = []
                elif not entry.is_dir():
                    others.append(name)
                elif is_kept:
                    waiting.append(((*parts, name), entry.path))
                else:
                    others.append(f"{name}/")
        kept.add(pictures)
        yield _Folder(parts, kept, sorted(others))


def _is_picture(name: str) -> bool:
    return name[name.rfind(".") :].lower() in ENDINGS


def _is_text(name: str) -> bool:
    """Whether a name can be kept in a table: old archives hold names that are not UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refused(folders: list[_Folder]) -> list[Refused]:
    """Files that are no pictures by their names, names that cannot be kept, and folders that hold nothing."""
    refused = []
    parents = {folder.parts[:-1] for folder in folders if folder.parts}
    for folder in folders:
        for name in folder.others:
            location = folder.location(name).encode("utf-8", "backslashreplace").decode()
            if not _is_text(name):
                refused.append(Refused(location, "its name is not UTF-8; rename it", sample_id(location)))
            elif _is_picture(name):
                reason = "no regular file, or a link that leads nowhere"
                refused.append(Refused(location, reason, sample_id(location)))
            else:
                refused.append(Refused(location, "not named like a picture"))
        if not len(folder.pictures) and folder.parts and folder.parts not in parents:
            location = folder.location("").encode("utf-8", "backslashreplace").decode()
            what = "none of its files is named like a picture" if folder.others else "a folder with nothing in it"
            refused.append(Refused(location, what))
    return sorted(refused, key=lambda entry: entry.uri)


def _nothing(path: Path, refused: list[Refused]) -> str:
    files = [entry for entry in refused if not entry.uri.endswith("/")]
    if not files:
        return f"{path} is empty: expected a folder per class with pictures in it"
    endings = sorted({os.path.splitext(entry.uri)[1] or "no ending" for entry in files})  # noqa: PTH122
    return (
        f"{path} holds {len(files)} files and none is named like a picture (found {', '.join(endings[:8])}; "
        f"expected {', '.join(sorted(KINDS))})"
    )


def _dataset(root: Path, location: str, folders: list[_Folder], refused: list[Refused], level: int | None) -> Dataset:
    has_splits = all(folder.parts and folder.parts[0].lower() in SPLIT_NAMES for folder in folders)
    parts = [folder.parts[has_splits:][:level] for folder in folders]
    if has_splits and not any(parts):
        raise LayoutError(f"{location} has splits without class folders in them: expected {location}/train/<class>/…")
    renamed = read_class_folders(root) if any(parts) else {}
    names = [renamed.get("/".join(entry), "/".join(entry)) if entry else None for entry in parts]
    classes = tuple(sorted({name for name in names if name is not None}))
    numbers = {name: number for number, name in enumerate(classes)}
    labels = [None if name is None else numbers[name] for name in names]
    table = _table(folders, labels, has_splits, read_families(root))
    reader = _FileReader(root, table.column("uri"))
    return Dataset(table, classes, reader, scratch.count_up(len(table)), location, root, tuple(refused))


def _table(folders: list[_Folder], numbers: list[int | None], has_splits: bool, families: dict[str, str]) -> pa.Table:
    """A row for each picture."""
    builder = TableBuilder(SCHEMA, ["id", "uri", "label", *["split"] * has_splits, *["group"] * bool(families)])
    locations: list[str] = []
    labels: list[int | None] = []
    sides: list[str] = []

    def flush() -> None:
        ids = [sample_id(location) for location in locations]
        groups = [families.get(location) for location in locations] if families else []
        builder.add(id=ids, uri=locations, label=labels, split=sides, group=groups)
        for column in (locations, labels, sides):
            column.clear()

    for folder, number in zip(folders, numbers, strict=True):
        prefix = folder.location("") if folder.parts else ""
        for pictures in folder.pictures.lists():
            locations += [prefix + picture for picture in pictures]
            labels += [number] * len(pictures)
            sides += [SPLIT_NAMES[folder.parts[0].lower()]] * len(pictures) if has_splits else []
            if len(locations) >= CHUNK_ROWS:
                flush()
    flush()
    return builder.finish()
