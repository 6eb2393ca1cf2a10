"""Files that unpack to far more than they are: refused from what they announce, before any of it is unpacked."""

import mmap
from typing import Protocol, runtime_checkable

from hardy import scratch
from hardy.errors import LayoutError

HARMLESS_BYTES = 256 << 20
"""Less than this is unpacked whatever the ratio: a set of black pictures packs well."""

MAX_RATIO = 200
"""Pictures pack 2 to 20 times smaller, drawings on white 100 times; deflate reaches 1,032 with nothing but zeros."""


def check_unpacked(what: str, packed: int, unpacked: int, max_ratio: int = MAX_RATIO) -> None:
    """Refuse what would fill the memory.

    Args:
        what: file, and name of the array in it; begins the message.
        packed: bytes on disk.
        unpacked: bytes announced.
        max_ratio: the most that is believed above 256 MiB.

    Raises:
        LayoutError: it announces more than `max_ratio` times what it holds.

    Example:
        >>> check_unpacked("bomb.npz: images", 1_000, 10**12)
        Traceback (most recent call last):
        hardy.errors.LayoutError: bomb.npz: images announces 1,000,000,000,000 bytes and holds 1,000 packed: refused
    """
    if unpacked > HARMLESS_BYTES and unpacked > max_ratio * packed:
        raise LayoutError(f"{what} announces {unpacked:,} bytes and holds {packed:,} packed: refused")


@runtime_checkable
class Readable(Protocol):
    """Anything that gives bytes: a file, a gzip stream, a member of a zip archive."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""


def read_up_to(stream: Readable, size: int) -> bytearray | mmap.mmap:
    """Bytes until there are `size` or no more; room is taken for what comes, not for what was announced.

    Many are in a file, which is mapped.

    Example:
        >>> import io
        >>> bytes(read_up_to(io.BytesIO(b"abc"), 10**15))
        b'abc'
    """
    data = bytearray()
    file, written = None, 0
    while written + len(data) < size and (block := stream.read(min(scratch.MEMORY_BYTES, size - written - len(data)))):
        data += block
        if len(data) > scratch.MEMORY_BYTES:
            file = file or scratch.nameless_file()
            with scratch.room_errors():
                file.write(data)
            written += len(data)
            data = bytearray()
    if file is None:
        return data
    with file, scratch.room_errors():
        file.write(data)
        file.flush()
        return scratch.map_file(file, written + len(data))
