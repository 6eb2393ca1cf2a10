"""Threads, in order, and never more work in flight than memory allows."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def usable_cpus() -> int:
    """Processors this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def map_ordered(
    function: Callable[[Item], Result], items: Iterable[Item], threads: int | None = None, window: int | None = None
) -> Iterator[Result]:
    """Apply a function to items on several threads; results come in the order of the items.

    Args:
        function: called on worker threads.
        items: taken only as fast as results are.
        threads: how many; the usable processors by default.
        window: the most results that are computed ahead; twice the threads by default, and two at least.

    Raises:
        Whatever the function raises, at the item's turn. Nothing keeps running after the iterator is closed.

    Example:
        >>> list(map_ordered(abs, [-3, -2, -1], threads=2))
        [3, 2, 1]
    """
    threads = threads or usable_cpus()
    window = window or max(2, 2 * threads)
    source = iter(items)
    with ThreadPoolExecutor(threads, thread_name_prefix="hardy") as pool:
        waiting: deque[Future[Result]] = deque()
        try:
            waiting.extend(pool.submit(function, item) for item in islice(source, window))
            while waiting:
                result = waiting.popleft().result()
                waiting.extend(pool.submit(function, item) for item in islice(source, 1))
                yield result
        finally:
            pool.shutdown(wait=False, cancel_futures=True)  # an interrupt may have kept some out of `waiting`
