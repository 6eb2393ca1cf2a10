"""What was fetched, and what could not be, on disk: a run that was killed goes on where it stopped.

`<cache>/remote/<first 2 digits>/<hash of the URL>`, whole or not there at all, and headed by a hash of its content, so
that damage is noticed and fetched again. `<hash>.failed` holds the URL and the reason until it succeeds. Pictures are
not asked for anew as long as they lie here; delete the folder to fetch them again.
"""

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path

import xxhash

from hardy.errors import OutputError
from hardy.files import hash_bytes, write_file

_HEAD = 16


@dataclass(frozen=True)
class Failure:
    """A URL that could not be fetched, and why."""

    url: str
    reason: str


class RemoteCache:
    """Fetched content by its URL. A disk that is full or cannot be written costs time, never an error.

    Args:
        folder: created when something is first kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _place(self, url: str) -> Path:
        name = hash_bytes(url.encode())
        return self._folder / name[:2] / name

    def load(self, url: str) -> bytes | None:
        """The content, or None where it is not there or is damaged."""
        try:
            data = self._place(url).read_bytes()
        except OSError:
            return None
        content = data[_HEAD:]
        return content if content and xxhash.xxh3_128_digest(content) == data[:_HEAD] else None

    def save(self, url: str, content: bytes) -> None:
        """Keep what was fetched, and forget that it once failed."""
        place = self._place(url)
        with contextlib.suppress(OutputError):
            write_file(place, xxhash.xxh3_128_digest(content) + content)
        with contextlib.suppress(OSError):
            place.with_name(f"{place.name}.failed").unlink()

    def fail(self, url: str, reason: str) -> None:
        """Remember a failure for the list; it does not stop another try."""
        place = self._place(url)
        with contextlib.suppress(OutputError):
            write_file(place.with_name(f"{place.name}.failed"), json.dumps({"url": url, "reason": reason}))

    def failures(self) -> list[Failure]:
        """Every URL that failed and has not succeeded since, sorted."""
        found = []
        for file in self._folder.glob("??/*.failed"):
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                value = json.loads(file.read_bytes())
                found.append(Failure(str(value["url"]), str(value["reason"])))
        return sorted(found, key=lambda failure: failure.url)
