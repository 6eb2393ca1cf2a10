"""Arrow columns from Python's and NumPy's values and back, without `pa.array` and `to_numpy` where they can be spared.

Those import pandas, a third of a second, only to see whether they were handed a Series, or are to give one.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from jaxtyping import Integer

_MOST_BYTES = 2**31 - 1  # of one array of strings, whose offsets have 32 bits


def make_column(
    values: Sequence[Any] | np.ndarray | pa.Array | pa.ChunkedArray, kind: pa.DataType
) -> pa.Array | pa.ChunkedArray:
    """What `pa.array(values, kind)` gives.

    Args:
        values: None where there is nothing; what is a column already stays what it is.
        kind: of the column: `pa.string()` or `pa.int64()`, or of another that `pa.array` makes.

    Raises:
        TypeError, ValueError: values of another kind, as Arrow says it.

    Example:
        >>> make_column(["a", "é"], pa.string()).to_pylist()
        ['a', 'é']
    """
    if isinstance(values, (pa.Array, pa.ChunkedArray)):
        return values.cast(kind)
    if pa.types.is_string(kind):
        return _strings(values)
    if not pa.types.is_integer(kind):
        return pa.array(values, kind)
    numbers = np.asarray(values)
    if numbers.dtype.kind not in "iu" or not np.can_cast(numbers.dtype, np.int64):
        return pa.array(values, kind)
    buffer = pa.py_buffer(np.ascontiguousarray(numbers, np.int64))
    return pa.Array.from_buffers(pa.int64(), len(numbers), [None, buffer])


def column_numbers(column: pa.ChunkedArray, absent: int) -> Integer[np.ndarray, "n"]:
    """What `column.fill_null(absent).to_numpy()` gives.

    Args:
        column: of integers; what is given may lie in its memory.
        absent: what stands where there is nothing.

    Example:
        >>> column_numbers(pa.chunked_array([[3, None], [5]]), absent=-1)
        array([ 3, -1,  5])
    """
    parts = [_numbers(chunk, absent) for chunk in column.chunks]
    return parts[0] if len(parts) == 1 else np.concatenate([np.empty(0, _dtype(column.type)), *parts])


def _dtype(kind: pa.DataType) -> np.dtype[Any]:
    return np.dtype(f"{'i' if pa.types.is_signed_integer(kind) else 'u'}{kind.bit_width // 8}")


def _numbers(chunk: pa.Array, absent: int) -> Integer[np.ndarray, "n"]:
    dtype = _dtype(chunk.type)
    if chunk.null_count == len(chunk):
        return np.full(len(chunk), absent, dtype)
    present, values = chunk.buffers()
    numbers = np.frombuffer(values, dtype, len(chunk), chunk.offset * dtype.itemsize)
    if chunk.null_count == 0:
        return numbers
    bits = np.frombuffer(present, np.uint8)[chunk.offset // 8 :]
    given = np.unpackbits(bits, count=chunk.offset % 8 + len(chunk), bitorder="little")[chunk.offset % 8 :]
    return np.where(given == 1, numbers, dtype.type(absent))


def _strings(values: Sequence[Any] | np.ndarray) -> pa.Array | pa.ChunkedArray:
    try:
        text = "".join(values)
    except TypeError:  # None among them
        return pa.array(values, pa.string())
    lengths = map(len, values) if text.isascii() else (len(value.encode()) for value in values)
    ends = np.cumsum(np.fromiter(lengths, np.int64, len(values)))
    if len(values) == 0 or ends[-1] > _MOST_BYTES:
        return pa.array(values, pa.string())
    offsets = np.concatenate(([0], ends)).astype(np.int32)
    return pa.StringArray.from_buffers(len(values), pa.py_buffer(offsets), pa.py_buffer(text.encode()))
