"""Kill a training at a random moment, go on, and end with the same weights as if nothing had happened."""

import csv
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from hardy.cli.app import run_command
from tests.e2e.conftest import HARDY, snapshot, write_pictures

KILLS = 5
TRAIN = [
    "--epochs",
    "6",
    "--batch-size",
    "16",
    "--quiet",
    "--augment",
    "[Translate: {fraction: 0.1}, Invert: {p: 0.1}]",
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Enough pictures that an epoch takes long enough to be hit in its middle."""
    root = tmp_path_factory.mktemp("kill")
    write_pictures(root / "photos" / "dark", 600, bright=False)
    write_pictures(root / "photos" / "light", 600, bright=True)
    assert run_command(["pack", str(root / "photos"), "--out", str(root / "x.hardy"), "-q"]) == 0
    return root / "x.hardy"


def weights(run: Path) -> bytes:
    return (run / "model" / "model.safetensors").read_bytes()


def metrics_without_times(run: Path) -> list[dict[str, str]]:
    rows = list(csv.DictReader((run / "metrics.csv").read_text().splitlines()))
    return [{name: value for name, value in row.items() if name != "seconds"} for row in rows]


def test_killed_at_random_moments_and_resumed(store: Path, tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    line = [*HARDY, "train", str(store), *TRAIN]
    began = time.monotonic()
    subprocess.run([*line, "--out", str(whole)], check=True, timeout=120, capture_output=True)
    took = time.monotonic() - began

    choose = random.Random(0)
    killed_while_training = 0
    for _ in range(KILLS):
        process = subprocess.Popen([*line, "--out", str(broken), "--resume"], stderr=subprocess.PIPE)
        deadline = time.monotonic() + 60
        while not (broken / "config.yaml").exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(choose.uniform(0, took / KILLS))
        killed_while_training += process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert killed_while_training >= KILLS - 1, "the training was over before it could be killed"
    subprocess.run([*line, "--out", str(broken), "--resume"], check=True, timeout=120, capture_output=True)

    assert weights(broken) == weights(whole)
    assert metrics_without_times(broken) == metrics_without_times(whole)
    assert (broken / "predictions.csv").read_bytes() == (whole / "predictions.csv").read_bytes()


def test_stopped_in_the_middle_of_an_epoch(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Saved after every step and stopped inside an epoch: the resumed half uses the loader's own state."""
    from hardy.progress import Silent
    from hardy.training import fit

    monkeypatch.setattr(fit, "CHECKPOINT_EVERY_S", -1.0)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    line = ["train", str(store), "--epochs", "2", "--batch-size", "64", "--quiet"]
    assert run_command([*line, "--out", str(whole)]) == 0

    class Stopped(Exception):
        pass

    def stop(self: Silent, stage: str, done: int, total: int, note: str = "") -> None:
        if stage == "training" and done == 23:
            raise KeyboardInterrupt

    monkeypatch.setattr("hardy.cli.terminal.Reporter.advance", stop)
    assert run_command([*line, "--out", str(broken)]) == 130
    monkeypatch.undo()
    assert run_command([*line, "--out", str(broken)]) == 2, "without --resume it must not go on"
    assert run_command([*line, "--out", str(broken), "--resume"]) == 0
    assert weights(broken) == weights(whole)
    assert metrics_without_times(broken) == metrics_without_times(whole)


def test_same_seed_same_bits_and_threads_do_not_matter(store: Path, tmp_path: Path) -> None:
    line = ["train", str(store), *TRAIN[2:], "--epochs", "2"]
    for name, more in (("a", []), ("b", []), ("one", ["--threads", "1"]), ("four", ["--threads", "4"])):
        assert run_command([*line, "--out", str(tmp_path / name), *more]) == 0
    assert run_command([*line, "--out", str(tmp_path / "other"), "--seed", "1"]) == 0
    first = weights(tmp_path / "a")
    assert [weights(tmp_path / name) == first for name in ("b", "one", "four", "other")] == [True, True, True, False]


def test_another_training_in_its_place_is_refused(
    store: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert run_command(["train", str(store), "--epochs", "1", "--out", str(out), "-q"]) == 0
    before = snapshot(out)
    assert run_command(["train", str(store), "--epochs", "2", "--out", str(out), "-q", "--resume"]) == 2
    assert "another training" in capfd.readouterr().err
    assert snapshot(out) == before
