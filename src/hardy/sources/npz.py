"""NumPy archives with arrays of images and labels: `x_train`, `y_train`, `x_test`, `y_test`, or `images` and `labels`.

Images are (N, H, W) or (N, H, W, C); labels are integers, strings or one-hot. Nothing is unpickled.
"""

import zipfile
import zlib
from pathlib import Path

import numpy as np

from hardy.dataset import ArrayReader, Dataset
from hardy.dataset.dataset import make_table
from hardy.dataset.identity import sample_id
from hardy.errors import LayoutError
from hardy.sources.options import OpenOptions

_PAIRS = (
    ("x_train", "y_train", "train"),
    ("x_val", "y_val", "val"),
    ("x_test", "y_test", "test"),
    ("train_images", "train_labels", "train"),
    ("val_images", "val_labels", "val"),
    ("test_images", "test_labels", "test"),
    ("images", "labels", None),
    ("x", "y", None),
)


def matches(path: Path) -> bool:
    """Whether this is an .npz file, or a folder that holds nothing but one."""
    return _file(path) is not None


def _file(path: Path) -> Path | None:
    if path.is_file():
        return path if path.suffix.lower() == ".npz" else None
    files = [entry for entry in path.iterdir() if not entry.name.startswith(".")]
    return files[0] if len(files) == 1 and files[0].is_file() and files[0].suffix.lower() == ".npz" else None


def read(path: Path, _options: OpenOptions = OpenOptions()) -> Dataset:
    """Read all arrays into memory.

    Float images must lie within 0..1 and are kept as 8 bits.

    Raises:
        LayoutError: no pair of arrays is known, or they do not fit together; the message names file and arrays.
    """
    file = _file(path) or path
    arrays = _load(file)
    pairs = [pair for pair in _PAIRS if pair[0] in arrays and pair[1] in arrays]
    if not pairs:
        known = ", ".join(f"{x}/{y}" for x, y, _ in _PAIRS)
        raise LayoutError(f"{file} has the arrays {', '.join(sorted(arrays)) or 'none'}; expected a pair of {known}")
    ids, uris, splits = [], [], []
    images: list[np.ndarray] = []
    labels: list[np.ndarray] = []
    for x, y, side in pairs:
        pixels = _pixels(file, x, arrays[x])
        values = _labels(file, y, arrays[y])
        if len(pixels) != len(values):
            raise LayoutError(f"{file}: {x} has {len(pixels)} images and {y} {len(values)} labels")
        if images and (pixels.shape[1:], pixels.dtype) != (images[0].shape[1:], images[0].dtype):
            raise LayoutError(
                f"{file}: {x} has images of {pixels.shape[1:]} {pixels.dtype}, "
                f"{pairs[0][0]} of {images[0].shape[1:]} {images[0].dtype}"
            )
        ids += [sample_id(f"{file.name}/{x}", row) for row in range(len(pixels))]
        uris += [f"{file.name}/{x}#{row}" for row in range(len(pixels))]
        splits += [side] * len(pixels)
        images.append(pixels)
        labels.append(values)
    names, numbers = _numbered(np.concatenate(labels))
    table = make_table(id=ids, uri=uris, label=numbers, split=splits)
    reader = ArrayReader(np.concatenate(images))
    return Dataset(table, names, reader, np.arange(len(ids)), str(path), file.parent)


def _load(file: Path) -> dict[str, np.ndarray]:
    try:
        with file.open("rb") as stream:
            archive = np.load(stream, allow_pickle=False)
            if not isinstance(archive, np.lib.npyio.NpzFile):
                raise LayoutError(f"{file} holds one array, not an archive of images and labels")
            arrays = {name: archive[name] for name in archive.files}
    except (ValueError, EOFError, KeyError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise LayoutError(f"{file} is no NumPy archive, or is damaged: {error}") from error
    others = [name for name, array in arrays.items() if not isinstance(array, np.ndarray)]
    if others:
        raise LayoutError(f"{file}: {', '.join(others)} is no array")
    return arrays


def _pixels(file: Path, name: str, array: np.ndarray) -> np.ndarray:
    if array.ndim == 3:
        array = array[..., None]
    if array.ndim != 4 or array.shape[3] > 4 or 0 in array.shape:
        raise LayoutError(f"{file}: {name} has shape {array.shape}; expected (N, H, W) or (N, H, W, 1 to 4)")
    if np.issubdtype(array.dtype, np.floating):
        if not (array.min() >= 0 and array.max() <= 1):
            raise LayoutError(f"{file}: {name} has floats from {array.min()} to {array.max()}; expected 0 to 1")
        return (array * 255 + 0.5).astype(np.uint8)
    if array.dtype not in (np.uint8, np.uint16):
        raise LayoutError(f"{file}: {name} is {array.dtype}; expected uint8, uint16 or floats from 0 to 1")
    return array


def _labels(file: Path, name: str, array: np.ndarray) -> np.ndarray:
    """Labels as one column: integers or strings."""
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim == 2 and array.dtype.kind in "biuf":
        if not ((array.sum(axis=1) == 1) & (array.max(axis=1) == 1)).all():
            raise LayoutError(f"{file}: {name} has rows that are not one-hot; one label per image is supported")
        return array.argmax(axis=1)
    if array.ndim != 1 or array.dtype.kind not in "iuU":
        raise LayoutError(f"{file}: {name} is {array.dtype} of shape {array.shape}; expected (N,) integers or strings")
    if array.dtype.kind in "iu" and len(array) and array.min() < 0:
        raise LayoutError(f"{file}: {name} has the negative label {array.min()}")
    return array


def _numbered(labels: np.ndarray) -> tuple[tuple[str, ...], np.ndarray]:
    if labels.dtype.kind == "U":
        names, numbers = np.unique(labels, return_inverse=True)
        return tuple(names.tolist()), numbers.astype(np.int64)
    return tuple(str(number) for number in range(int(labels.max()) + 1)), labels.astype(np.int64)
