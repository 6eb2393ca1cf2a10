"""The Dataset: an immutable table, the class names, and a Reader for the pixels."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import xxhash
from jaxtyping import Bool, Int64, UInt8

from hardy import scratch
from hardy.dataset.columns import column_numbers, make_column
from hardy.dataset.preprocessing import Preprocessing
from hardy.dataset.reader import GroupReader, Payload, Reader
from hardy.dataset.sides import CODES, NO_SIDE, SPLITS, side_codes
from hardy.dataset.spill import starts, take_rows
from hardy.errors import DecodeError, HardyError, InputError
from hardy.pixels import Image
from hardy.pixels.decode import Picture, decode
from hardy.pixels.enough import Enough

__all__ = ["DERIVED", "SCHEMA", "SPLITS", "Dataset", "Refused", "make_table", "unpack"]

SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("uri", pa.string()),
        ("label", pa.int64()),
        ("split", pa.string()),
        ("group", pa.string()),
        ("content", pa.string()),
        ("width", pa.int64()),
        ("height", pa.int64()),
        ("mode", pa.string()),
        ("format", pa.string()),
        ("bytes", pa.int64()),
        ("source", pa.string()),
        ("author", pa.string()),
        ("licence", pa.string()),
    ]
)
"""A row per image. `label` counts into the class list, null where there is none; what needs the file's bytes (content,
width, height, mode, format, bytes) is null until `probe`."""

DERIVED = pa.schema([("parent", pa.string()), ("plan", pa.string())])
"""Two columns more, of a dataset that holds altered copies of its own rows: the id of the row that one was made of, and
the numbers it was made by as JSON; null for all others."""


@dataclass(frozen=True)
class Refused:
    """Something found that is not in the dataset, and why.

    Args:
        uri: where it lies, relative to the source's root.
        reason: in a few words.
        id: the sample's id, where it would have been one; empty for files that are no pictures.
    """

    uri: str
    reason: str
    id: str = ""


def make_table(**columns: Sequence[Any] | np.ndarray) -> pa.Table:
    """A table of the schema; columns not given are null."""
    length = len(columns["id"])
    arrays = [
        make_column(columns[entry.name], entry.type) if entry.name in columns else pa.nulls(length, entry.type)
        for entry in SCHEMA
    ]
    return pa.table(arrays, schema=SCHEMA)


@dataclass(frozen=True, eq=False)
class Dataset:
    """Labelled pictures: a row per image, pixels read when they are asked for.

    Args:
        table: of `SCHEMA`; with the columns of `DERIVED` behind it where some rows are altered copies.
        classes: names in the order of their numbers; a hierarchy is written `cats/persian`.
        reader: gives a row's bytes or pixels.
        rows: for each row of the table its position in the reader.
        location: what it was opened from, as the user wrote it.
        root: the folder that `uri` is relative to; None for what is no file.
        refused: found, and not among the rows.
        preprocessing: of a store that has one.
        sides_are_final: as in a store: nothing is carved from them any more.
        several_frames: ids of the files that hold several frames or pages, where `probe` has looked at them.
        transparent: ids of the pictures with an alpha channel, likewise.
    """

    table: pa.Table
    classes: tuple[str, ...]
    reader: Reader
    rows: Int64[np.ndarray, "n"]
    location: str
    root: Path | None = None
    refused: Sequence[Refused] = field(default=())
    preprocessing: Preprocessing | None = None
    sides_are_final: bool = False
    several_frames: frozenset[str] = frozenset()
    transparent: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return self.table.num_rows

    def column(self, name: str) -> list[Any]:
        """A column as Python values, None where it is null."""
        return self.table.column(name).to_pylist()

    def distinct(self, *names: str) -> set[tuple[Any, ...]]:
        """The values that some columns have together, each once."""
        found: set[tuple[Any, ...]] = set()
        for rows in starts(len(self)):
            part = self.table.slice(rows.start, len(rows))
            found.update(zip(*(part.column(name).to_pylist() for name in names), strict=True))
        return found

    @property
    def ids(self) -> list[str]:
        """Every sample's id."""
        return self.column("id")

    @property
    def labels(self) -> Int64[np.ndarray, "n"]:
        """Class numbers, −1 where a sample has no label."""
        out = scratch.zeros(len(self), np.int64)
        for rows, column in self._chunks("label"):
            out[rows.start : rows.stop] = column_numbers(column, absent=-1)
        return out

    @property
    def sides(self) -> UInt8[np.ndarray, "n"]:
        """Every sample's side, see `hardy.dataset.sides`."""
        return side_codes(self.table.column("split"))

    @property
    def is_labelled(self) -> bool:
        """Whether every row has a label."""
        return len(self) > 0 and self.table.column("label").null_count == 0

    @property
    def has_splits(self) -> bool:
        """Whether every row has a side."""
        return len(self) > 0 and self.table.column("split").null_count == 0

    def paths(self) -> list[str]:
        """Where each sample lies, for a person: the file's path, with `#row` inside a file of many."""
        return [where(self.root, uri) for uri in self.column("uri")]

    def counts(self, split: str | None = None) -> dict[str, int]:
        """Images per class, in the order of the classes; zero counted too."""
        if split is not None:
            self._check_side(split)
        numbers = np.zeros(len(self.classes), np.int64)
        labels, sides = self.labels, None if split is None else self.sides
        for part in scratch.parts(len(self)):
            here = labels[part] if sides is None else labels[part][sides[part] == CODES[split or ""]]
            numbers += np.bincount(here[here >= 0], minlength=len(numbers))
        return dict(zip(self.classes, numbers.tolist(), strict=True))

    def split_sizes(self) -> dict[str, int]:
        """Rows on each side that has any; rows without one are not counted."""
        codes, counts = self.sides, np.zeros(NO_SIDE + 1, np.int64)
        for part in scratch.parts(len(self)):
            counts += np.bincount(codes[part], minlength=len(counts))
        return {side: int(counts[code]) for side, code in CODES.items() if counts[code]}

    def select(self, which: Int64[np.ndarray, "k"] | Bool[np.ndarray, "n"]) -> "Dataset":
        """The rows at some positions, or where a mask is true, in that order."""
        positions = scratch.positions(which) if which.dtype == bool else which
        return replace(self, table=take_rows(self.table, positions), rows=scratch.take(self.rows, positions))

    def split(self, name: str) -> "Dataset":
        """The rows of one side: "train", "val" or "test".

        Raises:
            InputError: no row is on that side.
        """
        self._check_side(name)
        return self.select(scratch.equals(self.sides, CODES[name]))

    def _check_side(self, name: str) -> None:
        sizes = self.split_sizes()
        if name not in sizes:
            raise InputError(f"{self.location} has no {name} rows; it has {', '.join(sizes) or 'no splits at all'}")

    def with_columns(self, **columns: Sequence[Any] | np.ndarray | pa.ChunkedArray) -> "Dataset":
        """The same rows with other values in some columns."""
        table = self.table
        for name, values in columns.items():
            entry = (SCHEMA if name in SCHEMA.names else DERIVED).field(name)
            place = table.schema.get_field_index(name)
            column = make_column(values, entry.type)
            table = table.append_column(entry, column) if place < 0 else table.set_column(place, entry, column)
        return replace(self, table=table)

    def payloads(self, indices: Sequence[int]) -> list[Payload] | None:
        """The content of several rows, where the reader gives them together; None where it does not, or one fails."""
        if not isinstance(self.reader, GroupReader):
            return None
        try:
            return self.reader.read_group([int(self.rows[index]) for index in indices])
        except (OSError, HardyError):
            return None  # each by itself says which

    def payload(self, index: int) -> Payload:
        """A row's content as the source holds it: bytes of a picture file, or pixels.

        Raises:
            DecodeError: it cannot be read; the message names it.
        """
        try:
            return self.reader.read(int(self.rows[index]))
        except (OSError, DecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else error
            raise DecodeError(f"{self.path(index)}: {reason}") from error

    def path(self, index: int) -> str:
        """Where one sample lies, see `paths`."""
        return where(self.root, self.table.column("uri")[index].as_py())

    def image(self, index: int) -> Image:
        """A row's pixels, (H, W, C), decoded as found: own size, alpha and depth kept.

        Raises:
            DecodeError: it is missing, truncated or no picture; the message names it.
        """
        return self.picture(index).pixels

    def picture(self, index: int, enough: Enough | None = None) -> Picture:
        """A row's pixels with the format and mode they were kept in.

        Args:
            index: the row.
            enough: a size that is enough; a larger JPEG may come reduced. Its own size by default.
        """
        return self.unpacked(index, self.payload(index), enough)

    def unpacked(self, index: int, payload: Payload, enough: Enough | None = None) -> Picture:
        """The same, of what `payload` gave.

        Raises:
            DecodeError: it is no whole picture; the message names it.
        """
        try:
            return unpack(payload, enough)
        except DecodeError as error:
            raise DecodeError(f"{self.path(index)}: {error}") from error

    def images(self) -> Iterator[Image]:
        """The pixels of every row, one after the other."""
        return (self.image(index) for index in range(len(self)))

    @property
    def fingerprint(self) -> str:
        """A hash of ids, contents, labels, sides and class names: equal when and only when these are."""
        digest = xxhash.xxh3_128(f"[{json.dumps(self.classes)}".encode())
        for name in ("id", "content", "label", "split"):
            between = ", ["
            for _, column in self._chunks(name):
                digest.update(f"{between}{json.dumps(column.to_pylist())[1:-1]}".encode())
                between = ", "
            digest.update(b"]" if len(self) else b", []")
        digest.update(b"]")
        return digest.hexdigest()

    def _chunks(self, name: str) -> Iterator[tuple[range, pa.ChunkedArray]]:
        """A column some rows at a time."""
        column = self.table.column(name)
        return ((rows, column.slice(rows.start, len(rows))) for rows in starts(len(self)))


def where(root: Path | None, uri: str) -> str:
    """A uri for a person; URLs stand on their own."""
    return uri if root is None or uri.startswith(("http://", "https://")) else str(root / uri)


def unpack(payload: Payload, enough: Enough | None = None) -> Picture:
    """Decode what a reader gave.

    Raises:
        DecodeError: it is no whole picture; the message does not know where it lies.
    """
    if isinstance(payload, np.ndarray):
        return Picture(payload, "raw", {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}.get(payload.shape[2], "array"))
    return decode(payload, enough=enough)
