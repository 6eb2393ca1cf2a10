"""Where each file lies in a tar archive, from its headers alone.

Not Python's tarfile: it ends without a word at a damaged header, and follows links.

Source: POSIX.1-2017, pax, "ustar Interchange Format" and "pax Extended Header"; GNU tar manual, "Basic Tar Format".
"""

from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from hardy.dataset import Refused
from hardy.errors import LayoutError

BLOCK = 512
_MAX_EXTENSION = 1 << 20  # a long name or a pax record; the limits of file systems are 4 KiB
_PADDING = 1 << 20  # zeros that may follow the end mark: tar fills up to its blocking factor
_KINDS = {
    b"1": "a hard link",
    b"2": "a symbolic link",
    b"3": "a character device",
    b"4": "a block device",
    b"6": "a pipe",
    b"S": "a sparse file",
    b"M": "a part of a file over several archives",
}


class Member(NamedTuple):
    """A file in the archive.

    Args:
        name: path within it, parts joined by "/".
        offset: of its first byte.
        size: in bytes.
    """

    name: str
    offset: int
    size: int


def read_index(file: Path) -> Iterator[Member | Refused]:
    """The regular files of an archive, in order, and what else is in it.

    Yields:
        Members whose names stay inside; and the links, devices and names that lead out, with the reason. Folders are
        passed over.

    Raises:
        LayoutError: it is no tar archive, is damaged, or is truncated (its end mark is missing); the message names the
            file and the place.
    """
    size = file.stat().st_size
    long_name: bytes | None = None
    pax: dict[str, str] = {}
    position, ended = 0, False
    with file.open("rb") as stream:
        while position < size:
            stream.seek(position)
            header = stream.read(BLOCK)
            if len(header) < BLOCK:
                raise LayoutError(f"{file} is truncated: it ends within the header at {position:,}")
            if not any(header):
                # Archives written one behind the other have end marks between them, and may be joined.
                position, ended = _skip_zeros(stream, position, size), True
                continue
            ended = False
            length = _check(file, header, position)
            kind, start = header[156:157], position + BLOCK
            position = start + (length + BLOCK - 1) // BLOCK * BLOCK
            if kind in (b"x", b"g", b"L", b"K"):
                content = _extension(file, stream, start, length, size)
                if kind == b"L":
                    long_name = content.rstrip(b"\0")
                elif kind == b"x":
                    pax = _records(file, content, start)
                continue
            if pax.get("size"):
                length = _decimal(file, pax["size"], start)
                position = start + (length + BLOCK - 1) // BLOCK * BLOCK
            name = _name(header, long_name, pax)
            long_name, sparse, pax = None, any(key.startswith("GNU.sparse") for key in pax), {}
            if kind not in _KINDS and start + length > size:
                raise LayoutError(
                    f"{file} is truncated: {_printable(name)} needs {length:,} bytes, {size - start:,} are there"
                )
            problem = _KINDS.get(b"S" if sparse else kind) or _unsafe(name)
            if kind == b"5" or (kind in (b"0", b"\0") and name.endswith("/")):
                continue
            if kind not in (b"0", b"\0", b"7") and not problem:
                problem = f"an entry of the unknown kind {kind!r}"
            if problem:
                yield Refused(f"{file.name}/{_printable(name)}", problem)
            else:
                yield Member(name.removeprefix("./"), start, length)
    if not ended:
        raise LayoutError(f"{file} is truncated: its end mark is missing" if size else f"{file} is empty")


def _skip_zeros(stream: IO[bytes], position: int, size: int) -> int:
    """The next block that is not all zeros, or the end of the file."""
    limit = min(size, position + _PADDING)
    while position < limit:
        stream.seek(position)
        if any(stream.read(BLOCK)):
            return position
        position += BLOCK
    return size


def _check(file: Path, header: bytes, position: int) -> int:
    """The size of the entry, once its checksum is right."""
    stored = _number(header[148:156])
    unsigned = sum(header) - sum(header[148:156]) + 8 * 32
    signed = unsigned - 256 * sum(1 for byte in header[:148] + header[156:] if byte > 127)
    if stored is None or stored not in (unsigned, signed):
        if position == 0:
            raise LayoutError(f"{file} is no tar archive (begins {header[:4]!r})")
        raise LayoutError(f"{file} is damaged: the header at {position:,} does not match its checksum")
    length = _number(header[124:136])
    if length is None or length < 0:
        raise LayoutError(f"{file} is damaged: the header at {position:,} has no size")
    return 0 if header[156:157] in (b"1", b"2", b"3", b"4", b"5", b"6") else length


def _number(field: bytes) -> int | None:
    """Octal digits; or, where the first bit is set, binary (GNU, for sizes of 8 GiB and more)."""
    if field[0] & 0x80:
        return int.from_bytes(bytes([field[0] & 0x7F]) + field[1:], "big") if field[0] == 0x80 else None
    digits = field.split(b"\0")[0].strip()
    if not digits:
        return 0
    return int(digits, 8) if all(byte in b"01234567" for byte in digits) else None


def _extension(file: Path, stream: IO[bytes], start: int, length: int, size: int) -> bytes:
    if length > _MAX_EXTENSION or start + length > size:
        raise LayoutError(f"{file} is damaged or truncated: a long name of {length:,} bytes at {start:,}")
    stream.seek(start)
    return stream.read(length)


def _records(file: Path, content: bytes, start: int) -> dict[str, str]:
    """`length key=value\\n`, one after the other."""
    records: dict[str, str] = {}
    while content.strip(b"\0"):
        digits, _, _ = content.partition(b" ")
        length = int(digits) if digits.isdigit() and len(digits) < 8 else 0
        record = content[len(digits) + 1 : length]
        if length > len(content) or not record.endswith(b"\n") or b"=" not in record:
            raise LayoutError(f"{file} is damaged: a broken pax record at {start:,}")
        key, _, value = record[:-1].partition(b"=")
        records[key.decode("utf-8", "surrogateescape")] = value.decode("utf-8", "surrogateescape")
        content = content[length:]
    return records


def _decimal(file: Path, text: str, start: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise LayoutError(f"{file} is damaged: a size of {text[:20]!r} at {start:,}")
    return int(text)


def _name(header: bytes, long_name: bytes | None, pax: dict[str, str]) -> str:
    if "path" in pax:
        return pax["path"]
    if long_name is not None:
        return long_name.decode("utf-8", "surrogateescape")
    name = header[:100].split(b"\0")[0]
    prefix = header[345:500].split(b"\0")[0] if header[257:263] == b"ustar\0" else b""
    return (prefix + b"/" + name if prefix else name).decode("utf-8", "surrogateescape")


def _unsafe(name: str) -> str | None:
    """Why a name cannot be one of a file below the archive, or None."""
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or (len(parts[0]) > 1 and parts[0][1] == ":"):
        return "its name leads out of the archive"
    if not name or "\0" in name:
        return "it has no proper name"
    try:
        name.encode()
    except UnicodeEncodeError:
        return "its name is not UTF-8"
    return None


def _printable(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode()
