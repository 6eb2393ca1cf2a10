"""Hugging Face data sets as Arrow files: folders that `save_to_disk` made, or single `.arrow` files, mapped.

photos/dataset_dict.json            {"splits": ["train", "test"]}, a folder for each
photos/train/state.json             the names of its Arrow files
photos/train/data-00000-of-00001.arrow

Source: huggingface/datasets, `arrow_dataset.py` and `dataset_dict.py`, `save_to_disk`.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from hardy import scratch
from hardy.dataset import Dataset
from hardy.dataset.concat import concat_readers
from hardy.dataset.dataset import SCHEMA
from hardy.dataset.identity import sample_id
from hardy.dataset.reader import Payload
from hardy.dataset.spill import TableBuilder, starts
from hardy.errors import DecodeError, InputError, LayoutError
from hardy.files import read_json
from hardy.sources.features import feature_names, image_and_label, picture_bytes, without_minus_one
from hardy.sources.folder import SPLIT_NAMES
from hardy.sources.label_column import (
    LabelColumn,
    collect_labels,
    label_column,
    label_columns,
    no_labels,
    number_labels,
)
from hardy.sources.options import OpenOptions

_FILE_MAGIC = b"ARROW1"
_END_MARK = b"\xff\xff\xff\xff\0\0\0\0"


class _ColumnReader:
    """Bytes of one mapped column."""

    def __init__(self, column: pa.ChunkedArray) -> None:
        self._chunks = picture_bytes(column).chunks
        self._starts = np.cumsum([0, *(len(chunk) for chunk in self._chunks)])

    def read(self, row: int) -> Payload:
        chunk = int(np.searchsorted(self._starts, row, side="right")) - 1
        content = self._chunks[chunk][row - int(self._starts[chunk])].as_py()
        if not isinstance(content, bytes):
            raise DecodeError("the row holds no bytes of a picture")
        return content


def matches(path: Path) -> bool:
    """Whether this is an Arrow file, or a folder as `save_to_disk` makes it."""
    if path.is_file():
        return path.suffix.lower() == ".arrow"
    return (path / "dataset_dict.json").is_file() or (path / "state.json").is_file()


def read(path: Path, options: OpenOptions = OpenOptions()) -> Dataset:  # noqa: ARG001 (every source takes them)
    """Map the files; pictures are read when they are asked for.

    Args:
        path: a folder with `dataset_dict.json` or `state.json`, or an `.arrow` file (stream or file format).
        options: none apply.

    Returns:
        Ids follow from the file's name and the row; sides from the folders' names or `state.json`.

    Raises:
        LayoutError: a file is missing, damaged, truncated, or has no column of images; the message names it.
    """
    root = path.parent if path.is_file() else path
    builder = TableBuilder(SCHEMA, ["id", "uri", "split"])
    columns: list[LabelColumn] = []
    readers: list[_ColumnReader] = []
    names: list[str] | None = None
    for number, (file, side) in enumerate(_files(path)):
        table = _map(file)
        images, label = image_and_label(file, table.schema)
        given = feature_names(table.schema, label)
        if number and given != names:
            raise LayoutError(f"{file} has other class names than the files before")
        names = given
        location = file.relative_to(root).as_posix()
        for rows in starts(table.num_rows):
            builder.add(
                id=[sample_id(location, row) for row in rows],
                uri=[f"{location}#{row}" for row in rows],
                split=[side] * len(rows),
            )
        columns.append(_labels(file, table, label))
        readers.append(_ColumnReader(table.column(images)))
    listed = builder.finish()
    if not len(listed):
        raise LayoutError(f"{path} holds no rows")
    classes, numbers = number_labels(columns, str(path), names or None)
    reader = concat_readers(readers, [len(column.values) for column in columns])
    data = Dataset(listed, classes, reader, scratch.count_up(len(listed)), str(path), root)
    return data.with_columns(label=label_columns(numbers))


def _labels(file: Path, table: pa.Table, label: str | None) -> LabelColumn:
    if label is None:
        return no_labels(table.num_rows)
    column, what = table.column(label), f"{file}: {label}"
    kinds = (pa.types.is_integer, pa.types.is_string, pa.types.is_large_string)
    if not any(is_kind(column.type) for is_kind in kinds):
        return label_column(without_minus_one(column.to_pylist()), what)
    some = (column.slice(rows.start, len(rows)).to_pylist() for rows in starts(len(column)))
    return collect_labels(map(without_minus_one, some), len(column), what)


def _files(path: Path) -> list[tuple[Path, str | None]]:
    """The Arrow files and the side of each."""
    if path.is_file():
        return [(path, None)]
    if not (path / "dataset_dict.json").is_file():
        return _one_set(path, None)
    splits = _object(path / "dataset_dict.json").get("splits")
    if not isinstance(splits, list) or not all(_is_name(split) for split in splits):
        raise LayoutError(f"{path / 'dataset_dict.json'} names no splits")
    return [entry for split in splits for entry in _one_set(path / split, split)]


def _one_set(folder: Path, split: str | None) -> list[tuple[Path, str | None]]:
    state = _object(folder / "state.json")
    named = state.get("_data_files")
    names = [entry.get("filename") if isinstance(entry, dict) else None for entry in named or []]
    if not names or not all(_is_name(name) for name in names):
        # A name with a folder in it would lead anywhere on the disk.
        raise LayoutError(f"{folder / 'state.json'} names no data files in its own folder")
    if state.get("_indices_data_files"):
        raise LayoutError(f"{folder} was saved with an index of rows; save it again with this release of datasets")
    split = split or state.get("_split")
    side = SPLIT_NAMES.get(split.lower()) if isinstance(split, str) else None
    files = [folder / str(name) for name in names]
    missing = next((file for file in files if not file.is_file()), None)
    if missing:
        raise LayoutError(f"{missing} is missing; {folder / 'state.json'} names it")
    return [(file, side) for file in files]


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(value) and value not in (".", "..") and not set(value) & set("/\\\0")


def _object(file: Path) -> dict[str, Any]:
    try:
        value = read_json(file)
    except InputError as error:
        raise LayoutError(str(error)) from error
    if not isinstance(value, dict):
        raise LayoutError(f"{file} holds no JSON object")
    return value


def _map(file: Path) -> pa.Table:
    """All rows, lying in the mapped file; checked so far that no read leaves it."""
    try:
        with file.open("rb") as stream:
            begin = stream.read(6)
            stream.seek(-min(8, file.stat().st_size), 2)
            end = stream.read()
        mapped = pa.memory_map(str(file))
        if begin == _FILE_MAGIC:
            table = pa.ipc.open_file(mapped).read_all()
        else:
            # A stream that was cut between two batches reads like a shorter one.
            if end != _END_MARK:
                raise LayoutError(f"{file} is truncated, or no Arrow file: it ends without an end mark")
            table = pa.ipc.open_stream(mapped).read_all()
        table.validate(full=True)
        table.schema.names  # noqa: B018 (decodes the names: damaged ones raise here, and not later)
        return table
    except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
        if isinstance(error, LayoutError):
            raise
        raise LayoutError(f"{file} is no Arrow file, or is damaged: {error}") from error
