"""Sides as one byte a row: train 0, val 1, test 2, none 3."""

import numpy as np
import pyarrow as pa
from jaxtyping import UInt8

from hardy import scratch
from hardy.dataset.columns import column_numbers, make_column
from hardy.dataset.spill import Batches, starts

SPLITS = ("train", "val", "test")
CODES = {side: code for code, side in enumerate(SPLITS)}
NO_SIDE = len(SPLITS)

_WORDS = make_column(SPLITS, pa.string())


def side_codes(column: pa.ChunkedArray) -> UInt8[np.ndarray, "n"]:
    """The code of each row's side.

    Example:
        >>> side_codes(pa.chunked_array([["test", None, "train"]]))
        array([2, 3, 0], dtype=uint8)
    """
    import pyarrow.compute as pc  # here: it takes time to import

    out = scratch.zeros(len(column), np.uint8)
    for rows in starts(len(column)):
        found = pc.index_in(column.slice(rows.start, len(rows)), value_set=_WORDS)
        out[rows.start : rows.stop] = column_numbers(found, absent=NO_SIDE)
    return out


def side_words(codes: UInt8[np.ndarray, "n"]) -> pa.Array:
    """The words for some codes.

    Example:
        >>> side_words(np.array([2, 3], np.uint8)).to_pylist()
        ['test', None]
    """
    return _WORDS.take(pa.array(codes, mask=codes == NO_SIDE))


def side_column(codes: UInt8[np.ndarray, "n"]) -> pa.ChunkedArray:
    """The column for all codes; many are in a file."""
    batches = Batches(pa.schema([("split", pa.string())]))
    for rows in starts(len(codes)):
        batches.add(pa.record_batch([side_words(codes[rows.start : rows.stop])], names=["split"]))
    return pa.chunked_array([batch.column(0) for batch in batches.finish()], pa.string())
