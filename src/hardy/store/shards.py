"""Record batches into files of the Arrow IPC format, synced while they grow."""

import os
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa

from hardy.dataset.dataset import SPLITS

SYNC_BYTES = 64 << 20

ROOM = max(SPLITS, key=len)
"""What stands in the column `split` until sides are known: none is longer."""


class ShardWriter:
    """Writes one shard.

    Args:
        path: the file, made anew.
        schema: of every batch.
        syncer: tells the disk to write what is there already, while pictures are still being made.
    """

    def __init__(self, path: Path, schema: pa.Schema, syncer: ThreadPoolExecutor) -> None:
        self.schema = schema
        self.bytes = 0
        self._sink = pa.OSFile(str(path), "wb")
        self._writer = pa.ipc.new_file(self._sink, schema)
        self._descriptor = os.open(path, os.O_RDWR)
        self._syncer = syncer
        self._pending: Future[None] | None = None
        self._unsynced = 0

    def write(self, batch: pa.RecordBatch) -> None:
        """Append a batch."""
        self._writer.write_batch(batch)
        self.bytes += batch.nbytes
        self._unsynced += batch.nbytes
        if self._unsynced >= SYNC_BYTES and (self._pending is None or self._pending.done()):
            self._unsynced = 0
            self._pending = self._syncer.submit(os.fsync, self._descriptor)

    def finish(self) -> None:
        """Write the footer, without which no program reads the file, and wait for the disk."""
        self._writer.close()
        self._sink.close()
        if self._pending is not None:
            self._pending.result()
        os.fsync(self._descriptor)
        self.leave()

    def leave(self) -> None:
        """Close it as it is, finished or not: what was written can be gone on with."""
        if self._pending is not None:
            self._pending.exception()
        if self._descriptor >= 0:
            descriptor, self._descriptor = self._descriptor, -1  # Ctrl-C may come in between
            os.close(descriptor)
        if not self._sink.closed:
            self._sink.close()


def read_unfinished(path: Path, count: int) -> list[pa.RecordBatch]:
    """The first batches of a shard, whether or not it has its footer; fewer where it is damaged or shorter.

    Behind eight bytes, a file is a stream.

    Example:
        >>> read_unfinished(Path("tests/nothing.arrow"), 3)
        []
    """
    batches: list[pa.RecordBatch] = []
    try:
        with pa.memory_map(str(path)) as file:
            file.seek(8)
            stream = pa.ipc.open_stream(file)
            while len(batches) < count:
                batch = stream.read_next_batch()
                batch.validate(full=True)
                batches.append(batch)
    except (OSError, StopIteration, pa.ArrowException):
        pass
    return batches
