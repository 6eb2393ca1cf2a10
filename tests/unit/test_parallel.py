import os
import threading
import time
from collections.abc import Iterator

import pytest

from hardy.parallel import map_ordered, usable_cpus


def our_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("hardy")]


@pytest.mark.parametrize("threads", [1, 2, 4, None])
def test_results_come_in_the_order_of_the_items(threads: int | None) -> None:
    def slower_first(item: int) -> int:
        time.sleep(0.003 if item % 4 == 0 else 0)
        return item * item

    assert list(map_ordered(slower_first, range(20), threads)) == [n * n for n in range(20)]


def test_nothing_in_nothing_out() -> None:
    assert list(map_ordered(abs, [], 2)) == []


@pytest.mark.parametrize("window", [1, 3])
def test_items_are_taken_only_as_fast_as_results_are(window: int) -> None:
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        for number in range(100):
            taken = number + 1
            yield number

    results = map_ordered(abs, items(), 2, window)
    for done in range(1, 20):
        next(results)
        assert taken <= done + window
    results.close()


def test_an_error_comes_at_its_items_turn_and_nothing_keeps_running() -> None:
    def divide(item: int) -> float:
        return 1 / (item - 3)

    results = map_ordered(divide, range(50), 2)
    assert [next(results) for _ in range(3)] == [-1 / 3, -1 / 2, -1]
    with pytest.raises(ZeroDivisionError):
        next(results)
    assert our_threads() == []


def test_an_error_of_the_items_ends_it() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise KeyError("gone")

    with pytest.raises(KeyError, match="gone"):
        list(map_ordered(abs, items(), 2))
    assert our_threads() == []


def test_closing_early_stops_the_work() -> None:
    begun: list[int] = []

    def note(item: int) -> int:
        begun.append(item)
        return item

    results = map_ordered(note, range(1000), 2, window=4)
    next(results)
    results.close()
    count = len(begun)
    assert our_threads() == []
    assert count < 10
    time.sleep(0.02)
    assert len(begun) == count


def test_more_than_one_thread_works_at_once() -> None:
    meeting = threading.Barrier(2, timeout=5)  # seconds; a single thread would wait for ever
    assert len(list(map_ordered(lambda _: meeting.wait(), range(2), 2))) == 2


def test_usable_processors_are_those_of_this_process() -> None:
    assert 1 <= usable_cpus() <= (os.cpu_count() or 1)
