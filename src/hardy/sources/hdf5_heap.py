"""The heaps in which HDF5 keeps text of varying length, looked at before its library does.

HDF5 (2.0 at least) walks a heap's objects by the sizes they claim, and walks for ever where a free one claims none: one
damaged byte makes an attribute's text hang the program, where no time limit of Python's reaches it. It also makes room
for as many bytes as a text claims to have, gigabytes, before it looks whether the heap holds them.

Source: HDF5 File Format Specification 3.0, "Disk Format: Level 1E - Global Heap" and "Level 0A - Superblock".
"""

import contextlib
import math
import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hardy.errors import LayoutError

MAX_SCANNED_BYTES = 512 << 20
"""Larger files are not looked through: opening must not read all pictures. A heap lies anywhere in the file."""

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_HEAP = b"GCOL\x01\x00\x00\x00"
_HEADER = 16
_REFERENCE = 16
_VARYING = 9  # the class of types of varying length

TEXT_ATTRIBUTES = (b"label", b"name", b"split", b"group", b"label_names", b"class_names", b"classes")


def check_heaps(file: Path) -> None:
    """Refuse a file in which a heap of text, or the text of an attribute that we read, is damaged.

    Raises:
        LayoutError: the message names the file and the place.
    """
    size = file.stat().st_size
    if not size:
        raise LayoutError(f"{file} is no HDF5 file: it is empty")
    with _mapped(file) as content:
        if content is None:
            return
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
        held = _Held(content)
        for place, count in _text_attributes(content):
            _check_references(file, content, held, place, count)


def check_label_texts(file: Path, dataset: Any) -> None:
    """Refuse a dataset of text of which a row claims to be longer than what its heap holds.

    Args:
        file: looked through by `check_heaps`.
        dataset: h5py's, in that file. Packed chunks are not looked into.

    Raises:
        LayoutError: the message names the file and the place.
    """
    rows = math.prod(dataset.shape)
    if dataset.chunks is None:
        places = [(dataset.id.get_offset(), rows)]
    elif dataset.id.get_create_plist().get_nfilters():
        return
    else:
        chunk = math.prod(dataset.chunks)
        found = (dataset.id.get_chunk_info(number) for number in range(dataset.id.get_num_chunks()))
        places = [(info.byte_offset, chunk) for info in found]
    with _mapped(file) as content:
        if content is not None:
            held = _Held(content)
            for place, count in places:
                if place is not None:
                    _check_references(file, content, held, place, count)


@contextlib.contextmanager
def _mapped(file: Path) -> Iterator[mmap.mmap | None]:
    """The file's bytes; None where it is too large to be looked through."""
    if file.stat().st_size > MAX_SCANNED_BYTES:
        yield None
        return
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        yield content


def _text_attributes(content: mmap.mmap) -> Iterator[tuple[int, int]]:
    """Where the texts of the attributes that are read here lie, and how many there are.

    Source: the format's "Attribute Message": version, a byte, sizes of name, type and space (2 bytes each), in version
        3 the name's encoding; then the three themselves, each filled up to 8 bytes in version 1; then the values.
    """
    for name in TEXT_ATTRIBUTES:
        place = content.find(name + b"\0")
        while place >= 0:
            for version, header in ((1, 8), (2, 8), (3, 9)):
                start = place - header
                sizes = [int.from_bytes(content[start + at : start + at + 2], "little") for at in (2, 4, 6)]
                if start >= 0 and content[start] == version and sizes[0] == len(name) + 1:
                    spans = [-(-size // 8) * 8 for size in sizes] if version == 1 else sizes
                    kind, space = place + spans[0], place + spans[0] + spans[1]
                    if content[kind : kind + 1] and content[kind] % 16 == _VARYING:
                        yield space + spans[2], _count(content[space : space + sizes[2]])
            place = content.find(name + b"\0", place + 1)


def _count(space: bytes) -> int:
    """How many values a dataspace message announces; 0 where it is cut."""
    if len(space) < 4:
        return 0
    rank, first = space[1], 8 if space[0] == 1 else 4
    lengths = [int.from_bytes(space[at : at + 8], "little") for at in range(first, first + 8 * rank, 8)]
    return math.prod(lengths) if first + 8 * rank <= len(space) else 0


def _check_references(file: Path, content: mmap.mmap, held: "_Held", start: int, count: int) -> None:
    """Each is the text's length, its heap's address and its number there."""
    for place in range(start, min(start + _REFERENCE * count, len(content) - _REFERENCE + 1), _REFERENCE):
        length = int.from_bytes(content[place : place + 4], "little")
        size = held.size(content[place + 4 : place + _REFERENCE])
        if length > size:
            raise LayoutError(f"{file} is damaged: the text at {place:,} is longer than its heap holds")


class _Held:
    """Bytes that an object of a heap holds, by the heap's address and the object's number, as references have them.

    Args:
        content: in which all heaps are whole.
    """

    def __init__(self, content: mmap.mmap) -> None:
        self._content = content
        self._base = content.find(_SIGNATURE)
        self._last: tuple[int, dict[int, int]] = (-1, {})

    def size(self, reference: bytes) -> int:
        """What one object holds; 0 where there is none. References to one heap mostly come together."""
        start = int.from_bytes(reference[:8], "little") + self._base
        if self._last[0] != start:
            self._last = start, dict(self._objects(start))
        return self._last[1].get(int.from_bytes(reference[8:], "little"), 0)

    def _objects(self, start: int) -> Iterator[tuple[int, int]]:
        content = self._content
        if content[start : start + len(_HEAP)] != _HEAP:
            return
        end = start + int.from_bytes(content[start + 8 : start + 16], "little")
        place = start + _HEADER
        while end - place >= _HEADER:
            index = int.from_bytes(content[place : place + 2], "little")
            size = int.from_bytes(content[place + 8 : place + 16], "little")
            if index:
                yield index, size
            place += _HEADER + (size + 7) // 8 * 8 if index else size


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
