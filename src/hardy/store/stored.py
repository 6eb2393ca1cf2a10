"""What record batches hold of pictures, looked at where it lies."""

from itertools import pairwise

import numpy as np
import pyarrow as pa


def stored_pictures(batch: pa.RecordBatch) -> list[memoryview]:
    """What is stored of each row, without copying.

    Raises:
        ValueError: the batch is damaged.
    """
    if "pixels" in batch.schema.names:
        column = batch.column("pixels")
        length = column.type.list_size
        view = memoryview(column.flatten().buffers()[1] or b"")
        return [view[row * length : (row + 1) * length] for row in range(len(column))]
    column = batch.column("image").field("bytes")
    _, offsets, data = column.buffers()
    ends = np.frombuffer(offsets, np.int32)[: len(column) + 1].tolist()
    view = memoryview(data) if data is not None else memoryview(b"")
    return [view[begin:end] for begin, end in pairwise(ends)]
