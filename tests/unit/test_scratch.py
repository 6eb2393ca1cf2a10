"""Arrays that are files when they are large."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from hardy import scratch
from hardy.errors import OutputError


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Everything of more than eight bytes is a file, three rows at a time."""
    monkeypatch.setattr(scratch, "MEMORY_BYTES", 8)
    monkeypatch.setattr(scratch, "PART_ROWS", 3)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)


def test_large_arrays_are_files_without_a_name(tmp_path: Path) -> None:
    array = scratch.zeros(17, np.int64)
    array[:] = np.arange(17)
    assert not array.flags.owndata
    assert array.sum() == 136
    assert list(tmp_path.iterdir()) == []
    assert scratch.zeros(1, np.int64).flags.owndata


def test_they_are_mapped_and_take_no_memory_of_the_process() -> None:
    program = (
        "import numpy as np; from hardy import scratch\n"
        "def anonymous():\n"
        "    return next(int(l.split()[1]) for l in open('/proc/self/status') if l.startswith('RssAnon'))\n"
        "before = anonymous(); array = scratch.zeros(8_000_000, np.int64); array[:] = 1\n"
        "print(anonymous() - before)"
    )
    if not Path("/proc/self/status").exists():
        pytest.skip("no record of memory by kind")
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(found.stdout) < 8_000  # kB, of 64,000


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 17])
def test_what_is_done_in_parts_is_what_numpy_does_at_once(count: int) -> None:
    generator = np.random.default_rng(count)
    values, which = generator.integers(0, 3, count), generator.random(count) < 0.5
    assert scratch.count_up(count).tolist() == list(range(count))
    assert scratch.positions(which).tolist() == np.flatnonzero(which).tolist()
    assert scratch.equals(values, 1).tolist() == (values == 1).tolist()
    places = generator.permutation(count)
    assert scratch.take(values, places).tolist() == values[places].tolist()
    assert scratch.stable_order(values).tolist() == np.argsort(values, kind="stable").tolist()


def test_a_full_disk_is_told_before_anything_is_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(OutputError, match=rf"{tmp_path}: No space left on device; TMPDIR=FOLDER names another place"):
        scratch.zeros(17, np.int64)


def test_a_place_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "folder", lambda: Path("/nowhere/at/all"))
    with pytest.raises(OutputError, match="/nowhere/at/all: No such file"):
        scratch.zeros(17, np.int64)


def test_files_lie_where_tmpdir_says_or_on_a_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert scratch.folder() == tmp_path
    monkeypatch.delenv("TMPDIR")
    assert scratch.folder() == (Path("/var/tmp") if os.access("/var/tmp", os.W_OK) else tmp_path)
