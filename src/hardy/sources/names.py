"""Names of the files in many folders: in memory while they are few, in a file without a name when there are many."""

import heapq
import tempfile
from collections.abc import Iterator
from itertools import islice
from typing import Any

from hardy import scratch

MEMORY_BYTES = 32 << 20
"""What takes more is a file."""

RUN_NAMES = 1 << 18
"""Names of one folder that are sorted at a time."""

_PIECE_NAMES = 1 << 12


class Names:
    """The names of all folders, until the block ends."""

    def __init__(self) -> None:
        self._file: Any = tempfile.SpooledTemporaryFile(MEMORY_BYTES, dir=str(scratch.folder()))  # noqa: SIM115

    def __enter__(self) -> "Names":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def put(self, names: list[str]) -> tuple[int, int]:
        """Keep some, none of which holds a null character; tells where."""
        content = "\0".join(names).encode()
        place = self._file.seek(0, 2)
        self._file.write(content)
        return place, len(content)

    def get(self, place: int, size: int) -> list[str]:
        """Some that were kept."""
        self._file.seek(place)
        content: bytes = self._file.read(size)
        return content.decode().split("\0")


class FolderNames:
    """The names of one folder, which come back sorted.

    Args:
        names: those of all folders.

    Example:
        >>> with Names() as names:
        ...     here = FolderNames(names)
        ...     here.add(["c", "a"])
        ...     here.add(["b"])
        ...     list(here.lists())
        [['a', 'b', 'c']]
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self._runs: list[list[tuple[int, int]]] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, names: list[str]) -> None:
        """Some more, in any order."""
        if not names:
            return
        names.sort()
        with scratch.room_errors():
            starts = range(0, len(names), _PIECE_NAMES)
            self._runs.append([self._names.put(names[start : start + _PIECE_NAMES]) for start in starts])
        self._count += len(names)

    def lists(self) -> Iterator[list[str]]:
        """All of them in order, some at a time."""
        if len(self._runs) == 1:
            yield from (self._names.get(*piece) for piece in self._runs[0])
            return
        merged = heapq.merge(*(self._one_by_one(run) for run in self._runs))
        while some := list(islice(merged, _PIECE_NAMES)):
            yield some

    def _one_by_one(self, run: list[tuple[int, int]]) -> Iterator[str]:
        for piece in run:
            yield from self._names.get(*piece)
