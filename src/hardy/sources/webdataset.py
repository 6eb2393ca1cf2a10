"""WebDataset: tar archives ("shards") in which files of one sample share their name up to the first dot.

train-000000.tar
  0001.jpg  0001.cls         the class as a number or a name
  0002.png  0002.json        {"label": "cat"}; perhaps "split" and "group"
classes.txt                  beside the shards: a name a line, in the order of the numbers

Source: webdataset's README, "The WebDataset Format".
"""

import json
import os
import re
from collections.abc import Iterator, Sequence
from itertools import chain, groupby
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pyarrow as pa
from jaxtyping import Int64

from hardy import scratch
from hardy.dataset import Dataset, Refused
from hardy.dataset.clusters import first_equals
from hardy.dataset.dataset import SCHEMA
from hardy.dataset.identity import sample_id
from hardy.dataset.kept import keep
from hardy.dataset.reader import Payload
from hardy.dataset.spill import RowBuilder, TableBuilder, starts, take_rows
from hardy.errors import DecodeError, LayoutError
from hardy.sources.folder import ENDINGS, SPLIT_NAMES
from hardy.sources.label_column import class_names, label_cells, label_column, number_labels
from hardy.sources.options import OpenOptions
from hardy.sources.tar_index import Member, read_index

_PACKED = (".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst")
_BESIDE = (".tar", ".txt", ".json", ".md", ".idx")
_LABEL_KEYS = ("label", "cls", "class", "class_name", "label_name", "category")
_MAX_LABEL_BYTES = 1 << 20
_MEMBERS = pa.schema([("stem", pa.string()), ("name", pa.string()), ("offset", pa.int64()), ("size", pa.int64())])
_LISTED = pa.schema(
    [(name, pa.string()) for name in ("uri", "split", "group")]
    + [(name, pa.int64()) for name in ("label", "offset", "size")]
)


class _Samples:
    """The pictures of all archives."""

    def __init__(self) -> None:
        self.rows = RowBuilder(_LISTED, _LISTED.names)
        self.labels: dict[int | str | None, int] = {}  # numbered in the order in which they come
        self.count = 0

    def add(self, location: str, member: Member, side: str | None, about: dict[str, Any]) -> None:
        label, group = about.get("label"), about.get("group")
        number = self.labels.setdefault(label, len(self.labels))
        self.rows.add(location, side, None if group is None else str(group), number, member.offset, member.size)
        self.count += 1


class _TarReader:
    """Bytes of members. The file is opened for each read, as pictures in a folder are: no position is shared between
    threads, and a thousand shards do not keep a thousand files open."""

    def __init__(self, shards: list[Path], counts: list[int], places: pa.Table) -> None:
        self._shards = shards
        self._ends = np.cumsum(counts)
        self._places = places

    def read(self, row: int) -> Payload:
        shard = self._shards[int(np.searchsorted(self._ends, row, "right"))]
        offset, size = (self._places.column(name)[row].as_py() for name in ("offset", "size"))
        content = _read_at(shard, offset, size)
        if len(content) < size:
            raise DecodeError(f"{shard} changed since it was opened: it is shorter")
        return content


def _read_at(file: Path, offset: int, size: int) -> bytes:
    with file.open("rb", buffering=0) as stream:
        if hasattr(os, "pread"):
            return os.pread(stream.fileno(), size, offset)
        stream.seek(offset)
        return stream.read(size)


def matches(path: Path) -> bool:
    """Whether this is a tar archive by name, or a folder of nothing but such archives and notes on them."""
    if path.is_file():
        return path.name.lower().endswith((".tar", *_PACKED))
    return any(entry.suffix.lower() == ".tar" for entry in _entries(path))


def _entries(path: Path) -> list[Path]:
    """The files of a folder of shards; nothing where anything else lies in it."""
    found: list[Path] = []
    with os.scandir(path) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                if entry.name.lower() not in SPLIT_NAMES:
                    return []
                inside = _entries(Path(entry.path))
                if not inside:
                    return []
                found += inside
            elif entry.name.lower().endswith(_BESIDE):
                found.append(Path(entry.path))
            else:
                return []
    return sorted(found)


def read(path: Path, options: OpenOptions = OpenOptions()) -> Dataset:  # noqa: ARG001 (every source takes them)
    """Index the archives; pictures are read when they are asked for.

    Args:
        path: a `.tar` file, or a folder of them, perhaps below `train/`, `val/`, `test/`.
        options: none apply.

    Returns:
        Ids follow from the shard's name and the picture's. The side follows from the shard's name
        (`train-000000.tar`), its folder, or `split` in the sample's JSON. Members that are links or devices, or whose
        names lead out, are in `refused`, as are pictures that a sample has beside its first.

    Raises:
        LayoutError: an archive is damaged, truncated or packed, or labels do not go together; the message names it.
    """
    if path.is_file() and not path.name.lower().endswith(".tar"):
        raise LayoutError(f"{path} is packed, so that no picture can be read on its own; unpack it to a .tar first")
    shards = [path] if path.is_file() else [entry for entry in _entries(path) if entry.suffix.lower() == ".tar"]
    root = path.parent if path.is_file() else path
    samples = _Samples()
    counts, before = [], 0
    lost: list[Sequence[Refused]] = []
    for shard in shards:
        lost.append(_read_shard(shard, shard.relative_to(root).as_posix(), samples))
        counts.append(samples.count - before)
        before = samples.count
    refused = keep(chain.from_iterable(lost))
    if not samples.count:
        kinds = sorted({PurePosixPath(entry.uri).suffix for entry in refused})
        raise LayoutError(f"{path} holds no pictures (found {', '.join(kinds[:8]) or 'nothing'})")
    listed = samples.rows.finish()
    labels = label_column(list(samples.labels), str(path))
    classes, renumbered = number_labels([labels], str(path), _names(root))
    table = _table(listed, renumbered)
    reader = _TarReader(shards, counts, listed.select(["offset", "size"]))
    return Dataset(table, classes, reader, scratch.count_up(len(table)), str(path), root, refused)


def _table(listed: pa.Table, numbers: Int64[np.ndarray, "k"]) -> pa.Table:
    """A row for each picture.

    Args:
        listed: what the archives say.
        numbers: the class of each label, numbered as they came.
    """
    builder = TableBuilder(SCHEMA, ["id", "uri", "label", "split", "group"])
    for rows in starts(len(listed)):
        columns = listed.slice(rows.start, len(rows)).to_pydict()
        builder.add(
            id=[sample_id(location) for location in columns["uri"]],
            uri=columns["uri"],
            label=label_cells(numbers[columns["label"]]),
            split=columns["split"],
            group=columns["group"],
        )
    return builder.finish()


def _read_shard(shard: Path, location: str, samples: _Samples) -> Sequence[Refused]:
    """Add the samples of an archive; what else is in it comes back."""
    members = RowBuilder(_MEMBERS, _MEMBERS.names)

    def others() -> Iterator[Refused]:
        for entry in read_index(shard):
            if isinstance(entry, Refused):
                yield Refused(f"{location}/{entry.uri.partition('/')[2]}", entry.reason)
            else:
                folder, slash, base = entry.name.rpartition("/")
                members.add(folder + slash + base.partition(".")[0], *entry)

    lost = keep(others())
    twice: list[tuple[int, str]] = []
    unused = keep(_read_samples(shard, location, members.finish(), samples, twice))
    again = (Refused(f"{location}/{name}", "its name comes twice in the archive") for _, name in sorted(twice))
    return keep(chain(lost, again, unused))


def _read_samples(
    shard: Path, location: str, members: pa.Table, samples: _Samples, twice: list[tuple[int, str]]
) -> Iterator[Refused]:
    """Add the samples; gives what belongs to none. Members that come under one name again go into `twice`."""
    side = _side(location)
    for parts in _grouped(members, twice):
        # "jpg" before "seg.png": what has one ending is the picture, what has two belongs to it.
        pictures = sorted(
            (ending for ending in parts if f".{ending.rpartition('.')[2]}" in ENDINGS),
            key=lambda ending: ending.count("."),
        )
        if not pictures:
            yield from (Refused(f"{location}/{part.name}", "belongs to no picture") for part in parts.values())
            continue
        picture = parts[pictures[0]]
        yield from (Refused(f"{location}/{parts[e].name}", "a second picture of its sample") for e in pictures[1:])
        about = _about(shard, parts)
        name = about.get("split")
        if name is not None and str(name).lower() not in SPLIT_NAMES:
            raise LayoutError(f"{shard}: {picture.name} has the split {name!r}; expected train, val or test")
        own = SPLIT_NAMES[str(name).lower()] if name is not None else side
        samples.add(f"{location}/{picture.name}", picture, own, about)


def _grouped(members: pa.Table, twice: list[tuple[int, str]]) -> Iterator[dict[str, Member]]:
    """The members of each sample by their endings, in the order of the first ones, wherever the others lie."""
    first = first_equals(members.column("stem"))
    for _, group in groupby(_in_order(members, first), lambda entry: entry[0]):
        parts: dict[str, Member] = {}
        for _, place, member in group:
            ending = member.name.rpartition("/")[2].partition(".")[2].lower()
            if ending in parts:
                twice.append((place, member.name))
            else:
                parts[ending] = member
        yield parts


def _in_order(members: pa.Table, first: Int64[np.ndarray, "n"]) -> Iterator[tuple[int, int, Member]]:
    """Sample, place and member; those of a sample side by side."""
    order = scratch.stable_order(first)
    members = take_rows(members, order)
    for rows in starts(len(members)):
        part = members.slice(rows.start, len(rows)).to_pydict()
        found = map(Member, part["name"], part["offset"], part["size"])
        here = order[rows.start : rows.stop]
        yield from zip(first[here].tolist(), here.tolist(), found, strict=True)


def _side(location: str) -> str | None:
    path = PurePosixPath(location)
    words = [*path.parts[:-1], re.split(r"[-_.]", path.name)[0]]
    return next((SPLIT_NAMES[word.lower()] for word in words if word.lower() in SPLIT_NAMES), None)


def _about(shard: Path, parts: dict[str, Member]) -> dict[str, Any]:
    """The label, side and group that lie beside a picture."""
    about: dict[str, Any] = {}
    if "json" in parts:
        try:
            value = json.loads(_text(shard, parts["json"]))
        except (ValueError, RecursionError) as error:
            raise LayoutError(f"{shard}: {parts['json'].name} is not JSON: {error}") from error
        if isinstance(value, dict):
            about = {name: value[name] for name in ("split", "group") if name in value}
            about["label"] = next((value[name] for name in _LABEL_KEYS if name in value), None)
    if "cls" in parts:
        text = _text(shard, parts["cls"]).strip()
        about["label"] = int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else text
    label = about.get("label")
    if label is not None and (isinstance(label, bool) or not isinstance(label, (int, str))):
        name = next(iter(parts.values())).name
        raise LayoutError(f"{shard}: {name} has the label {label!r}; expected one text or number")
    return about


def _text(shard: Path, member: Member) -> str:
    if member.size > _MAX_LABEL_BYTES:
        raise LayoutError(f"{shard}: {member.name} has {member.size:,} bytes, too many for a label")
    try:
        return _read_at(shard, member.offset, member.size).decode()
    except UnicodeDecodeError as error:
        raise LayoutError(f"{shard}: {member.name} is not UTF-8") from error


def _names(root: Path) -> list[str] | None:
    file = root / "classes.txt"
    if not file.is_file():
        return None
    try:
        lines = file.read_bytes().decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise LayoutError(f"{file} is not UTF-8") from error
    return class_names([line for line in lines if line] or [""], str(file))
