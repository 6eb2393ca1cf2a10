"""NumPy archives with arrays of images and labels: `x_train`, `y_train`, `x_test`, `y_test`, or `images` and `labels`.

Images are (N, H, W) or (N, H, W, C); labels are integers, strings or one-hot, and `classes` names the integers. Nothing
is unpickled.
"""

import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np

from hardy.dataset import ArrayReader, Dataset
from hardy.errors import DecodeError, LayoutError
from hardy.sources.array_parts import Part, join_parts, known_pairs, pairs_among
from hardy.sources.image_array import as_stack, check_images, to_pixels
from hardy.sources.label_column import class_names, label_column
from hardy.sources.npy import read_array
from hardy.sources.options import OpenOptions
from hardy.sources.single_file import single_file


def matches(path: Path) -> bool:
    """Whether this is an .npz file, or a folder that holds nothing but one."""
    return single_file(path, (".npz",)) is not None


def read(path: Path, options: OpenOptions = OpenOptions()) -> Dataset:
    """Read all arrays into memory.

    Float images must lie within 0..1 and are kept as 8 bits. An archive of nothing but `images` (or `x`) has no labels.

    Raises:
        LayoutError: no pair of arrays is known, or they do not fit together, or the archive is damaged or unpacks to
            far more than it is; the message names file and arrays.
    """
    file = single_file(path, (".npz",)) or path
    arrays = _load(file)
    pairs: list[tuple[str, str | None, str | None]] = [*pairs_among(arrays)]
    if not pairs:
        pairs = [(name, None, None) for name in ("images", "x") if name in arrays and len(arrays) == 1]
    if not pairs:
        raise LayoutError(
            f"{file} has the arrays {', '.join(sorted(arrays)) or 'none'}; expected a pair of {known_pairs()}"
        )
    parts: list[Part] = []
    first: np.ndarray | None = None
    for images, labels, side in pairs:
        pixels = _pixels(arrays[images], f"{file}: {images}", options.channels_first)
        if first is None:
            first = pixels
        if (pixels.shape[1:], pixels.dtype) != (first.shape[1:], first.dtype):
            raise LayoutError(
                f"{file}: {images} has images of {pixels.shape[1:]} {pixels.dtype}, "
                f"{pairs[0][0]} of {first.shape[1:]} {first.dtype}"
            )
        column = None if labels is None else label_column(arrays[labels], f"{file}: {labels}")
        parts.append(Part(f"{file.name}/{images}", ArrayReader(pixels), len(pixels), column, side, images))
    names = class_names(arrays["classes"], f"{file}: classes") if "classes" in arrays else None
    return join_parts(parts, str(path), file.parent, names)


def _load(file: Path) -> dict[str, np.ndarray]:
    arrays: dict[str, np.ndarray] = {}
    try:
        with zipfile.ZipFile(file) as archive:
            for entry in archive.infolist():
                name = entry.filename.removesuffix(".npy")
                if name == entry.filename:
                    raise LayoutError(f"{file}: {name} is no array")
                with archive.open(entry) as stream:
                    arrays[name] = read_array(stream, entry.file_size, entry.compress_size, f"{file}: {name}")
    except (
        ValueError,
        EOFError,
        KeyError,
        IndexError,
        RuntimeError,
        NotImplementedError,
        struct.error,
        zipfile.BadZipFile,
        zlib.error,
        MemoryError,
    ) as error:
        if isinstance(error, LayoutError):
            raise
        raise LayoutError(f"{file} is no NumPy archive, or is damaged: {error or type(error).__name__}") from error
    return arrays


def _pixels(array: np.ndarray, what: str, channels_first: bool) -> np.ndarray:
    check_images(array.shape, array.dtype, what, channels_first)
    try:
        return to_pixels(as_stack(array, channels_first))
    except DecodeError as error:
        raise LayoutError(f"{what} {error}") from error
