"""`import hardy` and `hardy --help` load nothing heavy, and are quick."""

import json
import subprocess
import sys

import pytest

HEAVY = {"torch", "numba", "sklearn", "cv2", "pyarrow", "matplotlib", "PIL", "numpy", "pandas", "datasets"}


def run(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout


def seconds(program: str) -> float:
    """The least of five, in processes of their own, of what the program measures: what else runs is not its own."""
    return min(float(run(program)) for _ in range(5))


@pytest.mark.parametrize(
    "program",
    [
        "import hardy",
        "from hardy.cli import main; import sys; sys.argv = ['hardy', '--help']\ntry: main()\nexcept SystemExit: pass",
        "from hardy.cli import main; import sys; sys.argv = ['hardy', 'train', '--help']\n"
        "try: main()\nexcept SystemExit: pass",
    ],
    ids=["import", "help", "train-help"],
)
def test_nothing_heavy_is_loaded(program: str) -> None:
    loaded = run(f"{program}\nimport json, sys; print(); print(json.dumps(sorted(sys.modules)))").splitlines()[-1]
    assert not HEAVY & set(json.loads(loaded))


def test_import_takes_less_than_300_ms() -> None:
    assert seconds("import time; t = time.perf_counter(); import hardy; print(time.perf_counter() - t)") < 0.3


def test_help_takes_less_than_500_ms() -> None:
    program = (
        "import subprocess, sys, time; t = time.perf_counter()\n"
        "subprocess.run([sys.executable, '-m', 'hardy', '--help'], check=True, stdout=subprocess.DEVNULL)\n"
        "print(time.perf_counter() - t)"
    )
    assert seconds(program) < 0.5


def test_audit_does_not_load_torch() -> None:
    loaded = run("import hardy; hardy.audit; import sys; print('torch' in sys.modules, 'numba' in sys.modules)")
    assert loaded.split() == ["False", "False"]
