"""Writing without ever leaving half a file under its final name, and hashing what was written."""

import contextlib
import itertools
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import xxhash

from hardy.errors import InputError, OutputError


def hash_bytes(data: bytes | memoryview) -> str:
    """xxh3-128 of a buffer, 32 hexadecimal digits."""
    return xxhash.xxh3_128_hexdigest(data)


def hash_file(path: Path) -> str:
    """xxh3-128 of a file's content, read in blocks of 4 MiB."""
    digest = xxhash.xxh3_128()
    with path.open("rb") as file:
        while block := file.read(4 << 20):
            digest.update(block)
    return digest.hexdigest()


@contextlib.contextmanager
def output_errors(path: Path) -> Iterator[None]:
    """Turn a failing write below `path` into an OutputError that names it."""
    try:
        yield
    except OSError as error:
        where = error.filename or path
        raise OutputError(
            f"cannot write {where}: {error.strerror or error}; choose another place with --out"
        ) from error


_numbers = itertools.count()


def partial_name(folder: Path) -> Path:
    """A name in a folder for what is not finished yet: ours alone, so that nothing of anybody's is touched."""
    return folder / f".hardy-{os.getpid()}-{next(_numbers)}.partial"


def is_partial(path: Path) -> bool:
    """Whether this was left behind by a hardy that was killed while writing."""
    return path.name.startswith(".hardy-") and path.suffix == ".partial"


def write_file(path: Path, data: bytes | str | Iterable[bytes]) -> None:
    """Write beside the final name, sync, rename: the file is there whole or not at all.

    Raises:
        OutputError: the place cannot be written.
    """
    partial = partial_name(path.parent)
    with output_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with partial.open("xb") as file:
                whole = data.encode() if isinstance(data, str) else data
                file.writelines([whole] if isinstance(whole, bytes) else whole)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


def write_json(path: Path, value: Any) -> None:
    """Write JSON that a person can read and a diff can compare."""
    write_file(path, json_text(value))


def json_text(value: Any) -> str:
    """The text of such a file.

    Example:
        >>> json_text({"a": 1})
        '{\\n  "a": 1\\n}\\n'
    """
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def read_json(path: Path) -> Any:
    """Read a JSON file.

    Raises:
        InputError: it is missing, unreadable or not JSON; the message names the file.
    """
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise InputError(f"{path} is missing") from error
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is not JSON: {error}") from error


def sync_folder(path: Path) -> None:
    """Make renames inside a folder last through a power cut, where the system can."""
    with contextlib.suppress(OSError):  # Windows cannot open a folder
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def staged_folder(path: Path) -> Iterator[Path]:
    """A folder to fill, which gets its final name only when the block ends without an error.

    Raises:
        OutputError: the place cannot be written, or something else took the name meanwhile.
    """
    partial = partial_name(path.parent)
    with output_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.mkdir()
    try:
        yield partial
        with output_errors(path):
            sync_folder(partial)
            if path.exists():
                raise OutputError(f"{path} was made by somebody else meanwhile; nothing of it was changed")
            partial.rename(path)
            sync_folder(path.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


@contextlib.contextmanager
def staged_file(path: Path) -> Iterator[Path]:
    """A name to write a file under, which becomes `path` only when the block ends without an error."""
    partial = path.with_name(path.name + ".partial")
    with output_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
    try:
        yield partial
        with output_errors(path):
            with partial.open("rb+") as file:
                os.fsync(file.fileno())
            partial.rename(path)
            sync_folder(path.parent)
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def free_name(path: Path) -> Path:
    """The first of `name`, `name-2`, `name-3`, … that does not exist."""
    if not path.exists():
        return path
    number = 2
    while (candidate := path.with_name(f"{path.stem}-{number}{path.suffix}")).exists():
        number += 1
    return candidate
