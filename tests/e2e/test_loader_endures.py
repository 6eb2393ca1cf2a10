"""Killed anywhere, resumed exactly; many rows at once; and a long time without anything growing."""

import hashlib
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from hardy.augmentation import Compose, HorizontalFlip, Rotate
from hardy.dataset import Dataset, Preprocessing
from hardy.dataset.dataset import SCHEMA
from hardy.loader import Loader
from hardy.store import pack
from hardy.store.recipe import Recipe
from tests.builders import digits

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc, and forks"),
]

AUGMENT = Compose([HorizontalFlip(), Rotate((-20, 20))], seed=3)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "a.hardy"
    pack(digits(61), path, recipe=Recipe("raw", Preprocessing(1, (17, 11), normalise="0..1").unmeasured()))
    return path


def loader(store: Path) -> Loader:
    return Loader(store, 8, augment=AUGMENT, seed=1, threads=2)


def digest(batch: object) -> str:
    images, targets = batch  # type: ignore[misc]
    return hashlib.sha256(images.numpy().tobytes() + targets.numpy().tobytes()).hexdigest()


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def run_and_be_killed(store: Path, log: Path, after: int) -> None:
    """A process of its own goes on from the log's last line, and kills itself after so many batches."""
    child = os.fork()
    if child == 0:
        try:
            one = loader(store)
            lines = log.read_text().splitlines() if log.exists() else []
            if lines:
                one.load_state_dict(json.loads(lines[-1])["state"])
            with log.open("a") as file:
                for _ in range(1_000):
                    for batch in one:
                        after -= 1
                        if after < 0:
                            os.kill(os.getpid(), signal.SIGKILL)
                        print(json.dumps({"digest": digest(batch), "state": one.state_dict()}), file=file, flush=True)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)


@pytest.mark.parametrize("killed_after", range(9))
def test_killed_at_any_batch_it_goes_on_to_the_bit(store: Path, tmp_path: Path, killed_after: int) -> None:
    reference = [digest(batch) for batch in loader(store)]
    run_and_be_killed(store, tmp_path / "log", killed_after)
    run_and_be_killed(store, tmp_path / "log", 16 - killed_after)
    found = [json.loads(line)["digest"] for line in (tmp_path / "log").read_text().splitlines()]
    assert len(found) == 16
    assert found[:8] == reference
    assert len(set(found)) == 16


class Constant:
    """Pixels that need no memory."""

    shape = (8, 8, 1)

    def read(self, row: int) -> np.ndarray:
        return np.full(self.shape, row % 256, np.uint8)

    def read_batch(self, rows: np.ndarray) -> np.ndarray:
        return np.broadcast_to((rows % 256).astype(np.uint8)[:, None, None, None], (len(rows), *self.shape)).copy()


def many(rows: int) -> Dataset:
    """A table of many rows, made without a Python object for each."""
    digits = np.frombuffer(b"0123456789abcdef", np.uint8)
    numbers = np.arange(rows, dtype=np.uint64)
    names = np.full((rows, 32), ord("0"), np.uint8)
    for place in range(8):
        names[:, 31 - place] = digits[(numbers >> np.uint64(4 * place)) & np.uint64(15)]
    offsets = np.arange(0, 32 * (rows + 1), 32, dtype=np.int32)
    ids = pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(names))
    columns = {"id": ids, "uri": ids, "label": pa.array(np.arange(rows) % 2)}
    table = pa.table([columns.get(f.name, pa.nulls(rows, f.type)) for f in SCHEMA], schema=SCHEMA)
    return Dataset(table, ("a", "b"), Constant(), np.arange(rows), "memory")


def test_ten_million_rows_start_at_once_and_take_no_more_memory() -> None:
    data = many(10_000_000)
    recipe = Preprocessing(1, (8, 8), normalise="0..1")
    next(iter(Loader(data.select(np.arange(100)), 50, preprocessing=recipe, augment=AUGMENT)))  # compiled
    began = time.process_time()
    batches = iter(Loader(data, 256, preprocessing=recipe, augment=AUGMENT, threads=1))
    first = next(batches)
    assert time.process_time() - began < 1
    assert first.ids == [f"{row:032x}" for row in first.rows]
    for _ in range(20):
        next(batches)
    before = resident_bytes()
    for _ in range(200):
        next(batches)
    assert resident_bytes() - before < 8 << 20
    batches.close()


@pytest.mark.slow
def test_a_long_run_with_kills_leaves_nothing(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """200 epochs in one process; as many batches in processes that are killed at random; both give the same."""
    one = loader(store)
    memory, found = [], []
    for _ in range(200):
        found += [digest(batch) for batch in one]
        memory.append(resident_bytes())
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("hardy")]
    handles = open_files()
    generator = np.random.default_rng(0)
    log = tmp_path / "log"
    log.touch()
    while log.read_bytes().count(b"\n") < len(found):
        run_and_be_killed(store, log, int(generator.integers(1, 200)))
    assert [json.loads(line)["digest"] for line in log.read_text().splitlines()][: len(found)] == found
    assert open_files() == handles
    slope = np.polyfit(np.arange(150), memory[50:], 1)[0]
    with capsys.disabled():
        print(f"\nmemory grows by {slope / 1024:.2f} kB an epoch of {len(one)} batches")
    assert slope < 8 << 10
