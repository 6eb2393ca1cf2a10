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
from jaxtyping import Int64

from hardy import scratch
from hardy.dataset import Dataset, spill
from hardy.dataset.dataset import SCHEMA
from hardy.dataset.identity import sample_id
from hardy.dataset.reader import Payload
from hardy.dataset.spill import TableBuilder, starts
from hardy.errors import DecodeError, LayoutError
from hardy.sources.features import feature_names, image_and_label, picture_bytes
from hardy.sources.folder import SPLIT_NAMES
from hardy.sources.label_column import LabelColumn, label_columns, number_labels
from hardy.sources.options import OpenOptions

_GROUPS_IN_MEMORY = 8
_VALUES = pa.schema([("value", pa.int64())])


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
    builder = TableBuilder(SCHEMA, ["id", "uri", "split"])
    labels = _Labels()
    names: list[str] | None = None
    column = ""
    for file in files:
        try:
            schema = pq.read_schema(file)
            column, label = _columns(file, schema)
            with pq.ParquetFile(file, memory_map=True) as opened:
                rows = sum(
                    labels.add(batch.column(0).to_pylist())
                    for batch in opened.iter_batches(spill.CHUNK_ROWS, columns=[label])
                )
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise LayoutError(f"{file} is no Parquet file, or is damaged: {error}") from error
        location = file.relative_to(root).as_posix()
        given = feature_names(schema, label)
        if names is not None and given != names:
            raise LayoutError(f"{file} has other class names than {files[0]}")
        names = given
        for some in starts(rows):
            builder.add(
                id=[sample_id(location, row) for row in some],
                uri=[f"{location}#{row}" for row in some],
                split=[_side(file)] * len(some),
            )
    classes, numbers = labels.finish(path, names)
    table = builder.finish()
    reader = _ParquetReader(files, column)
    data = Dataset(table, classes, reader, scratch.count_up(len(table)), str(path), root)
    return data.with_columns(label=label_columns(numbers))


def _columns(file: Path, schema: pa.Schema) -> tuple[str, str]:
    images, label = image_and_label(file, schema)
    if label is None:
        raise LayoutError(f"{file} has the columns {', '.join(schema.names)}; expected one of images and one of labels")
    return images, label


def _side(file: Path) -> str | None:
    word = re.split(r"[-_.]", file.name)[0].lower()
    return SPLIT_NAMES.get(word)


class _Labels:
    """Labels that come some at a time: numbers, words by the order in which they come, −1 for those that are missing.

    Hugging Face writes −1 for it.
    """

    def __init__(self) -> None:
        self._values = TableBuilder(_VALUES, _VALUES.names)
        self._words: dict[str, int] = {}
        self._has_numbers = self._has_others = False

    def add(self, values: list[Any]) -> int:
        """How many there are."""
        for value in values:
            self._has_numbers |= isinstance(value, int)
            self._has_others |= value is not None and not isinstance(value, int | str)
        words = self._words
        self._values.add(
            value=[
                words.setdefault(value, len(words)) if isinstance(value, str) else _number(value) for value in values
            ]
        )
        return len(values)

    def finish(self, path: Path, names: list[str] | None) -> tuple[tuple[str, ...], Int64[np.ndarray, "n"]]:
        """Class names, and each row's number."""
        if self._has_others or (self._has_numbers and self._words):
            raise LayoutError(f"{path}: labels must be integers or strings")
        column = self._values.finish().column(0)
        values = scratch.zeros(len(column), np.int64)
        for rows in starts(len(column)):
            values[rows.start : rows.stop] = column.slice(rows.start, len(rows)).to_numpy()
        if not self._has_numbers:
            return number_labels([LabelColumn(values, words=tuple(self._words))], str(path))
        largest = int(values.max(initial=-1))
        if names is not None and largest >= len(names):
            raise LayoutError(f"{path}: a label is {largest}, but there are {len(names)} class names")
        return tuple(names or [str(number) for number in range(largest + 1)]), values


def _number(value: Any) -> int:
    return value if isinstance(value, int) and value >= 0 else -1
