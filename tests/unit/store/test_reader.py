"""The reader gives rows where they lie, in any process."""

import multiprocessing
import os
import pickle
import sys
from pathlib import Path

import numpy as np
import pytest

from hardy.dataset.reader import BatchReader, Prefetching
from hardy.errors import StoreCorruptError
from hardy.store import open_store, pack
from hardy.store.reader import EncodedReader, RawReader
from hardy.store.recipe import Recipe
from tests.builders import digits, measured

ROWS = 30


@pytest.fixture(params=["original", "raw"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Several record batches in several shards."""
    monkeypatch.setattr("hardy.store.spool.ROWS_PER_BATCH", 4)
    monkeypatch.setattr("hardy.store.spool.SHARD_BYTES", 3_000)
    data = digits(ROWS)
    pack(data, tmp_path / "a.hardy", request.param, measured(data) if request.param == "raw" else None)
    return tmp_path / "a.hardy"


def test_rows_are_views_of_the_file(store: Path) -> None:
    reader = open_store(store).reader
    for row in (0, 5, ROWS - 1):
        view = reader.view(row) if isinstance(reader, EncodedReader) else reader.read(row)
        assert memoryview(view).readonly
        assert np.shares_memory(
            np.asarray(view), np.asarray(reader.view(row) if isinstance(reader, EncodedReader) else reader.read(row))
        )


def test_places_are_where_the_pictures_lie(store: Path) -> None:
    import ctypes

    reader = open_store(store).reader
    rows = np.random.default_rng(0).permutation(ROWS)
    addresses, lengths = reader.places(rows)
    for row, address, length in zip(rows.tolist(), addresses.tolist(), lengths.tolist(), strict=True):
        expected = reader.read(row)
        assert ctypes.string_at(address, length) == (expected if isinstance(expected, bytes) else expected.tobytes())


@pytest.mark.parametrize("rows", [[], [3], list(range(ROWS)), [29, 0, 7, 7], list(range(29, -1, -1))])
def test_a_batch_is_gathered_into_an_array_that_is_there(store: Path, rows: list[int]) -> None:
    data = open_store(store)
    if not isinstance(data.reader, RawReader):
        pytest.skip("files have no common shape")
    out = np.full((len(rows), *data.reader.shape), 7, np.uint8)
    data.reader.read_into(np.array(rows, np.int64), out)
    expected = [data.image(row) for row in rows]
    assert np.array_equal(out, np.stack(expected) if rows else out)
    assert np.array_equal(data.reader.read_batch(np.array(rows, np.int64)), out)


@pytest.mark.parametrize("rows", [[-1], [ROWS], [0, 10**9]])
def test_rows_that_are_not_there_are_refused(store: Path, rows: list[int]) -> None:
    reader = open_store(store).reader
    with pytest.raises(IndexError, match="rows are 0 to 29"):
        reader.places(np.array(rows))
    with pytest.raises(IndexError, match="rows are 0 to 29"):
        reader.read(rows[-1])


def test_an_array_that_does_not_fit_is_refused(store: Path) -> None:
    reader = open_store(store).reader
    if not isinstance(reader, RawReader):
        pytest.skip("files have no common shape")
    good = np.empty((2, *reader.shape), np.uint8)
    for bad in (good[:, ::2], np.empty((2, 17, 22, 1), np.uint8)[:, :, ::2]):
        with pytest.raises(ValueError, match="contiguous"):
            reader.read_into(np.array([0, 1]), bad)


@pytest.mark.parametrize("rows", [[], [0], list(range(ROWS)), [29, 3, 3]])
def test_rows_can_be_asked_for_ahead(store: Path, rows: list[int]) -> None:
    reader = open_store(store).reader
    assert isinstance(reader, Prefetching)
    reader.prefetch(rows)


def test_a_raw_store_reads_batches(store: Path) -> None:
    reader = open_store(store).reader
    assert isinstance(reader, BatchReader) == isinstance(reader, RawReader)


def test_a_pickled_dataset_maps_the_files_anew(store: Path) -> None:
    data = open_store(store)
    small = len(pickle.dumps(data.reader))
    assert small < 3_000
    again = pickle.loads(pickle.dumps(data))
    assert again.ids == data.ids
    assert all(np.array_equal(again.image(row), data.image(row)) for row in range(ROWS))


def test_a_pickled_reader_notices_another_store(store: Path) -> None:
    frozen = pickle.dumps(open_store(store).reader)
    shard = store / "data-00000.arrow"
    os.utime(shard, ns=(1, 1))
    with pytest.raises(StoreCorruptError, match="open it again"):
        pickle.loads(frozen)


def total(data: object, rows: list[int], queue: object) -> None:
    queue.put(sum(int(data.image(row).sum()) for row in rows))


@pytest.mark.skipif(sys.platform == "win32", reason="no fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of forking with threads about
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_other_processes_read_it(store: Path, method: str) -> None:
    data = open_store(store)
    context = multiprocessing.get_context(method)
    queue = context.Queue()
    rows = [29, 0, 13]
    process = context.Process(target=total, args=(data, rows, queue))
    process.start()
    try:
        assert queue.get(timeout=120) == sum(int(data.image(row).sum()) for row in rows)
    finally:
        process.join(60)


def test_reading_does_not_depend_on_the_recipe_s_way(store: Path) -> None:
    assert isinstance(open_store(store).reader.recipe, Recipe)


def test_a_batch_from_the_disk_makes_the_next_one_asked_for_ahead(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = open_store(store).reader
    if not isinstance(reader, RawReader):
        pytest.skip("files have no common shape")
    asked: list[int] = []
    monkeypatch.setattr(RawReader, "prefetch", lambda self, rows: asked.append(len(rows)))
    for limit, expected in ((0.0, [2]), (0.0, [2, 2]), (1.0, [2, 2, 2]), (1.0, [2, 2, 2])):
        monkeypatch.setattr("hardy.store.reader._WARM_S_PER_BYTE", limit)
        reader.read_batch(np.array([5, 1]))
        assert asked == expected
