"""A tiny trained run, a store and piles of pictures in every state, made once for all end-to-end tests."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hardy.cli.app import run_command

HARDY = [sys.executable, "-m", "hardy"]


def write_pictures(folder: Path, count: int, bright: bool, ending: str = "png") -> None:
    """Noise of 17×11 pixels, dark or bright, so that even a tiny network tells the classes apart."""
    folder.mkdir(parents=True, exist_ok=True)
    generator = np.random.default_rng(count + bright)
    low, high = (150, 250) if bright else (5, 90)
    for number in range(count):
        pixels = generator.integers(low, high, (17, 11), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number:03d}.{ending}")


def snapshot(folder: Path) -> dict[str, str]:
    """Every file below a folder with a hash of its content."""
    if folder.is_file():
        return {folder.name: hashlib.sha256(folder.read_bytes()).hexdigest()}
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="session")
def pile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two classes that are easy to tell apart, 40 pictures each."""
    root = tmp_path_factory.mktemp("pile") / "photos"
    write_pictures(root / "dark", 40, bright=False)
    write_pictures(root / "light", 40, bright=True)
    return root


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory, pile: Path) -> Path:
    """A finished run on the pile."""
    out = tmp_path_factory.mktemp("runs") / "first"
    assert run_command(["train", str(pile), "--epochs", "2", "--out", str(out), "--quiet"]) == 0
    return out


@pytest.fixture
def piles(tmp_path: Path) -> dict[str, Path]:
    """Piles in every sorry state, and one that is fine."""
    root = tmp_path / "piles"
    (root / "empty").mkdir(parents=True)
    write_pictures(root / "one-class" / "dark", 12, bright=False)
    write_pictures(root / "fine" / "dark", 12, bright=False)
    write_pictures(root / "fine" / "light", 12, bright=True)
    for state in ("some-unreadable", "truncated"):
        write_pictures(root / state / "dark", 12, bright=False, ending="jpg")
        write_pictures(root / state / "light", 12, bright=True, ending="jpg")
    (root / "some-unreadable" / "dark" / "003.jpg").write_bytes(b"no picture at all")
    whole = (root / "truncated" / "light" / "005.jpg").read_bytes()
    (root / "truncated" / "light" / "005.jpg").write_bytes(whole[: len(whole) // 2])
    for name in ("dark", "light"):
        (root / "all-unreadable" / name).mkdir(parents=True)
        (root / "all-unreadable" / name / "a.png").write_bytes(b"")
    return {path.name: path for path in root.iterdir()} | {"missing": root / "missing"}


@pytest.fixture
def hardy(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The installed command, in a process of its own and an empty working directory."""
    work = tmp_path / "work"
    work.mkdir()

    def run(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*HARDY, *map(str, arguments)],
            capture_output=True,
            text=True,
            cwd=work,
            env={**os.environ, "COLUMNS": "80"},
            timeout=240,
            check=False,
            **options,  # type: ignore[call-overload]
        )

    return run
