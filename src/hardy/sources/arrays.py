"""Arrays and lists in memory: (N, H, W), (N, H, W, C), (N, C, H, W) said so; lists of arrays, PIL images or bytes.

`hardy.open` hands over what is no path; see `open_arrays` for the forms it may have.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import PIL.Image

from hardy.dataset import ArrayReader, Dataset
from hardy.dataset.reader import Payload, Reader
from hardy.errors import DecodeError, LayoutError
from hardy.sources.array_parts import PAIRS, Part, join_parts, pairs_among
from hardy.sources.folder import SPLIT_NAMES
from hardy.sources.image_array import as_stack, check_dtype, check_images, to_pixels
from hardy.sources.label_column import LabelColumn, class_names, label_column
from hardy.sources.options import OpenOptions

_FORMS = (
    "an array (N, H, W) or (N, H, W, C), images with labels (x, y), ((x_train, y_train), (x_test, y_test)), "
    '{"train": (x, y), "test": (x, y)}, or a list of images or of (image, label)'
)


class ListReader:
    """Pictures in a list, each of its own size.

    Args:
        pictures: pixels (H, W, C), or the bytes of picture files.
    """

    def __init__(self, pictures: Sequence[bytes | np.ndarray]) -> None:
        self._pictures = pictures

    def read(self, row: int) -> Payload:
        """One picture, without copying."""
        return self._pictures[row]


def from_arrays(
    images: Any,
    labels: Any = None,
    classes: Sequence[str] | None = None,
    split: Any = None,
    channels_first: bool = False,
) -> Dataset:
    """Images in memory as a dataset; 8 and 16 bits are not copied, so do not change them meanwhile.

    Args:
        images: an array (N, H, W) or (N, H, W, C) with C from 1 to 4, uint8, uint16 or floats 0..1 (kept as 8 bits);
            or a list of arrays (H, W) or (H, W, C) of any sizes, of PIL images, of bytes of picture files, mixed.
        labels: N integers or strings, or (N, K) one-hot; None in a list where an image has none.
        classes: names; they give integers their meaning, and strings their order. By default the strings in
            alphabetical order, or the numbers as text.
        split: `train`, `val` or `test` for all rows, or one for each.
        channels_first: `images` is (N, C, H, W), or each is (C, H, W).

    Returns:
        Rows whose ids are `sample_id("array", row)`.

    Raises:
        LayoutError: shapes, dtypes, values or lengths do not fit; the message says which.

    Example:
        >>> data = from_arrays(np.zeros((3, 17, 11), np.uint8), ["cat", "dog", "cat"], split="train")
        >>> data.counts(), data.image(0).shape
        ({'cat': 2, 'dog': 1}, (17, 11, 1))

    Source: Keras' `datasets.load_data()` and `flow(x, y)` for the forms; unlike there 16 bits are kept, and integers
        have a known range.
    """
    side = None if split is None or not isinstance(split, str) else _side(split)
    names = None if classes is None else class_names(list(classes), "classes")
    data = join_parts([_part("array", images, labels, side, channels_first)], "arrays", None, names)
    if split is None or isinstance(split, str):
        return data
    sides = [None if entry is None else _side(entry) for entry in split]
    if len(sides) != len(data):
        raise LayoutError(f"arrays: {len(data)} images and {len(sides)} sides in split")
    return data.with_columns(split=sides)


def open_arrays(value: Any, options: OpenOptions = OpenOptions()) -> Dataset:
    """A dataset of whatever form of arrays was passed.

    Args:
        value: an array or list of images; `(images, labels)`; `((x_train, y_train), (x_test, y_test))`, with validation
            in the middle where there are three; a dict from sides to these pairs or to images, or one with the names
            that NPZ files use (`x_train`, `y_train`, `images`, `labels`, …) and perhaps `classes`; a list of
            `(image, label)`.
        options: `channels_first`.

    Returns:
        Rows whose ids are `sample_id("array", row)`, or `sample_id("array/train", row)` where there are sides.

    Raises:
        LayoutError: it is none of these, or does not fit; the message says what is expected.

    Example:
        >>> x, y = np.zeros((4, 17, 11, 3), np.uint8), np.eye(2)[[0, 1, 1, 0]]
        >>> open_arrays(((x, y), (x[:2], y[:2]))).split_sizes()
        {'train': 4, 'test': 2}
    """
    first = options.channels_first
    if isinstance(value, dict):
        return _from_dict(value, first)
    if isinstance(value, tuple) and len(value) in (2, 3) and _are_pairs(value) and all(_is_batch(x) for x, _ in value):
        sides = ("train", "test") if len(value) == 2 else ("train", "val", "test")
        return _from_sides(dict(zip(sides, value, strict=True)), first)
    if isinstance(value, tuple) and len(value) == 2 and _is_batch(value[0]):
        return from_arrays(value[0], value[1], channels_first=first)
    if isinstance(value, list) and value and _are_pairs(value):
        return from_arrays([entry[0] for entry in value], [entry[1] for entry in value], channels_first=first)
    if _is_batch(value):
        return from_arrays(value, channels_first=first)
    raise LayoutError(f"cannot open a {type(value).__name__}; expected a path, {_FORMS}")


def _are_pairs(values: Sequence[Any]) -> bool:
    return all(isinstance(entry, (tuple, list)) and len(entry) == 2 for entry in values)


def _is_batch(value: Any) -> bool:
    """Whether this is many images: an array of them, or a list of single ones."""
    return isinstance(value, list) or (hasattr(value, "__array__") and not isinstance(value, PIL.Image.Image))


def _from_dict(value: dict[Any, Any], channels_first: bool) -> Dataset:
    if value and all(str(name).lower() in SPLIT_NAMES for name in value):
        return _from_sides(value, channels_first)
    classes = value.get("classes")
    pairs = pairs_among(value)
    parts = [
        _part(f"array/{images}", value[images], value[labels], side, channels_first) for images, labels, side in pairs
    ]
    known = {name for images, labels, _ in pairs for name in (images, labels)} | {"classes"}
    if not parts or set(value) - known:
        names = ", ".join(map(repr, value)) or "nothing"
        expected = ", ".join(f"{images}/{labels}" for images, labels, _ in PAIRS)
        raise LayoutError(f"a dict with {names}: expected sides (train, val, test) or a pair of {expected}")
    return join_parts(parts, "arrays", None, None if classes is None else class_names(list(classes), "classes"))


def _from_sides(value: dict[Any, Any], channels_first: bool) -> Dataset:
    parts = []
    for name, entry in value.items():
        side = _side(name)
        images, labels = entry if isinstance(entry, (tuple, list)) and len(entry) == 2 else (entry, None)
        parts.append(_part(f"array/{side}", images, labels, side, channels_first))
    if len({part.split for part in parts}) < len(parts):
        raise LayoutError(f"a dict with {', '.join(map(repr, value))}: a side comes twice")
    return join_parts(parts, "arrays")


def _side(name: Any) -> str:
    side = SPLIT_NAMES.get(str(name).lower())
    if side is None:
        raise LayoutError(f"{name!r} is no side; expected train, val or test")
    return side


def _part(location: str, images: Any, labels: Any, side: str | None, channels_first: bool) -> Part:
    what = f"{location}: images"
    column = _labels(labels, f"{location}: labels")
    if isinstance(images, (list, tuple)):
        pictures = [_picture(image, f"{location}#{row}", channels_first) for row, image in enumerate(images)]
        if not pictures:
            raise LayoutError(f"{what} is an empty list")
        return Part(location, ListReader(pictures), len(pictures), column, side, "images")
    array = _as_array(images, what)
    check_images(array.shape, array.dtype, what, channels_first)
    try:
        reader: Reader = ArrayReader(to_pixels(as_stack(array, channels_first)))
    except DecodeError as error:
        raise LayoutError(f"{what} {error}") from error
    return Part(location, reader, len(array), column, side, "images")


def _labels(labels: Any, what: str) -> LabelColumn | None:
    if labels is None:
        return None
    if isinstance(labels, (list, tuple)) and all(getattr(label, "ndim", 0) == 1 for label in labels) and labels:
        return label_column(np.stack(labels), what)  # one one-hot vector beside each image
    return label_column(labels, what)


def _as_array(value: Any, what: str) -> np.ndarray:
    try:
        return np.asarray(value)
    except Exception as error:  # whatever somebody's __array__ raises, such as a tensor on another device
        raise LayoutError(f"{what} cannot be made an array: {error}") from error


def _picture(value: Any, what: str, channels_first: bool) -> Payload:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    if isinstance(value, PIL.Image.Image):
        mode = value.mode if value.mode in ("L", "LA", "RGB", "RGBA") or value.mode.startswith("I;16") else None
        value = np.asarray(value if mode else value.convert("RGBA" if "transparency" in value.info else "RGB"))
    if not hasattr(value, "__array__"):
        raise LayoutError(f"{what} is a {type(value).__name__}; expected an array, a PIL image or bytes")
    array = _as_array(value, what)
    if array.ndim == 3 and channels_first:
        array = np.moveaxis(array, 0, 2)
    if array.ndim == 2:
        array = array[..., None]
    if array.ndim != 3 or 0 in array.shape or array.shape[2] > 4:
        raise LayoutError(f"{what} has shape {array.shape}; expected (H, W) or (H, W, 1 to 4)")
    check_dtype(array.dtype, what)
    try:
        return to_pixels(array)
    except DecodeError as error:
        raise LayoutError(f"{what} {error}") from error
