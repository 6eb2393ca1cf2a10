"""Read every file once: its hash, size and format, and whether it can be decoded at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import pyarrow as pa

from hardy import scratch
from hardy.dataset.dataset import SCHEMA, Dataset, Refused
from hardy.dataset.kept import keep
from hardy.dataset.reader import Payload, Prefetching
from hardy.dataset.spill import RowBuilder
from hardy.errors import DecodeError, InputError
from hardy.files import hash_bytes
from hardy.parallel import map_ordered
from hardy.pixels.picture import Picture
from hardy.progress import SILENT, Progress


@dataclass(frozen=True, slots=True)
class Facts:
    """What a table says of a picture once it has been read, see `hardy.dataset.dataset.SCHEMA`."""

    content: str
    width: int
    height: int
    mode: str
    format: str
    bytes: int
    frames: int
    has_alpha: bool


FACT_COLUMNS = ("content", "width", "height", "mode", "format", "bytes")
"""Columns that are null until the picture has been read."""

_FACTS = pa.schema([SCHEMA.field(name) for name in FACT_COLUMNS])


def refusal(data: Dataset, index: int, reason: object) -> Refused:
    """A row that cannot be used, by its uri and id; the reason loses the path that errors begin with."""
    uri, id = (data.table.column(name)[index].as_py() for name in ("uri", "id"))
    return Refused(uri, str(reason).removeprefix(f"{data.path(index)}: "), id)


def content_hash(payload: Payload) -> str:
    """xxh3-128 of a file's bytes; of pixels with their kind and shape.

    Example:
        >>> content_hash(np.zeros((2, 3, 1), np.uint8)) == content_hash(np.zeros((3, 2, 1), np.uint8))
        False
    """
    if isinstance(payload, bytes):
        return hash_bytes(payload)
    return hash_bytes(f"{payload.dtype.str}{payload.shape}".encode() + payload.tobytes())


def facts_of(payload: Payload, picture: Picture) -> Facts:
    """The facts of a picture that was read."""
    size = len(payload) if isinstance(payload, bytes) else payload.nbytes
    height, width = picture.size_hw
    return Facts(
        content_hash(payload), width, height, picture.mode, picture.format, size, picture.frames, picture.has_alpha
    )


def examine(data: Dataset, index: int) -> Facts | Refused:
    """Read and decode one row."""
    try:
        payload = data.payload(index)
        return facts_of(payload, data.unpacked(index, payload))
    except DecodeError as error:
        return refusal(data, index, error)


def probe(data: Dataset, threads: int | None = None, progress: Progress = SILENT) -> Dataset:
    """Fill in what needs the files' bytes; rows that cannot be decoded move to `refused`.

    Args:
        data: any dataset; one that is probed already comes back as it is.
        threads: the usable processors by default.
        progress: told the stage "reading".

    Returns:
        The readable rows. Nothing is lost: rows before = rows after + newly refused.

    Raises:
        InputError: nothing at all can be read; the message gives the first reasons.
    """
    if len(data) and data.table.column("content").null_count == 0:
        return data
    if isinstance(data.reader, Prefetching):
        data.reader.prefetch(data.rows.tolist())
    total, kept = len(data), scratch.zeros(len(data), bool)
    facts = RowBuilder(_FACTS, FACT_COLUMNS)
    several, transparent = set[str](), set[str]()

    def unreadable() -> Iterator[Refused]:
        for index, found in enumerate(map_ordered(lambda i: examine(data, i), range(total), threads, window=64)):
            if isinstance(found, Refused):
                yield found
            else:
                kept[index] = True
                facts.add(*(getattr(found, name) for name in FACT_COLUMNS))
                for marked, is_so in ((several, found.frames > 1), (transparent, found.has_alpha)):
                    if is_so:
                        marked.add(data.table.column("id")[index].as_py())
            progress.advance("reading", index + 1, total)

    refused = keep(unreadable())
    if len(refused) == total:
        first = "; ".join(f"{entry.uri}: {entry.reason}" for entry in refused[:3])
        raise InputError(f"none of the {total} pictures in {data.location} can be read ({first})")
    columns = facts.finish()
    readable = data.select(kept).with_columns(**{name: columns.column(name) for name in FACT_COLUMNS})
    say_what_was_found(len(several), len(transparent), refused, total, progress)
    return replace(
        readable,
        refused=keep(chain(data.refused, refused)),
        several_frames=frozenset(several),
        transparent=frozenset(transparent),
    )


def say_what_was_found(
    several: int, transparent: int, refused: Sequence[Refused], total: int, progress: Progress
) -> None:
    """What pictures held beyond one opaque frame, and what could not be read, so that nobody wonders where it went.

    Args:
        several: files of more than one frame.
        transparent: pictures with an alpha channel.
        refused: what could not be read.
        total: of how many.
        progress: told.
    """
    if several:
        progress.say(f"{several:,} files hold several frames or pages: the first of each is taken")
    if transparent:
        progress.say(f"{transparent:,} pictures have an alpha channel: they are laid on the background")
    if refused:
        lost = f"{len(refused):,} of {total:,} pictures cannot be read and are left out"
        progress.say(f"{lost}; the first: {refused[0].uri}: {refused[0].reason}")
