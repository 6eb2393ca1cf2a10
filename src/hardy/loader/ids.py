"""Sample ids as the numbers that draws are made of, for the rows of a batch, however many rows there are."""

import numpy as np
import pyarrow as pa
from jaxtyping import Int64, UInt64

_DIGITS = 32
_WHOLE = np.dtype(f"V{_DIGITS}")


class Ids:
    """Reads ids where they lie: nothing is made of those that are not asked for.

    Args:
        column: of ids, 32 hexadecimal digits each.

    Example:
        >>> Ids(pa.chunked_array([["ab" * 16], ["00" * 15 + "0f"]])).words(np.array([1])).tolist()
        [[0, 15]]
    """

    def __init__(self, column: pa.ChunkedArray) -> None:
        self._starts = np.cumsum([0, *(len(chunk) for chunk in column.chunks)])
        self._chunks = [_digits(chunk) for chunk in column.chunks]

    def words(self, rows: Int64[np.ndarray, "n"]) -> UInt64[np.ndarray, "n 2"]:
        """Two words for each row, as `hardy.rng.id_words` gives them."""
        if len(self._chunks) == 1:
            digits = self._chunks[0][rows]
        else:
            digits = np.empty(len(rows), _WHOLE)
            numbers = np.searchsorted(self._starts, rows, side="right") - 1
            for number in np.unique(numbers).tolist():
                here = numbers == number
                digits[here] = self._chunks[number][rows[here] - self._starts[number]]
        return np.frombuffer(bytes.fromhex(digits.tobytes().decode()), ">u8").astype(np.uint64).reshape(-1, 2)


def _digits(chunk: pa.Array) -> np.ndarray:
    """A chunk's characters, an item for each id."""
    _, offsets, data = chunk.buffers()
    if data is None or not len(chunk):
        return np.empty(0, _WHOLE)
    kind = np.int64 if pa.types.is_large_string(chunk.type) else np.int32
    first = int(np.frombuffer(offsets, kind)[chunk.offset])
    return np.frombuffer(data, np.uint8)[first : first + len(chunk) * _DIGITS].view(_WHOLE)


def names(words: UInt64[np.ndarray, "n 2"]) -> list[str]:
    """The ids themselves.

    Example:
        >>> names(np.array([[0, 15]], np.uint64))
        ['0000000000000000000000000000000f']
    """
    text = words.astype(">u8").tobytes().hex()
    return [text[place : place + _DIGITS] for place in range(0, len(text), _DIGITS)]
