"""Parquet files with Hugging Face's `Image` and `ClassLabel` features, as its hub serves data sets.

The image column holds struct<bytes, path>; the label column integers with names, or strings. The side of the rows
follows from the file's name (`train-00000-of-00002.parquet`).
"""

import re
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from hardy.dataset import Dataset
from hardy.dataset.dataset import make_table
from hardy.dataset.identity import sample_id
from hardy.dataset.reader import Payload
from hardy.errors import DecodeError, LayoutError
from hardy.sources.features import feature_names, image_and_label, picture_bytes
from hardy.sources.folder import SPLIT_NAMES
from hardy.sources.options import OpenOptions

_GROUPS_IN_MEMORY = 8


class _ParquetReader:
    """Bytes from row groups, the last few of which stay in memory."""

    def __init__(self, files: list[Path], column: str) -> None:
        self._files = files
        self._column = column
        self._groups: list[tuple[int, int]] = []
        sizes = [0]
        for number, file in enumerate(files):
            metadata = pq.read_metadata(file)
            for group in range(metadata.num_row_groups):
                self._groups.append((number, group))
                sizes.append(metadata.row_group(group).num_rows)
        self._starts = np.cumsum(sizes)
        self._loaded: OrderedDict[int, pa.ChunkedArray] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, row: int) -> Payload:
        group = int(np.searchsorted(self._starts, row, side="right")) - 1
        with self._lock:
            if group not in self._loaded:
                self._loaded[group] = self._load(group)
                if len(self._loaded) > _GROUPS_IN_MEMORY:
                    self._loaded.popitem(last=False)
            self._loaded.move_to_end(group)
            content = self._loaded[group][row - int(self._starts[group])].as_py()
        if not isinstance(content, bytes):
            raise DecodeError("the row holds no bytes of a picture")
        return content

    def _load(self, group: int) -> pa.ChunkedArray:
        number, within = self._groups[group]
        try:
            with pq.ParquetFile(self._files[number]) as file:
                column = file.read_row_group(within, columns=[self._column]).column(0)
        except (pa.ArrowException, OSError, IndexError) as error:
            raise DecodeError(f"{self._files[number]} changed since it was opened, or is damaged: {error}") from error
        if len(column) != self._starts[group + 1] - self._starts[group]:
            raise DecodeError(f"{self._files[number]} changed since it was opened: it has other rows")
        return picture_bytes(column)


def matches(path: Path) -> bool:
    """Whether this is a Parquet file, or a folder that holds some, in itself or in `data/`."""
    if path.is_dir() and not any(_holds_parquet(folder) for folder in (path, path / "data")):
        return False
    return bool(_files(path))


def _holds_parquet(folder: Path) -> bool:
    """Looked at before walking the whole tree, which may be a million pictures."""
    return folder.is_dir() and any(file.suffix.lower() == ".parquet" for file in folder.iterdir())


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.rglob("*.parquet") if file.is_file())
    return [path] if path.suffix.lower() == ".parquet" else []


def read(path: Path, _options: OpenOptions = OpenOptions()) -> Dataset:
    """Read the label columns; pictures are read when they are asked for.

    Raises:
        LayoutError: a file is damaged, or has no column of images or of labels; the message names it.
    """
    files = _files(path)
    root = path if path.is_dir() else path.parent
    ids, uris, splits, labels = [], [], [], []
    names: list[str] | None = None
    column = ""
    for file in files:
        try:
            schema = pq.read_schema(file)
            column, label = _columns(file, schema)
            values = pq.read_table(file, columns=[label]).column(0).to_pylist()
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise LayoutError(f"{file} is no Parquet file, or is damaged: {error}") from error
        location = file.relative_to(root).as_posix()
        given = feature_names(schema, label)
        if names is not None and given != names:
            raise LayoutError(f"{file} has other class names than {files[0]}")
        names = given
        ids += [sample_id(location, row) for row in range(len(values))]
        uris += [f"{location}#{row}" for row in range(len(values))]
        splits += [_side(file)] * len(values)
        labels += values
    classes, numbers = _numbered(path, labels, names)
    table = make_table(id=ids, uri=uris, label=numbers, split=splits)
    reader = _ParquetReader(files, column)
    return Dataset(table, classes, reader, np.arange(len(ids)), str(path), root)


def _columns(file: Path, schema: pa.Schema) -> tuple[str, str]:
    images, label = image_and_label(file, schema)
    if label is None:
        raise LayoutError(f"{file} has the columns {', '.join(schema.names)}; expected one of images and one of labels")
    return images, label


def _side(file: Path) -> str | None:
    word = re.split(r"[-_.]", file.name)[0].lower()
    return SPLIT_NAMES.get(word)


def _numbered(path: Path, labels: list[Any], names: list[str] | None) -> tuple[tuple[str, ...], list[int | None]]:
    """Class names, and each row's number; a missing label stays None (Hugging Face writes −1 for it)."""
    if all(isinstance(label, str) or label is None for label in labels):
        classes = tuple(sorted({label for label in labels if label is not None}))
        numbers = {name: number for number, name in enumerate(classes)}
        return classes, [None if label is None else numbers[label] for label in labels]
    if not all(label is None or isinstance(label, int) for label in labels):
        raise LayoutError(f"{path}: labels must be integers or strings")
    cleaned = [None if label is None or label < 0 else label for label in labels]
    largest = max((label for label in cleaned if label is not None), default=-1)
    if names is not None and largest >= len(names):
        raise LayoutError(f"{path}: a label is {largest}, but there are {len(names)} class names")
    return tuple(names or [str(number) for number in range(largest + 1)]), cleaned
