"""Imports point up the page: the contract in pyproject.toml holds, and would notice if it did not."""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, "--no-cache", "--config", str(folder / "pyproject.toml")],
        capture_output=True, text=True, cwd=folder, env={"PYTHONPATH": str(folder / "src")}, check=False,
    )  # fmt: skip


def test_layers_hold() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout
    assert "1 kept, 0 broken" in result.stdout


def test_a_broken_layer_and_a_folder_without_a_place_are_noticed(tmp_path: Path) -> None:
    config = (ROOT / "pyproject.toml").read_text()
    (tmp_path / "pyproject.toml").write_text(config)
    for module, content in {
        "__init__": "", "errors": "", "rng": "from hardy.pixels import x", "pixels": "x = 1", "newcomer": "",
    }.items():  # fmt: skip
        (tmp_path / "src" / "hardy").mkdir(parents=True, exist_ok=True)
        (tmp_path / "src" / "hardy" / f"{module}.py").write_text(content)
    layers = tomllib.loads(config)["tool"]["importlinter"]["contracts"][0]["layers"]
    named = {name for layer in layers for name in layer.split(" | ")}
    for module in [*(named - {"errors", "rng", "pixels"}), "__main__"]:
        (tmp_path / "src" / "hardy" / f"{module}.py").write_text("")
    assert "newcomer" in lint(tmp_path).stdout
    (tmp_path / "src" / "hardy" / "newcomer.py").unlink()
    result = lint(tmp_path)
    assert result.returncode == 1
    assert "hardy.rng is not allowed to import hardy.pixels" in result.stdout
