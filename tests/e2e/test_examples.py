"""The programs in examples/ run as they are, and learn."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Lightning's metrics import torchvision where it is there, and here it is there without its compiled part.
PROGRAM = """
import runpy, sys
bench, examples, program = sys.argv[1:]
sys.path[:0], sys.argv[1:] = [bench, examples], []
import torchvision_operators
runpy.run_path(program, run_name="__main__")
"""


@pytest.mark.parametrize("name", ["plain_torch", "lightning_module", "keras_model"])
def test_an_example_runs_and_learns(name: str, tmp_path: Path) -> None:
    package = {"lightning_module": "lightning", "keras_model": "keras"}.get(name, "torch")
    if find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    file = ROOT / "examples" / f"{name}.py"
    line = [sys.executable, "-c", PROGRAM, str(ROOT / "bench"), str(file.parent), str(file)]
    given = {**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    found = subprocess.run(line, cwd=tmp_path, env=given, capture_output=True, text=True, timeout=300)
    assert found.returncode == 0, found.stderr[-2000:]
    (accuracy,) = re.findall(r"test accuracy (\d\.\d+)", found.stdout)
    assert float(accuracy) > 0.85
