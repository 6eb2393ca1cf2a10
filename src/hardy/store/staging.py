"""The folder in which a store is made: one process at a time, and what is done is kept when that process dies.

.hardy-photos.hardy.partial/
  lock            held (flock) by the process that packs, and its number
  journal.jsonl   what was asked for, then a line for each record batch that was written
  pictures        for each record batch a hash of every picture, and a bit for every row: decoded at a smaller scale?
  store/          the shards; it gets the store's name at the end
"""

import contextlib
import itertools
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, overload

import numpy as np
from jaxtyping import Int64, UInt64

from hardy.errors import OutputError
from hardy.files import output_errors, sync_folder, write_file


@dataclass(frozen=True, slots=True)
class Entry:
    """A record batch that was written. There are many, so what it says of every row is in a file.

    Args:
        shard: number of the file it is in.
        begin, end: the rows of the source that it was made of.
        refused: position and reason of those that are not in it.
        stamps: what the source's files looked like; empty where it cannot say.
        several, transparent: how many pictures had more frames, or alpha.
        place: in the file of pictures, in bytes.
    """

    shard: int
    begin: int
    end: int
    refused: Sequence[tuple[int, str]]
    stamps: str
    several: int = 0
    transparent: int = 0
    place: int = 0

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return self.end - self.begin - len(self.refused)

    def accepted(self) -> Int64[np.ndarray, "k"]:
        """The rows of the source that are in it."""
        every = np.arange(self.begin, self.end)
        return np.delete(every, [row - self.begin for row, _ in self.refused]) if self.refused else every


@dataclass(frozen=True, slots=True)
class _Refused(Sequence[tuple[int, str]]):
    """The rows that are not in a batch, read from its line in the journal whenever they are looked at."""

    journal: Path
    place: int
    size: int

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[tuple[int, str]]:
        return iter(self[:])

    @overload
    def __getitem__(self, at: int) -> tuple[int, str]: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[tuple[int, str]]: ...

    def __getitem__(self, at: int | slice) -> tuple[int, str] | Sequence[tuple[int, str]]:
        with self.journal.open("rb") as file:
            file.seek(self.place)
            return [(row, reason) for row, reason in json.loads(file.readline())["refused"]][at]


class Staging:
    """What is unfinished of one store.

    Args:
        folder: the partial folder.
        request: a hash of what was asked for; what another request left behind is not gone on with.
    """

    def __init__(self, folder: Path, request: str) -> None:
        self.folder = folder
        self.store = folder / "store"
        self.journal = folder / "journal.jsonl"
        self._pictures = folder / "pictures"
        self.request = request

    def load(self) -> list[Entry] | None:
        """What was done for this request; None where nothing was. Of a batch that stands there twice, the last."""
        try:
            with self.journal.open("rb") as file:
                values = _parsed(file)
                if next(values, (0, {}))[1].get("request") != self.request:
                    return None
                entries = (self._entry(place, value) for place, value in values)
                return list({entry.begin: entry for entry in entries}.values())
        except OSError:
            return None

    def _entry(self, place: int, value: dict[str, Any]) -> Entry:
        count = len(value["refused"])
        return Entry(**{**value, "refused": _Refused(self.journal, place, count) if count else ()})

    def begin(self, entries: list[Entry]) -> list[Entry]:
        """Start over from these entries, which are given back; the shards are not touched."""
        self.store.mkdir(exist_ok=True)
        lines = (_line(_as_dict(entry)) for entry in entries)
        write_file(self.journal, itertools.chain([_line({"request": self.request})], lines))
        return self.load() or []

    def add(self, entry: Entry, pictures: UInt64[np.ndarray, "k"], reduced: Int64[np.ndarray, "r"]) -> Entry:
        """Note a record batch, once the system has it.

        Args:
            entry: the batch.
            pictures: `hash_picture` of each of its rows.
            reduced: the rows of the source whose pictures were decoded at a smaller scale.

        Returns:
            The entry, with its place.
        """
        bits = np.zeros(entry.end - entry.begin, bool)
        bits[reduced - entry.begin] = True
        with output_errors(self._pictures), self._pictures.open("ab") as file:
            entry = replace(entry, place=file.tell())
            file.write(pictures.astype("<u8").tobytes() + np.packbits(bits).tobytes())
        value = _as_dict(entry)
        with output_errors(self.journal), self.journal.open("ab") as journal:
            begin = journal.tell()
            journal.write(_line(value))
        return self._entry(begin, value)

    def pictures(self, entry: Entry) -> UInt64[np.ndarray, "k"]:
        """`hash_picture` of each of its rows; fewer where the file was damaged."""
        content = self._read(entry.place, 8 * entry.rows)
        return np.frombuffer(content[: len(content) // 8 * 8], "<u8").astype(np.uint64)

    def reduced(self, entry: Entry) -> Int64[np.ndarray, "r"]:
        """The rows of the source whose pictures were decoded at a smaller scale."""
        rows = entry.end - entry.begin
        bits = np.frombuffer(self._read(entry.place + 8 * entry.rows, -(-rows // 8)), np.uint8)
        return entry.begin + np.flatnonzero(np.unpackbits(bits, count=rows))

    def _read(self, place: int, size: int) -> bytes:
        try:
            with self._pictures.open("rb") as file:
                file.seek(place)
                return file.read(size)
        except FileNotFoundError:
            return b""

    def clear(self) -> None:
        """Forget everything that was done."""
        shutil.rmtree(self.store, ignore_errors=True)
        self.journal.unlink(missing_ok=True)
        self._pictures.unlink(missing_ok=True)

    def publish(self, out: Path) -> None:
        """Give the finished store its name.

        Raises:
            OutputError: something has that name by now.
        """
        with output_errors(out):
            sync_folder(self.store)
            if out.exists():
                raise OutputError(f"{out} was made by somebody else meanwhile; nothing of it was changed")
            self.store.rename(out)
            sync_folder(out.parent)


def _as_dict(entry: Entry) -> dict[str, Any]:
    return {field.name: getattr(entry, field.name) for field in fields(entry)} | {"refused": list(entry.refused)}


def _line(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _parsed(lines: Iterable[bytes]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Place and content of lines up to the first that is damaged, or has no end: it was being written."""
    place = 0
    for line in lines:
        try:
            value = json.loads(line)
        except ValueError:
            return
        if not isinstance(value, dict) or not line.endswith(b"\n"):
            return
        yield place, value
        place += len(line)


def partial_folder(out: Path) -> Path:
    """Where a store of that name is made."""
    return out.parent / f".hardy-{out.name}.partial"


@contextlib.contextmanager
def staging_for(out: Path, request: str) -> Iterator[Staging]:
    """The staging folder of a store, held by this process alone until the block ends.

    It is kept when the block ends with an OSError, an OutputError or an interruption, to be gone on with; otherwise it
    is removed.

    Raises:
        OutputError: another process holds it, or the place cannot be written.
    """
    folder = partial_folder(out)
    keep = False
    with _held(folder, out):
        try:
            yield Staging(folder, request)
        except (OSError, OutputError, KeyboardInterrupt):
            keep = (folder / "journal.jsonl").exists()
            raise
        finally:
            if not keep:
                shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _held(folder: Path, out: Path) -> Iterator[None]:
    """Hold the lock. The system lets go of it when the process ends, however it ends: no lock is ever stale."""
    lock = folder / "lock"
    while True:
        with output_errors(out):
            folder.mkdir(parents=True, exist_ok=True)
            try:
                descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
            except FileNotFoundError:  # its holder finished and removed the folder in between
                continue
        if not _take(descriptor):
            holder = os.read(descriptor, 32).decode(errors="replace").strip()
            os.close(descriptor)
            who = f" (process {holder})" if holder else ""
            raise OutputError(f"{out} is being written by another hardy{who}: wait for it, or choose another name")
        if _is_same(descriptor, lock):
            break
        os.close(descriptor)  # its holder removed it while we waited for it
    try:
        os.truncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks: whoever uses one has to take care
        return True
    return True


def _is_same(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except OSError:
        return False
