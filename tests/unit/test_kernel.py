"""Kernels compile, are found again on disk, and are never stale."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from hardy.errors import HardyError
from hardy.kernel import cache_folder, kernel, source_hash

CALLEE = "from hardy.kernel import kernel\n\n@kernel\ndef inner(x):\n    return x + {step}\n"
CALLER = """from hardy.kernel import kernel
from loops.inner_kernels import inner

@kernel
def outer(x):
    return 10 * inner(x)
"""
RUN = "from loops.outer_kernels import outer; print(outer(1), sum(outer.stats.cache_hits.values()))"


def package(folder: Path, step: int) -> None:
    (folder / "loops").mkdir(exist_ok=True)
    (folder / "loops/__init__.py").write_text("")
    (folder / "loops/inner_kernels.py").write_text(CALLEE.format(step=step))
    (folder / "loops/outer_kernels.py").write_text(CALLER)


def run(folder: Path, cache: Path) -> tuple[int, int]:
    """The caller's result in a fresh process, and how often its code came from disk."""
    path = os.pathsep.join([str(folder), str(Path(__file__).parents[2] / "src")])
    environment = {**os.environ, "PYTHONPATH": path, "HARDY_CACHE": str(cache), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", RUN], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    result, hits = done.stdout.split()
    return int(result), int(hits)


def test_a_change_in_a_callee_elsewhere_changes_the_key(tmp_path: Path) -> None:
    package(tmp_path, 1)
    before = source_hash(tmp_path / "loops")
    assert source_hash(tmp_path / "loops") == before
    package(tmp_path, 2)
    assert source_hash(tmp_path / "loops") != before


def test_a_new_name_changes_the_key_and_other_files_do_not(tmp_path: Path) -> None:
    package(tmp_path, 1)
    before = source_hash(tmp_path / "loops")
    (tmp_path / "loops/other.py").write_text("x = 1")
    assert source_hash(tmp_path / "loops") == before
    (tmp_path / "loops/inner_kernels.py").rename(tmp_path / "loops/renamed_kernels.py")
    assert source_hash(tmp_path / "loops") != before


def test_cached_code_is_found_again_and_never_stale(tmp_path: Path) -> None:
    package(tmp_path, 1)
    assert run(tmp_path, tmp_path / "cache") == (20, 0)
    assert run(tmp_path, tmp_path / "cache") == (20, 1)
    package(tmp_path, 2)
    assert run(tmp_path, tmp_path / "cache") == (30, 0)


def test_a_damaged_cache_is_compiled_anew(tmp_path: Path) -> None:
    package(tmp_path, 1)
    run(tmp_path, tmp_path / "cache")
    for number, file in enumerate(sorted((tmp_path / "cache").rglob("*.nb[ic]"))):
        file.write_bytes(b"\x80garbage" if number % 2 else b"")
    assert run(tmp_path, tmp_path / "cache") == (20, 0)


def test_a_place_that_cannot_be_written_costs_time_and_nothing_else(tmp_path: Path) -> None:
    package(tmp_path, 1)
    (tmp_path / "file").write_text("not a folder")
    assert run(tmp_path, tmp_path / "file") == (20, 0)


@pytest.mark.skipif(sys.platform == "win32", reason="no permission bits")
def test_a_folder_that_others_may_write_is_not_trusted(tmp_path: Path) -> None:
    package(tmp_path, 1)
    run(tmp_path, tmp_path / "cache")
    (folder,) = (tmp_path / "cache/kernels").iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    folder.chmod(0o777)
    assert run(tmp_path, tmp_path / "cache") == (20, 0)


def test_other_files_of_a_package_are_refused() -> None:
    def loop(x):
        return x

    loop.__module__ = "hardy.augmentation.compose"
    with pytest.raises(HardyError, match=r"\*_kernels.py"):
        kernel(loop)


def test_the_cache_folder_can_be_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HARDY_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("HARDY_CACHE")
    assert cache_folder().name == "hardy"
