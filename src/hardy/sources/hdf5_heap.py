"""The heaps in which HDF5 keeps text of varying length, looked at before its library does.

HDF5 (2.0 at least) walks a heap's objects by the sizes they claim, and walks for ever where a free one claims none: one
damaged byte makes an attribute's text hang the program, where no time limit of Python's reaches it.

Source: HDF5 File Format Specification 3.0, "Disk Format: Level 1E - Global Heap" and "Level 0A - Superblock".
"""

import mmap
from pathlib import Path

from hardy.errors import LayoutError

MAX_SCANNED_BYTES = 512 << 20
"""Larger files are not looked through: opening must not read all pictures. A heap lies anywhere in the file."""

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_HEAP = b"GCOL\x01\x00\x00\x00"
_HEADER = 16


def check_heaps(file: Path) -> None:
    """Refuse a file in which a heap of text is damaged.

    Raises:
        LayoutError: the message names the file and the place.
    """
    size = file.stat().st_size
    if not size:
        raise LayoutError(f"{file} is no HDF5 file: it is empty")
    if size > MAX_SCANNED_BYTES:
        return
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        start = content.find(_SIGNATURE)
        if start < 0 or start + 16 > size:
            raise LayoutError(f"{file} is no HDF5 file (begins {content[:8]!r})")
        sizes = content[start + 13 : start + 15] if content[start + 8] < 2 else content[start + 9 : start + 11]
        if sizes != b"\x08\x08":
            raise LayoutError(f"{file} has addresses of {sizes[0]} bytes and lengths of {sizes[1]}, not of 8")
        place = content.find(_HEAP)
        while place >= 0:
            if not _is_whole(content, place):
                raise LayoutError(f"{file} is damaged: the heap of text at {place:,} does not add up")
            place = content.find(_HEAP, place + len(_HEAP))


def _is_whole(content: mmap.mmap, start: int) -> bool:
    """Whether the objects fill the heap: index, count, 4 bytes, size; then the text, up to the next multiple of 8."""
    length = int.from_bytes(content[start + 8 : start + 16], "little")
    end = start + length
    if length < _HEADER or end > len(content):
        return False
    place = start + _HEADER
    while end - place >= _HEADER:
        size = int.from_bytes(content[place + 8 : place + 16], "little")
        is_free = content[place : place + 2] == b"\0\0"
        # What is free counts its own header. HDF5 goes on behind it, wherever it claims to end.
        place += size if is_free else _HEADER + (size + 7) // 8 * 8
        if (is_free and size < _HEADER) or size > length or place > end:
            return False
    return True
