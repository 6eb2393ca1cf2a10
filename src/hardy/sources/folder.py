"""A folder per class, with splits above or without; classes in classes; a flat folder; one picture.

photos/cats/1.jpg                  label "cats"
photos/cats/persian/1.jpg          label "cats/persian"
photos/train/cats/1.jpg            split "train", label "cats"
photos/1.jpg                       no label
"""

import os
from pathlib import Path, PurePosixPath

import numpy as np

from hardy.dataset import Dataset, Refused
from hardy.dataset.dataset import make_table
from hardy.dataset.identity import sample_id
from hardy.dataset.reader import Payload
from hardy.errors import LayoutError
from hardy.sources.class_folders import read_class_folders

_KINDS = "jpg jpeg jpe jfif png gif webp bmp dib tif tiff ppm pgm pbm pnm"
ENDINGS = frozenset(f".{kind}" for kind in _KINDS.split())

SPLIT_NAMES = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev"), "val"),
    **dict.fromkeys(("test", "testing", "holdout"), "test"),
}


class _FileReader:
    def __init__(self, root: Path, locations: list[str]) -> None:
        self._root = root
        self._locations = locations

    def read(self, row: int) -> Payload:
        return (self._root / self._locations[row]).read_bytes()


def matches(path: Path) -> bool:
    """Whether this is a folder, or a file named like a picture."""
    return path.is_dir() or path.suffix.lower() in ENDINGS


def read(path: Path) -> Dataset:
    """List the pictures below a folder.

    Raises:
        LayoutError: there are none; the message says what was found instead. Or some pictures lie in class folders
            and others beside them.
    """
    if not path.is_dir():
        return _dataset(path.parent, str(path), [path.name], [], labelled=False)
    locations, others = [], []
    for location in sorted(_walk(path, "")):
        if not _is_text(location):
            printable = location.encode("utf-8", "backslashreplace").decode()
            others.append(Refused(printable, "its name is not UTF-8; rename it", sample_id(printable)))
        elif PurePosixPath(location).suffix.lower() in ENDINGS:
            locations.append(location)
        else:
            others.append(Refused(location, "not named like a picture"))
    if not locations:
        raise LayoutError(_nothing(path, others))
    depths = {len(PurePosixPath(location).parts) for location in locations}
    if 1 in depths and len(depths) > 1:
        loose = next(location for location in locations if "/" not in location)
        raise LayoutError(
            f"{path} has pictures both in class folders and beside them ({loose}); move them into a class"
        )
    return _dataset(path, str(path), locations, others, labelled=1 not in depths)


def _walk(root: Path, below: str) -> list[str]:
    """Paths of all files, relative, with "/"; hidden files and folders are passed over."""
    found: list[str] = []
    with os.scandir(root / below) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            location = f"{below}/{entry.name}" if below else entry.name
            if entry.is_dir():
                found.extend(_walk(root, location))
            else:
                found.append(location)
    return found


def _is_text(location: str) -> bool:
    """Whether a name can be kept in a table: old archives hold names that are not UTF-8."""
    try:
        location.encode()
    except UnicodeEncodeError:
        return False
    return True


def _nothing(path: Path, others: list[Refused]) -> str:
    if not others:
        return f"{path} is empty: expected a folder per class with pictures in it"
    endings = sorted({PurePosixPath(entry.uri).suffix or "no ending" for entry in others})
    return (
        f"{path} holds {len(others)} files and none is named like a picture (found {', '.join(endings[:8])}; "
        f"expected {', '.join(sorted(ENDINGS))})"
    )


def _dataset(root: Path, location: str, locations: list[str], others: list[Refused], labelled: bool) -> Dataset:
    folders = [PurePosixPath(entry).parts[:-1] for entry in locations]
    has_splits = labelled and all(parts[0].lower() in SPLIT_NAMES for parts in folders)
    splits = [SPLIT_NAMES[parts[0].lower()] if has_splits else None for parts in folders]
    names = ["/".join(parts[1:] if has_splits else parts) for parts in folders]
    if has_splits and "" in names:
        raise LayoutError(f"{location} has splits without class folders in them: expected {location}/train/<class>/…")
    renamed = read_class_folders(root) if labelled else {}
    names = [renamed.get(name, name) for name in names]
    classes = tuple(sorted(set(names))) if labelled else ()
    numbers = {name: number for number, name in enumerate(classes)}
    table = make_table(
        id=[sample_id(entry) for entry in locations],
        uri=locations,
        label=[numbers[name] if labelled else None for name in names],
        split=splits,
    )
    return Dataset(
        table, classes, _FileReader(root, locations), np.arange(len(locations)), location, root, tuple(others)
    )
