"""Batches made ahead on threads of this process; nothing of it is left when the iteration ends, however it ends."""

import os
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager

from hardy.errors import InputError
from hardy.loader.batch import Batch
from hardy.parallel import map_ordered

AHEAD = 1
"""Batches that wait to be taken, beside those that are being made."""


def make_ahead(make: Callable[[int], Batch], numbers: range, threads: int) -> Generator[Batch, None, None]:
    """Batches in their order, no more of them made than there are threads and one that waits.

    Raises:
        InputError: the iteration is gone on with in a forked process, which has none of the threads.
        Whatever `make` raises, at the batch's turn.
    """
    process = os.getpid()
    with _opencv.one_thread():
        for batch in map_ordered(make, numbers, threads, threads + AHEAD):
            yield batch
            if os.getpid() != process:
                raise InputError(
                    "this iteration was begun before a fork, and its threads are in the other process; "
                    "begin another in this one (for batch in loader), or start processes with spawn"
                )


class _Setting:
    """OpenCV's number of threads, put back when the last of several iterations ends."""

    def __init__(self) -> None:
        self.running = self.before = 0
        self.lock = threading.Lock()

    @contextmanager
    def one_thread(self) -> Iterator[None]:
        """While batches are made on threads of ours, OpenCV starting its own would only be in the way."""
        cv2 = sys.modules.get("cv2")  # what is not imported needs no setting; augmentations import it
        if cv2 is None:
            yield
            return
        # An iteration that is left open ends with the interpreter, which has emptied modules by then.
        get, put = cv2.getNumThreads, cv2.setNumThreads
        with self.lock:
            if self.running == 0:
                self.before = get()
                put(1)
            self.running += 1
        try:
            yield
        finally:
            with self.lock:
                self.running -= 1
                if self.running == 0:
                    put(self.before)


_opencv = _Setting()
