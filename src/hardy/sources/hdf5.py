"""HDF5 files: a group per class with its label as attribute and datasets of images inside; or `images` and `labels`.

/cats                    attribute label "cats"       else the group's name
/cats/persian            attribute label "persian"    → class "cats/persian"
/cats/persian/photos     (N, H, W[, C]), or a dataset for each image: (H, W[, C]), or the bytes of a picture file
/train/cats/…            groups named as sides above the classes
/images, /labels         or x, y, x_train, y_train, …; at the root, or in groups named as sides

Source: the handbook, "HDF5".
"""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from hardy import scratch
from hardy.dataset import Dataset, Refused
from hardy.dataset.dataset import SCHEMA
from hardy.dataset.identity import sample_id
from hardy.dataset.spill import RowBuilder, starts
from hardy.errors import LayoutError
from hardy.sources.array_parts import Part, join_parts, pairs_among
from hardy.sources.folder import SPLIT_NAMES
from hardy.sources.hdf5_heap import check_heaps, check_label_texts
from hardy.sources.hdf5_objects import (
    MAX_ROWS,
    Found,
    attribute,
    check_stored,
    children,
    hdf5_errors,
    load_h5py,
    text_attribute,
)
from hardy.sources.hdf5_reader import Hdf5Reader, Stored
from hardy.sources.image_array import check_images
from hardy.sources.label_column import (
    MAX_CLASSES,
    LabelColumn,
    class_names,
    collect_labels,
    label_column,
)
from hardy.sources.options import OpenOptions
from hardy.sources.single_file import single_file

ENDINGS = (".h5", ".hdf5", ".hdf", ".he5")
_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_TOGETHER_BYTES = 1 << 16  # of rows that are stored one behind the other: small ones are many


def matches(path: Path) -> bool:
    """Whether this is an HDF5 file by name or first bytes, or a folder that holds nothing but one."""
    if single_file(path, ENDINGS):
        return True
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(8) == _SIGNATURE


def read(path: Path, options: OpenOptions = OpenOptions()) -> Dataset:
    """List the datasets; pixels are read when they are asked for.

    Args:
        path: the file.
        options: `channels_first`: arrays are (N, C, H, W), single images (C, H, W).

    Returns:
        Ids follow from the file's name, the path in the file, and the row. A dataset's attributes `split` and `group`
        are taken over. An array of three dimensions in a class group is one image where its last is at most 4, else a
        stack of grey ones.

    Raises:
        MissingExtraError: h5py is not installed.
        LayoutError: the file is damaged, leads out of itself, or holds what is no images; the message names file and
            dataset.
    """
    file = single_file(path, ENDINGS) or path
    h5py = load_h5py()
    check_heaps(file)
    with hdf5_errors(file):
        # No lock: reading must not keep the owner of the file from writing it.
        opened = h5py.File(file, "r", locking=False)
        found = list(children(file, opened, (), set()))
        pairs = _pairs(file, found)
        data = _read_pairs(path, file, opened, pairs, options) if pairs else _read_groups(path, file, opened, options)
    if not len(data):
        raise LayoutError(f"{file} holds no images: expected a group per class with images in it, or images and labels")
    return data


def _pairs(file: Path, found: list[Found]) -> list[tuple[Found, Found, str | None, Any]]:
    """Images, labels, side, and the group that both lie in."""
    h5py = load_h5py()
    datasets = {entry.path[-1]: entry for entry in found if isinstance(entry.value, h5py.Dataset)}
    pairs = pairs_among(datasets)
    if pairs:
        return [(datasets[images], datasets[labels], side, None) for images, labels, side in pairs]
    result: list[tuple[Found, Found, str | None, Any]] = []
    for entry in found:
        side = SPLIT_NAMES.get(entry.path[-1].lower())
        if side is None or not isinstance(entry.value, h5py.Group):
            return []
        inside = {child.path[-1]: child for child in children(file, entry.value, entry.path, set())}
        inside = {name: child for name, child in inside.items() if isinstance(child.value, h5py.Dataset)}
        pair = pairs_among(inside)
        if not pair:
            return []
        result.append((inside[pair[0][0]], inside[pair[0][1]], side, entry.value))
    return result


def _read_pairs(
    path: Path, file: Path, opened: Any, pairs: list[tuple[Found, Found, str | None, Any]], options: OpenOptions
) -> Dataset:
    parts, names = [], None
    for images, labels, side, group in pairs:
        check_stored(file, images)
        check_stored(file, labels)
        stored = _stack(file, images, options)
        column = _label_column(file, labels)
        reader = Hdf5Reader(opened, file, [stored])
        parts.append(Part(f"{file.name}/{images.location}", reader, stored.size, column, side, images.location))
        names = names or _names(file, labels, images, Found((), group if group is not None else opened))
    return join_parts(parts, str(path), file.parent, names)


def _label_column(file: Path, found: Found) -> LabelColumn:
    h5py = load_h5py()
    what, dataset = f"{file}: {found.location}", found.value
    if h5py.check_string_dtype(dataset.dtype) is not None:
        if dataset.ndim > 2 or (dataset.ndim == 2 and dataset.shape[1] != 1):
            raise LayoutError(f"{what} has strings of shape {dataset.shape}; expected (N,)")
        check_label_texts(file, dataset)
        texts = dataset.asstr()
        parts = ([str(word) for word in texts[rows.start : rows.stop].reshape(-1)] for rows in starts(len(dataset)))
        return collect_labels(parts, len(dataset), what)
    if dataset.dtype.kind not in "biuf":
        raise LayoutError(f"{what} is {dataset.dtype}; expected integers, strings or one-hot")
    if dataset.ndim == 0:
        return label_column(dataset[()], what)
    values = scratch.zeros(dataset.size, dataset.dtype).reshape(dataset.shape)
    for rows in starts(len(dataset)):
        values[rows.start : rows.stop] = dataset[rows.start : rows.stop]
    return label_column(values, what)


def _names(file: Path, *places: Found) -> list[str] | None:
    for found in places:
        for name in ("label_names", "class_names", "classes"):
            if name in found.value.attrs:
                return class_names(attribute(found, name, MAX_CLASSES), f"{file}: the attribute {name}")
    return None


def _stack(file: Path, found: Found, options: OpenOptions) -> Stored:
    dataset = found.value
    check_images(dataset.shape, dataset.dtype, f"{file}: {found.location}", options.channels_first)
    rows = dataset.chunks[0] if dataset.chunks else max(1, _TOGETHER_BYTES * len(dataset) // max(1, dataset.nbytes))
    rows = min(rows, dataset.shape[0])
    first = options.channels_first and dataset.ndim == 4
    return Stored(found.location, "stack", dataset.shape[0], rows, first)


class _Listed(NamedTuple):
    """A dataset of images, and what is said of all of them."""

    stored: Stored
    label: str | None
    side: str | None
    group: str | None


def _read_groups(path: Path, file: Path, opened: Any, options: OpenOptions) -> Dataset:
    """Classes as groups, walked without recursion: groups may lie deeper than Python's stack."""
    h5py = load_h5py()
    seen: set[int] = set()
    listed: list[_Listed] = []
    rows = 0
    refused: list[Refused] = []
    top = list(children(file, opened, (), seen))
    has_sides = bool(top) and all(
        isinstance(entry.value, h5py.Group)
        and entry.path[-1].lower() in SPLIT_NAMES
        and text_attribute(entry, "label", "name") is None
        for entry in top
    )
    waiting: list[tuple[Found, tuple[str, ...]]] = [(entry, ()) for entry in reversed(top)]
    while waiting:
        entry, above = waiting.pop()
        if not _is_text(entry.location):
            printable = entry.location.encode("utf-8", "backslashreplace").decode()
            refused.append(Refused(f"{file.name}/{printable}", "its name is not UTF-8"))
        elif isinstance(entry.value, h5py.Group):
            is_side = has_sides and len(entry.path) == 1
            label = text_attribute(entry, "label", "name")
            own = () if is_side else (entry.path[-1] if label is None else label,)
            inside = list(children(file, entry.value, entry.path, seen))
            waiting.extend((child, above + own) for child in reversed(inside))
        elif isinstance(entry.value, h5py.Dataset):
            part = _images(file, entry, options)
            label = "/".join(above) if above else None
            side = SPLIT_NAMES[entry.path[0].lower()] if has_sides else text_attribute(entry, "split")
            listed.append(_Listed(part, label, side, text_attribute(entry, "group")))
            rows += part.size
        else:
            refused.append(Refused(f"{file.name}/{entry.location}", "a named type, not images"))
        if rows > MAX_ROWS:
            raise LayoutError(f"{file} announces more than {MAX_ROWS:,} images")
    return _dataset(path, file, opened, listed, refused)


def _images(file: Path, found: Found, options: OpenOptions) -> Stored:
    """One dataset in a class group: a stack, one image, or the bytes of one."""
    check_stored(file, found)
    dataset, first = found.value, options.channels_first
    if dataset.ndim == 1 and dataset.dtype == np.uint8:
        return Stored(found.location, "file", 1)
    if dataset.ndim == 2 or (dataset.ndim == 3 and dataset.shape[0 if first else 2] <= 4):
        check_images((1, *dataset.shape), dataset.dtype, f"{file}: {found.location}", first)
        return Stored(found.location, "image", 1, 1, first and dataset.ndim == 3)
    return _stack(file, found, options)


def _dataset(path: Path, file: Path, opened: Any, listed: list[_Listed], refused: list[Refused]) -> Dataset:
    stored = [part.stored for part in listed]
    used = [part for part in listed if part.stored.size]
    if any(part.label is None for part in used) and any(part.label is not None for part in used):
        depth = min(part.path.count("/") for part in stored)
        loose = next(part.path for part in stored if part.path.count("/") == depth)
        raise LayoutError(f"{file} has images both in class groups and beside them ({loose}); move them into a group")
    strange = sorted({part.side for part in used if part.side is not None and part.side not in SPLIT_NAMES})
    if strange:
        raise LayoutError(f"{file}: the attribute split is {strange[0]!r}; expected train, val or test")
    classes = tuple(sorted({part.label for part in used if part.label is not None}))
    numbers = {name: number for number, name in enumerate(classes)}

    builder = RowBuilder(SCHEMA, ["id", "uri", "label", "split", "group"])
    for part, label, side, group in listed:
        location = f"{file.name}/{part.path}"
        number, split = None if label is None else numbers[label], None if side is None else SPLIT_NAMES[side]
        for row in range(part.size):
            uri = f"{location}#{row}" if part.form == "stack" else location
            builder.add(sample_id(location, row), uri, number, split, group)
    table = builder.finish()
    reader = Hdf5Reader(opened, file, stored)
    return Dataset(table, classes, reader, scratch.count_up(len(table)), str(path), file.parent, tuple(refused))


def _is_text(location: str) -> bool:
    try:
        location.encode()
    except UnicodeEncodeError:
        return False
    return True
