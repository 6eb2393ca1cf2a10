"""hardy augment in a process of its own: what comes back, and what is left when it is stopped."""

import json
import os
import resource
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import yaml

from hardy.cli.app import run_command
from tests.builders import content, encoded, folder, pixels, write
from tests.e2e.conftest import HARDY

POLICY = """\
# what the belt does to pictures
- HorizontalFlip
- Rotate: {limit: incline, border_mode: reflect}
- OneOf:
    transforms:
      - GaussianBlur
      - GaussianNoise: {std_range: [0.05, 0.155]}
- Brightness
"""
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Grey and colour, of odd sizes, PNG and JPEG, and one that is broken."""
    root = tmp_path / "photos"
    for number in range(24):
        size, channels = [(17, 11), (11, 23), (31, 7)][number % 3], 1 + 2 * (number % 2)
        kind = ("PNG", "JPEG")[number % 4 // 2]
        image = encoded(pixels(*size, channels, seed=number), kind)
        write(root / ("ant", "bee")[number % 2] / f"{number:02d}.{kind.lower()}", image)
    write(root / "ant" / "broken.png", b"no picture")
    write(tmp_path / "policy.yaml", POLICY.encode())
    return root


def test_a_dataset_is_enlarged_looked_at_trained_on_and_made_again(hardy: Run, photos: Path, tmp_path: Path) -> None:
    line = ["augment", photos, "--policy", tmp_path / "policy.yaml", "--times", 4, "--test", "0.25", "--val", "0.25"]
    done = hardy(*line, "--out", tmp_path / "big", "--threads", 1)
    assert done.returncode == 0, done.stderr
    assert "1 of 25 pictures cannot be read" in done.stderr
    assert done.stdout.splitlines() == [
        "13 training pictures became 65 (×5)",
        "held out, as they are: val 5, test 6",
        "24 pictures before, 76 after",
        f"folder: {tmp_path / 'big'}",
        f"numbers of every copy: {tmp_path / 'big' / 'augmentation.jsonl'}",
        "1 left out, which cannot be read or have no label",
    ]
    assert {entry.name for entry in (tmp_path / "big").iterdir()} == {"train", "val", "test", "augmentation.jsonl"}

    two = hardy(*line, "--out", tmp_path / "two", "--threads", 2, "--json")
    assert json.loads(two.stdout)["factor"] == 5 and json.loads(two.stdout)["rows_after"] == 76
    assert content(tmp_path / "two") == content(tmp_path / "big")

    again = hardy("augment", photos, "--replay", tmp_path / "big", "--out", tmp_path / "again", "--quiet")
    assert again.returncode == 0, again.stderr
    assert content(tmp_path / "again") == content(tmp_path / "big")

    trained = hardy(
        "train", tmp_path / "big", "--epochs", 1, "--size", 12, 12, "--out", tmp_path / "run", "--model", "conv-4",
        "--augment", "[HorizontalFlip, MixUp: {alpha: 0.2}]",
    )  # fmt: skip
    assert trained.returncode == 0, trained.stderr
    config = yaml.safe_load((tmp_path / "run" / "config.yaml").read_text())
    assert config["train"]["augment"] == [{"HorizontalFlip": {"p": 0.5}}, {"MixUp": {"alpha": 0.2, "p": 1.0}}]


def test_a_sheet_is_made(hardy: Run, photos: Path, tmp_path: Path) -> None:
    line = ["augment", photos, "--policy", tmp_path / "policy.yaml", "--times", 3, "--preview", tmp_path / "sheet.png"]
    done = hardy(*line, "--pictures", 2)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"preview: {tmp_path / 'sheet.png'}\n"
    with PIL.Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.mode == "RGB" and sheet.width == 16 + 4 * (208 + 16)
        assert np.asarray(sheet).min() < 60
    before = (tmp_path / "sheet.png").read_bytes()
    assert hardy(*line, "--pictures", 2).returncode == 0
    refused = hardy(*line, "--pictures", 5)
    assert refused.returncode == 2 and "sheet-2.png" in refused.stderr
    assert (tmp_path / "sheet.png").read_bytes() == before


def test_wrong_policies_name_the_line(hardy: Run, photos: Path, tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(POLICY.replace("GaussianBlur", "GaussianBlurr"))
    done = hardy("augment", photos, "--policy", path, "--out", tmp_path / "out")
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1
    assert f"{path}, line 6: no transform is called 'GaussianBlurr' (did you mean 'GaussianBlur'?)" in done.stderr
    path.write_text(POLICY.replace("limit: incline, ", "limit: [incline, "))
    done = hardy("augment", photos, "--policy", path, "--out", tmp_path / "out")
    assert done.returncode == 2 and f"{path} is not YAML: line 3, column " in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_place_that_cannot_be_written(hardy: Run, photos: Path, tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    line = ["augment", photos, "--policy", "[Invert]", "--out", tmp_path / "locked" / "out"]
    done = hardy(*line)
    assert done.returncode == 2 and "cannot write" in done.stderr and "--out" in done.stderr


@pytest.mark.parametrize("name", ["out", "out.hardy"])
def test_a_full_disk_leaves_no_name(tmp_path: Path, name: str, capfd: pytest.CaptureFixture[str]) -> None:
    root = folder(tmp_path / "photos", {"ant": 8, "bee": 8}, (97, 89))
    line = ["augment", str(root), "--policy", "[Invert]", "--out"]
    assert run_command([*line, str(tmp_path / "first" / name)]) == 0  # what Numba keeps on the disk is there now
    capfd.readouterr()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))  # to a program this is what a full disk is
    kept = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        code = run_command([*line, str(tmp_path / "place" / name)])
    finally:
        signal.signal(signal.SIGXFSZ, kept)
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    said = capfd.readouterr().err
    assert code == 2, said
    assert f"cannot write {tmp_path / 'place'}" in said and "Traceback" not in said
    assert not (tmp_path / "place" / name).exists()
    assert run_command([*line, str(tmp_path / "place" / name)]) == 0
    assert content(tmp_path / "place" / name) == content(tmp_path / "first" / name)


@pytest.mark.parametrize("name", ["out", "out.hardy"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_what_is_stopped_has_no_name(tmp_path: Path, name: str, number: signal.Signals) -> None:
    root = tmp_path / "photos"
    for row in range(60):
        write(root / ("ant", "bee")[row % 2] / f"{row:02d}.png", encoded(pixels(97, 89, 3, seed=row)))
    place = tmp_path / "place"
    line = [
        *HARDY, "augment", str(root), "--policy", "[GaussianBlur: {p: 1}, Rotate: {p: 1}]", "--times", "40", "-q",
        "--out", str(place / name),
    ]  # fmt: skip
    process = subprocess.Popen(line, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while not (place.exists() and any(place.rglob("*.png"))) and not any(place.rglob("*.arrow")):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(number)
    _, said = process.communicate(timeout=120)
    assert process.returncode == (130 if number == signal.SIGINT else -number), said
    assert not (place / name).exists()
    assert "Traceback" not in said
    if number == signal.SIGINT and name == "out":
        assert not list(place.iterdir())
