"""Read every file once: its hash, size and format, and whether it can be decoded at all."""

from dataclasses import dataclass, replace

import numpy as np

from hardy.dataset.dataset import Dataset, Refused, unpack
from hardy.dataset.reader import Prefetching
from hardy.errors import DecodeError, InputError
from hardy.files import hash_bytes
from hardy.parallel import map_ordered
from hardy.progress import SILENT, Progress


@dataclass(frozen=True)
class _Facts:
    content: str
    width: int
    height: int
    mode: str
    format: str
    bytes: int
    frames: int
    has_alpha: bool


def _examine(data: Dataset, index: int) -> _Facts | Refused:
    try:
        payload = data.payload(index)
        picture = unpack(payload, data.path(index))
    except DecodeError as error:
        reason = str(error).removeprefix(f"{data.path(index)}: ")
        return Refused(data.table.column("uri")[index].as_py(), reason, data.table.column("id")[index].as_py())
    if isinstance(payload, bytes):
        content, size = hash_bytes(payload), len(payload)
    else:
        header = f"{payload.dtype.str}{payload.shape}".encode()
        content, size = hash_bytes(header + payload.tobytes()), payload.nbytes
    height, width = picture.pixels.shape[:2]
    return _Facts(content, width, height, picture.mode, picture.format, size, picture.frames, picture.has_alpha)


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
    facts: list[_Facts] = []
    kept: list[int] = []
    refused: list[Refused] = []
    total = len(data)
    for index, found in enumerate(map_ordered(lambda i: _examine(data, i), range(total), threads, window=64)):
        if isinstance(found, Refused):
            refused.append(found)
        else:
            facts.append(found)
            kept.append(index)
        progress.advance("reading", index + 1, total)
    if not kept:
        first = "; ".join(f"{entry.uri}: {entry.reason}" for entry in refused[:3])
        raise InputError(f"none of the {total} pictures in {data.location} can be read ({first})")
    _say_what_was_done(facts, progress)
    if refused:
        lost = f"{len(refused):,} of {total:,} pictures cannot be read and are left out"
        progress.say(f"{lost}; the first: {refused[0].uri}: {refused[0].reason}")
    readable = data.select(np.array(kept, np.int64)).with_columns(
        content=[f.content for f in facts],
        width=[f.width for f in facts],
        height=[f.height for f in facts],
        mode=[f.mode for f in facts],
        format=[f.format for f in facts],
        bytes=[f.bytes for f in facts],
    )
    pairs = list(zip(readable.ids, facts, strict=True))
    return replace(
        readable,
        refused=data.refused + tuple(refused),
        several_frames=frozenset(identity for identity, f in pairs if f.frames > 1),
        transparent=frozenset(identity for identity, f in pairs if f.has_alpha),
    )


def _say_what_was_done(facts: list[_Facts], progress: Progress) -> None:
    """What a picture held beyond one opaque frame, so that nobody wonders where it went."""
    several = sum(fact.frames > 1 for fact in facts)
    transparent = sum(fact.has_alpha for fact in facts)
    if several:
        progress.say(f"{several:,} files hold several frames or pages: the first of each is taken")
    if transparent:
        progress.say(f"{transparent:,} pictures have an alpha channel: they are laid on the background")
