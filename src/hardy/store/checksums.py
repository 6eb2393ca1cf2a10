"""A checksum for every row, so that damage has an address.

`checksum` = xxh3-64 of the row's cells, seeded with the xxh3-64 of what is stored of the picture. Cells are those of
`hardy.dataset.dataset.SCHEMA`, and of `DERIVED` where there are any, in that order: numbers in decimal, null as U+0000,
joined by U+001F, in UTF-8.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash
from jaxtyping import UInt8, UInt64

from hardy.dataset.dataset import DERIVED, SCHEMA
from hardy.store.stored import stored_pictures

_SEPARATOR, _NULL = b"\x1f", b"\x00"


def hash_picture(stored: bytes | memoryview | UInt8[np.ndarray, "..."]) -> int:
    """xxh3-64 of bytes, or of pixels as they lie.

    Example:
        >>> hash_picture(b"ab") == hash_picture(np.array([97, 98], np.uint8))
        True
    """
    return xxhash.xxh3_64_intdigest(stored.data if isinstance(stored, np.ndarray) else stored)


def hash_pictures(batch: pa.RecordBatch) -> UInt64[np.ndarray, "n"]:
    """`hash_picture` of what is stored of each row.

    Raises:
        ValueError: the batch is damaged.
    """
    return np.fromiter(map(hash_picture, stored_pictures(batch)), np.uint64, batch.num_rows)


def row_checksums(
    rows: pa.Table | pa.RecordBatch, pictures: Sequence[int] | UInt64[np.ndarray, "n"]
) -> UInt64[np.ndarray, "n"]:
    """The checksum of each row.

    Args:
        rows: with the columns of SCHEMA, and maybe others.
        pictures: `hash_picture` of each.

    Example:
        >>> from hardy.dataset.dataset import make_table
        >>> row_checksums(make_table(id=["a", "b"], uri=["x", "x"]), [1, 2]).dtype
        dtype('uint64')
    """
    derived = [name for name in DERIVED.names if name in rows.schema.names]
    columns = [_as_bytes(rows.column(name)) for name in (*SCHEMA.names, *derived)]
    joined = pc.binary_join_element_wise(
        *columns,
        pa.scalar(_SEPARATOR, pa.large_binary()),
        null_handling="replace",
        null_replacement=_NULL,
    )
    chunks = joined.chunks if isinstance(joined, pa.ChunkedArray) else [joined]
    out = np.empty(len(rows), np.uint64)
    place = 0
    for chunk in chunks:
        _, offsets, data = chunk.buffers()
        ends = np.frombuffer(offsets, np.int64)[chunk.offset : chunk.offset + len(chunk) + 1].tolist()
        view = memoryview(data) if data is not None else memoryview(b"")
        for begin, end in pairwise(ends):
            out[place] = xxhash.xxh3_64_intdigest(view[begin:end], int(pictures[place]))
            place += 1
    return out


def _as_bytes(column: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Text as its bytes, which need not be text any more where a file is damaged; numbers in decimal."""
    if pa.types.is_integer(column.type):
        column = column.cast(pa.string())
    return column.cast(pa.binary()).cast(pa.large_binary())
