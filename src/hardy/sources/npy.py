""".npy files: one array of images without labels, or a folder with `images.npy` and `labels.npy`, mapped into memory.

Source: numpy.lib.format, "NPY format": magic, version, a header of text with dtype, order and shape, then the values.
"""

import io
import tokenize
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from hardy.dataset import ArrayReader, Dataset
from hardy.dataset.reader import Reader
from hardy.errors import DecodeError, LayoutError
from hardy.sources.array_parts import PAIRS, Part, join_parts, known_pairs, pairs_among
from hardy.sources.image_array import ConvertingReader, as_stack, check_images
from hardy.sources.label_column import LabelColumn, class_names, label_column
from hardy.sources.options import OpenOptions
from hardy.sources.unpacked_size import Readable, check_unpacked, read_up_to

_NAMES = {f"{name}.npy" for pair in PAIRS for name in pair[:2]} | {"classes.npy"}
MAX_HEADER = 1 << 16


class Header(NamedTuple):
    """What an array in a file announces.

    Args:
        shape: of the array.
        fortran: whether the first index varies fastest.
        dtype: of the values.
        offset: where the values begin.
    """

    shape: tuple[int, ...]
    fortran: bool
    dtype: np.dtype
    offset: int

    @property
    def bytes(self) -> int:
        """How many bytes of values follow."""
        size = self.dtype.itemsize
        for length in self.shape:
            size *= length
        return size


def read_header(stream: Readable, size: int, what: str) -> Header:
    """The header of an .npy file, held against what is there before anything is allocated.

    Args:
        stream: at the file's beginning; it is read to the end of the header.
        size: of the whole file, unpacked.
        what: its name, for messages.

    Raises:
        LayoutError: it is none, announces another size than the file has, or holds Python objects.
    """
    try:
        start = stream.read(12)
        version = np.lib.format.read_magic(io.BytesIO(start))
        length = int.from_bytes(start[8:10] if version == (1, 0) else start[8:12], "little")
        if length > MAX_HEADER:
            raise ValueError(f"a header of {length} bytes")
        head = io.BytesIO(start[8:] + stream.read(length + (10 if version == (1, 0) else 12) - len(start)))
        parse = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, fortran, dtype = parse(head)
    except (ValueError, TypeError, KeyError, SyntaxError, RecursionError, MemoryError, tokenize.TokenError) as error:
        raise LayoutError(f"{what} is no NumPy array, or is damaged: {error}") from error
    header = Header(shape, fortran, dtype, 8 + head.tell())
    if dtype.hasobject or dtype.names or dtype.subdtype:
        raise LayoutError(f"{what} holds {dtype}, not plain numbers or text; nothing is unpickled")
    if min(shape, default=0) < 0 or header.offset + header.bytes != size:
        raise LayoutError(
            f"{what} is truncated or too long: {shape} {dtype} are {header.bytes:,} bytes, "
            f"{size - header.offset:,} there"
        )
    return header


def matches(path: Path) -> bool:
    """Whether this is an .npy file, or a folder of such files that holds a pair, or one file, and nothing else."""
    if path.is_file():
        return path.suffix.lower() == ".npy"
    names: set[str] = set()
    for entry in path.iterdir():
        if entry.name.startswith("."):
            continue
        if entry.suffix.lower() != ".npy" or len(names) > len(_NAMES):
            return False
        names.add(entry.name)
    return len(names) == 1 or (bool(names) and names <= _NAMES)


def read(path: Path, options: OpenOptions = OpenOptions()) -> Dataset:
    """Map the arrays; pixels are read when they are asked for.

    Args:
        path: an .npy file of images, or a folder of `images.npy` with `labels.npy` (or `x_train`, `y_train`, …) and,
            where labels are numbers, perhaps `classes.npy` with their names.
        options: `channels_first`.

    Returns:
        Ids follow from the file's name and the row.

    Raises:
        LayoutError: a file is damaged, or no pair is known, or they do not fit together; the message names the file.
    """
    if path.is_file():
        return join_parts([_part(path, path.name, None, None, options)], str(path), path.parent)
    files = {entry.stem: entry for entry in sorted(path.iterdir()) if entry.suffix.lower() == ".npy"}
    if len(files) == 1:
        (only,) = files.values()
        return join_parts([_part(only, only.name, None, None, options)], str(path), path)
    pairs = pairs_among(files)
    if not pairs:
        raise LayoutError(
            f"{path} has the arrays {', '.join(sorted(files))}; expected a pair of {known_pairs()}, as x.npy and y.npy"
        )
    parts = []
    for images, labels, side in pairs:
        column = label_column(_map(files[labels]), str(files[labels]))
        parts.append(_part(files[images], files[images].name, column, side, options))
    names = class_names(_map(files["classes"]), str(files["classes"])) if "classes" in files else None
    return join_parts(parts, str(path), path, names)


def _part(file: Path, location: str, labels: LabelColumn | None, side: str | None, options: OpenOptions) -> Part:
    array = _map(file)
    check_images(array.shape, array.dtype, str(file), options.channels_first)
    stack = as_stack(array, options.channels_first)
    plain = stack.dtype.kind == "u" and stack.dtype.isnative
    reader: Reader = ArrayReader(stack) if plain else ConvertingReader(stack)
    if stack.dtype.kind == "f":
        try:  # one look at the first row: that these are 0..255 should be said at once, not in training
            reader.read(0)
        except DecodeError as error:
            raise LayoutError(f"{file} {error}") from error
    return Part(location, reader, len(stack), labels, side, file.name)


def _map(file: Path) -> np.ndarray:
    size = file.stat().st_size
    with file.open("rb") as stream:
        header = read_header(stream, size, str(file))
    if header.bytes == 0:
        return np.empty(header.shape, header.dtype)
    try:
        mapped: Any = np.memmap(file, header.dtype, "r", header.offset, header.shape, "F" if header.fortran else "C")
    except ValueError as error:
        raise LayoutError(f"{file} cannot be mapped: {error}") from error
    return np.asarray(mapped)


def read_array(stream: Readable, size: int, packed: int, what: str) -> np.ndarray:
    """An array from a stream that is unpacked as it is read.

    Args:
        stream: at the beginning of an .npy file.
        size: of that file, unpacked, as announced.
        packed: bytes it takes on disk.
        what: its name, for messages.

    Raises:
        LayoutError: it is damaged, or unpacks to far more than it is.
    """
    check_unpacked(what, packed, size)
    header = read_header(stream, size, what)
    values = read_up_to(stream, header.bytes)
    if len(values) < header.bytes:
        raise LayoutError(f"{what} is truncated: {header.bytes:,} bytes announced, {len(values):,} there")
    # Asked once more at the end, a packed stream compares its checksum.
    if stream.read(1):
        raise LayoutError(f"{what} is too long: more than the {header.bytes:,} bytes announced")
    array = np.frombuffer(values, header.dtype) if header.bytes else np.empty(0, header.dtype)
    return array.reshape(header.shape, order="F" if header.fortran else "C")
