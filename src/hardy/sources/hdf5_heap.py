"""The heaps in which HDF5 keeps text of varying length, looked at before its library does.

HDF5 (2.0 at least) walks a heap's objects by the sizes they claim, and walks for ever where a free one claims none: one
damaged byte makes an attribute's text hang the program, where no time limit of Python's reaches it. It also makes room
for as many bytes as a text claims to have, gigabytes, before it looks whether the heap holds them.

Source: HDF5 File Format Specification 3.0, "Disk Format: Level 1E - Global Heap" and "Level 0A - Superblock".
"""

import mmap
from pathlib import Path
from typing import Any

from hardy.errors import LayoutError

MAX_SCANNED_BYTES = 512 << 20
"""Larger files are not looked through: opening must not read all pictures. A heap lies anywhere in the file."""

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_HEAP = b"GCOL\x01\x00\x00\x00"
_HEADER = 16
_VIRTUAL = b"\x04\x03"  # before the reference of a virtual dataset's layout, which has no length


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


def check_texts(file: Path, opened: Any) -> None:
    """Refuse a file in which a text claims to be longer than what its heap holds.

    Args:
        file: looked through by `check_heaps`.
        opened: the same, as h5py's File. Pixels are left out, for they can look like anything.

    Raises:
        LayoutError: the message names the file and the place.
    """
    if file.stat().st_size > MAX_SCANNED_BYTES:
        return
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        base = content.find(_SIGNATURE)
        place = content.find(_HEAP)
        pixels = _pixels(opened, base) if place >= 0 else []
        while place >= 0:
            sizes = _sizes(content, place)
            address = (place - base).to_bytes(8, "little")
            reference = content.find(address)
            while reference >= 0:
                length = int.from_bytes(content[max(reference - 4, 0) : reference], "little")
                size = sizes.get(int.from_bytes(content[reference + 8 : reference + 12], "little"))
                other = content[max(reference - 2, 0) : reference] == _VIRTUAL
                inside = any(start <= reference < end for start, end in pixels)
                if size is not None and length > size and not inside and not other:
                    raise LayoutError(f"{file} is damaged: the text at {reference:,} is longer than its heap holds")
                reference = content.find(address, reference + 1)
            place = content.find(_HEAP, place + len(_HEAP))


def _pixels(opened: Any, base: int) -> list[tuple[int, int]]:
    """Where numbers lie that are not packed."""
    places: list[tuple[int, int]] = []

    def look(_: str, found: Any) -> None:
        if hasattr(found, "chunks") and found.chunks is None and found.dtype.kind in "biuf":
            offset = found.id.get_offset()
            if offset is not None:
                places.append((base + offset, base + offset + found.id.get_storage_size()))

    opened.visititems(look)
    return places


def _sizes(content: mmap.mmap, start: int) -> dict[int, int]:
    """What each object of a whole heap holds, in bytes, by its index."""
    end = start + int.from_bytes(content[start + 8 : start + 16], "little")
    place, sizes = start + _HEADER, {}
    while end - place >= _HEADER:
        index = int.from_bytes(content[place : place + 2], "little")
        size = int.from_bytes(content[place + 8 : place + 16], "little")
        if index:
            sizes[index] = size
        place += _HEADER + (size + 7) // 8 * 8 if index else size
    return sizes


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
