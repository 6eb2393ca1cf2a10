"""Labels as arrays and lists hold them (integers, strings, one-hot) → class names and a number per row."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from jaxtyping import Int64, Integer

from hardy import scratch
from hardy.dataset.dataset import SCHEMA
from hardy.dataset.spill import TableBuilder, starts
from hardy.errors import LayoutError

MAX_CLASSES = 100_000
"""A class has a name in memory; a label beyond this is no class number."""


class LabelColumn(NamedTuple):
    """Labels of some rows.

    Args:
        values: class numbers, or the numbers of words; −1 where a row has no label.
        width: the columns of one-hot labels, which say how many classes there are; 0 otherwise.
        words: what the values stand for, each of them some row's; empty where they are class numbers.
    """

    values: Integer[np.ndarray, "n"]
    width: int = 0
    words: tuple[str, ...] = ()


def no_labels(rows: int) -> LabelColumn:
    """The column of rows that have none."""
    return LabelColumn(np.broadcast_to(np.int64(-1), rows))


def label_column(labels: Any, what: str) -> LabelColumn:
    """Labels in any of the usual forms as one column.

    Args:
        labels: (N,) integers or strings; (N, 1); (N, K) one-hot; or a list of integers, strings and None.
        what: the file and the array's name, for messages.

    Raises:
        LayoutError: they are something else, negative, not one-hot, or numbers and words mixed.

    Example:
        >>> label_column(np.eye(3)[[2, 0]], "labels")
        LabelColumn(values=array([2, 0]), width=3, words=())
    """
    if isinstance(labels, (list, tuple)) and all(
        value is None or (isinstance(value, (str, int, np.integer)) and not isinstance(value, bool)) for value in labels
    ):
        return collect_labels((labels[rows.start : rows.stop] for rows in starts(len(labels))), len(labels), what)
    try:
        array = np.asarray(labels)
    except (ValueError, TypeError) as error:
        raise LayoutError(f"{what} is no column of labels: {error}") from error
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim == 2 and array.dtype.kind in "biuf":
        return LabelColumn(_one_hot(array, what), array.shape[1])
    if array.ndim != 1 or array.dtype.kind not in "iuUS":
        raise LayoutError(f"{what} is {array.dtype} of shape {array.shape}; expected (N,) integers or strings")
    if array.dtype.kind in "US":
        return collect_labels(_texts(array, what), len(array), what)
    _check_range(int(array.min(initial=0)), int(array.max(initial=0)), what)
    return LabelColumn(array)


def _one_hot(array: np.ndarray, what: str) -> Int64[np.ndarray, "n"]:
    values, width = scratch.zeros(len(array), np.int64), array.shape[1]
    for rows in starts(len(array)) if width else [range(1)]:
        here = array[rows.start : rows.stop]
        if not width or not ((here.sum(axis=1) == 1) & (here.max(axis=1) == 1)).all():
            raise LayoutError(f"{what} has rows that are not one-hot; one label per image is supported")
        values[rows.start : rows.stop] = here.argmax(axis=1)
    return values


def _texts(array: np.ndarray, what: str) -> Iterator[list[str]]:
    for rows in starts(len(array)):
        here = array[rows.start : rows.stop].tolist()
        try:
            yield [value.decode() for value in here] if array.dtype.kind == "S" else here
        except UnicodeDecodeError as error:
            raise LayoutError(f"{what} has labels that are not UTF-8") from error


def collect_labels(parts: Iterable[Sequence[Any]], rows: int, what: str) -> LabelColumn:
    """Labels that come some at a time as one column.

    Args:
        parts: integers or strings, None where a row has no label.
        rows: how many there are.
        what: the file and the array's name, for messages.

    Raises:
        LayoutError: they are negative, or numbers and words mixed.

    Example:
        >>> collect_labels([["dog", "cat"], [None, "cat"]], 4, "pets").values
        array([ 0,  1, -1,  1])
    """
    values, end = scratch.zeros(rows, np.int64), 0
    words: dict[str, int] = {}
    numbers: list[int] = []
    for part in parts:
        here = [int(value) for value in part if value is not None and not isinstance(value, str)]
        numbers = [min(here + numbers), max(here + numbers)] if here or numbers else []
        end += len(part)
        values[end - len(part) : end] = [
            words.setdefault(value, len(words)) if isinstance(value, str) else _number(value) for value in part
        ]
    if numbers and words:
        raise _mixed(what)
    if numbers:
        _check_range(numbers[0], numbers[1], what)
    return LabelColumn(values, words=tuple(words))


def _number(value: Any) -> int:
    """What is out of range is told by what is out of range most."""
    return -1 if value is None else min(max(int(value), -1), MAX_CLASSES)


def _mixed(what: str) -> LayoutError:
    return LayoutError(f"{what} mixes numbers and words; write all labels the same way")


def _check_range(least: int, largest: int, what: str) -> None:
    if least < 0:
        raise LayoutError(f"{what} has the negative label {least}")
    if largest >= MAX_CLASSES:
        raise LayoutError(f"{what} has the label {largest}; class numbers count from 0")


def number_labels(
    columns: Sequence[LabelColumn], what: str, names: Sequence[str] | None = None
) -> tuple[tuple[str, ...], Int64[np.ndarray, "n"]]:
    """Class names, and the number of every row, over several columns at once (training and test rows, say).

    Args:
        columns: all of numbers, or all of words.
        what: the file, for messages.
        names: the classes, where something names them; words outside of the list are refused.

    Returns:
        The given names; else words in alphabetical order; else the numbers from 0 to the largest, as text. And a number
        for each row, −1 where it has no label.

    Raises:
        LayoutError: numbers here and words there, or a label without a name.

    Example:
        >>> number_labels([label_column(["dog", "cat"], "a"), label_column(["cat"], "b")], "pets")
        (('cat', 'dog'), array([1, 0, 0]))
    """
    words = {word for column in columns for word in column.words}
    numbered = (column.values for column in columns if not column.words and len(column.values))
    largest = max((int(values.max()) for values in numbered), default=-1)
    if not words:
        return _class_numbers(columns, largest, what, names), _joined(columns, {})
    if largest >= 0:
        raise _mixed(what)
    classes = tuple(names) if names is not None else tuple(sorted(words))
    strange = sorted(words - set(classes))
    if strange:
        raise LayoutError(f"{what} has the label {strange[0]!r}, which is not among its {len(classes)} class names")
    return classes, _joined(columns, {name: number for number, name in enumerate(classes)})


def _joined(columns: Sequence[LabelColumn], numbers: dict[str, int]) -> Int64[np.ndarray, "n"]:
    out = scratch.zeros(sum(len(column.values) for column in columns), np.int64)
    end = 0
    for column in columns:
        meaning = np.array([*(numbers[word] for word in column.words), -1], np.int64)
        for part in scratch.parts(len(column.values)):
            here = column.values[part]
            out[end : end + len(here)] = meaning[here] if column.words else here
            end += len(here)
    return out


def label_cells(numbers: Int64[np.ndarray, "n"]) -> Int64[np.ndarray, "n"] | list[int | None]:
    """Class numbers for a table, in which a row without a label has none.

    Example:
        >>> label_cells(np.array([1, -1]))
        [1, None]
    """
    if numbers.min(initial=0) >= 0:
        return numbers
    return [None if number < 0 else number for number in numbers.tolist()]


def label_columns(numbers: Int64[np.ndarray, "n"]) -> pa.ChunkedArray:
    """The same for all rows of a table."""
    builder = TableBuilder(pa.schema([SCHEMA.field("label")]), ["label"])
    for rows in starts(len(numbers)):
        builder.add(label=label_cells(numbers[rows.start : rows.stop]))
    return builder.finish().column(0)


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
