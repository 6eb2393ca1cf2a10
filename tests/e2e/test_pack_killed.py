"""Kill a pack at random moments: the store is not there or whole, and the same line ends with the same bytes."""

import random
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest

from hardy.store import verify
from tests.builders import content, encoded, write
from tests.e2e.conftest import HARDY


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Enough pictures that packing takes a second, most of it before the end."""
    root = tmp_path_factory.mktemp("kill") / "photos"
    generator = np.random.default_rng(0)
    for number in range(400):
        name = ("cats", "dogs")[number % 2]
        coarse = generator.integers(0, 256, (12, 16, 3), np.uint8)
        image = np.kron(coarse, np.ones((32, 32, 1), np.uint8))
        write(root / name / f"{number:04d}.jpg", encoded(image, "JPEG"))
    return root


@pytest.mark.parametrize("profile", ["raw", "original"])
@pytest.mark.parametrize("kills", [3, pytest.param(25, marks=[pytest.mark.slow, pytest.mark.timeout(3_000)])])
def test_killed_at_random_moments(photos: Path, tmp_path: Path, profile: str, kills: int) -> None:
    size = ["--size", "160", "160"] if profile == "raw" else []
    line = [*HARDY, "pack", str(photos), "--profile", profile, *size, "--quiet", "--out"]
    began = time.monotonic()
    subprocess.run([*line, str(tmp_path / "whole.hardy")], check=True, capture_output=True, timeout=240)
    took = time.monotonic() - began
    out = tmp_path / "a.hardy"
    choose = random.Random(kills)
    done = 0
    for number in range(kills):
        process = subprocess.Popen([*line, str(out)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(choose.uniform(0.2, 1.0) * took)
        process.send_signal(signal.SIGKILL)
        process.wait()
        if out.exists():  # it was whole before it got its name
            assert verify(out).problems == (), number
            assert content(out) == content(tmp_path / "whole.hardy"), number
            done += 1
            for file in out.iterdir():
                file.unlink()
            out.rmdir()
    finished = subprocess.run([*line, str(out)], check=False, capture_output=True, text=True, timeout=240)
    assert finished.returncode == 0, finished.stderr
    assert content(out) == content(tmp_path / "whole.hardy")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.hardy", "whole.hardy"]
    assert kills < 25 or done < kills


def test_ctrl_c_says_how_to_go_on(photos: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.hardy"
    process = subprocess.Popen(
        [*HARDY, "pack", str(photos), "--out", str(out), "--size", "160", "160"], stderr=subprocess.PIPE, text=True
    )
    journal = tmp_path / ".hardy-a.hardy.partial" / "journal.jsonl"
    deadline = time.monotonic() + 120
    while not journal.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    if process.returncode == 0:
        pytest.skip("it was done before it could be stopped")
    assert process.returncode == 130
    assert "the same line goes on" in said
    assert "Traceback" not in said
    assert not out.exists()
    subprocess.run(
        [*HARDY, "pack", str(photos), "--out", str(out), "--size", "160", "160", "-q"], check=True, timeout=240
    )
    assert verify(out).problems == ()
