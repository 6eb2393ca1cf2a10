"""Labels as arrays and lists hold them (integers, strings, one-hot) → class names and a number per row."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Int64

from hardy import scratch
from hardy.errors import LayoutError

MAX_CLASSES = 100_000
"""A class has a name in memory; a label beyond this is no class number."""


class LabelColumn(NamedTuple):
    """Labels of some rows.

    Args:
        values: all integers or all strings, None where a row has no label; an array of integers stays one.
        width: the columns of one-hot labels, which say how many classes there are; 0 otherwise.
    """

    values: list[Any] | np.ndarray
    width: int = 0

    @property
    def are_words(self) -> bool:
        """Whether the labels are names."""
        return not isinstance(self.values, np.ndarray) and any(isinstance(value, str) for value in self.values)


def label_column(labels: Any, what: str) -> LabelColumn:
    """Labels in any of the usual forms as one column.

    Args:
        labels: (N,) integers or strings; (N, 1); (N, K) one-hot; or a list of integers, strings and None.
        what: the file and the array's name, for messages.

    Raises:
        LayoutError: they are something else, negative, not one-hot, or numbers and words mixed.

    Example:
        >>> label_column(np.eye(3)[[2, 0]], "labels")
        LabelColumn(values=[2, 0], width=3)
    """
    if isinstance(labels, (list, tuple)) and all(
        value is None or (isinstance(value, (str, int, np.integer)) and not isinstance(value, bool)) for value in labels
    ):
        return LabelColumn(_checked([int(v) if isinstance(v, np.integer) else v for v in labels], what))
    try:
        array = np.asarray(labels)
    except (ValueError, TypeError) as error:
        raise LayoutError(f"{what} is no column of labels: {error}") from error
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim == 2 and array.dtype.kind in "biuf":
        if not array.shape[1] or not ((array.sum(axis=1) == 1) & (array.max(axis=1) == 1)).all():
            raise LayoutError(f"{what} has rows that are not one-hot; one label per image is supported")
        return LabelColumn(array.argmax(axis=1).tolist(), array.shape[1])
    if array.ndim != 1 or array.dtype.kind not in "iuUS":
        raise LayoutError(f"{what} is {array.dtype} of shape {array.shape}; expected (N,) integers or strings")
    if array.dtype.kind == "S":
        try:
            return LabelColumn([value.decode() for value in array.tolist()])
        except UnicodeDecodeError as error:
            raise LayoutError(f"{what} has labels that are not UTF-8") from error
    if array.dtype.kind == "U":
        return LabelColumn(array.tolist())
    _check_range(int(array.min(initial=0)), int(array.max(initial=0)), what)
    return LabelColumn(array)


def _checked(values: list[Any], what: str) -> list[Any]:
    numbers = [value for value in values if isinstance(value, int)]
    if numbers and any(isinstance(value, str) for value in values):
        raise LayoutError(f"{what} mixes numbers and words; write all labels the same way")
    if numbers:
        _check_range(min(numbers), max(numbers), what)
    return values


def _check_range(least: int, largest: int, what: str) -> None:
    if least < 0:
        raise LayoutError(f"{what} has the negative label {least}")
    if largest >= MAX_CLASSES:
        raise LayoutError(f"{what} has the label {largest}; class numbers count from 0")


def number_labels(
    columns: Sequence[LabelColumn], what: str, names: Sequence[str] | None = None
) -> tuple[tuple[str, ...], list[int | None] | Int64[np.ndarray, "n"]]:
    """Class names, and the number of every row, over several columns at once (training and test rows, say).

    Args:
        columns: all of numbers, or all of words.
        what: the file, for messages.
        names: the classes, where something names them; words outside of the list are refused.

    Returns:
        The given names; else words in alphabetical order; else the numbers from 0 to the largest, as text.

    Raises:
        LayoutError: numbers here and words there, or a label without a name.

    Example:
        >>> number_labels([LabelColumn(["dog", "cat"]), LabelColumn(["cat"])], "pets")
        (('cat', 'dog'), [1, 0, 0])
    """
    if all(isinstance(column.values, np.ndarray) for column in columns):
        joined = _joined([np.asarray(column.values) for column in columns])
        return _class_numbers(columns, int(joined.max(initial=-1)), what, names), joined
    values = [value for column in columns for value in np.asarray(column.values, object).tolist()]
    _checked(values, what)
    if any(column.are_words for column in columns):
        classes = tuple(names) if names is not None else tuple(sorted({v for v in values if v is not None}))
        numbers = {name: number for number, name in enumerate(classes)}
        strange = sorted({value for value in values if value is not None} - set(classes))
        if strange:
            raise LayoutError(f"{what} has the label {strange[0]!r}, which is not among its {len(classes)} class names")
        return classes, [None if value is None else numbers[value] for value in values]
    largest = max((value for value in values if value is not None), default=-1)
    return _class_numbers(columns, largest, what, names), values


def _joined(arrays: list[np.ndarray]) -> Int64[np.ndarray, "n"]:
    out = scratch.zeros(sum(map(len, arrays)), np.int64)
    end = 0
    for array in arrays:
        out[end : end + len(array)] = array
        end += len(array)
    return out


def _class_numbers(
    columns: Sequence[LabelColumn], largest: int, what: str, names: Sequence[str] | None
) -> tuple[str, ...]:
    """The names of classes that are numbers in the columns."""
    if names is not None:
        if largest >= len(names):
            raise LayoutError(f"{what} has the label {largest}, but there are {len(names)} class names")
        return tuple(names)
    count = max([largest + 1, *(column.width for column in columns)])
    return tuple(str(number) for number in range(count))


def class_names(values: Any, what: str) -> list[str]:
    """A list of class names, checked.

    Raises:
        LayoutError: they are no strings, or a name comes twice.
    """
    array = np.asarray(values)
    if array.ndim != 1 or array.dtype.kind not in "USO":
        raise LayoutError(f"{what} is {array.dtype} of shape {array.shape}; expected (K,) names of classes")
    try:
        names = [value.decode() if isinstance(value, bytes) else value for value in array.tolist()]
    except UnicodeDecodeError as error:
        raise LayoutError(f"{what} has names that are not UTF-8") from error
    if not all(isinstance(name, str) for name in names):
        raise LayoutError(f"{what} has class names that are no strings")
    if len(set(names)) != len(names):
        raise LayoutError(f"{what} names a class twice")
    return names
