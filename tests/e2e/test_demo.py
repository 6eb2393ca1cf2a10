"""`hardy demo`: what a newcomer sees first."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from tests.e2e.test_commands import check_page

MOST_SECONDS = 60


def test_the_demo(hardy: Callable[..., "subprocess.CompletedProcess[str]"], tmp_path: Path) -> None:
    result = hardy("demo")
    assert result.returncode == 0, result.stderr
    assert "hardy:" not in result.stderr
    folder = tmp_path / "work" / "runs" / "demo-1"
    lines = result.stdout.splitlines()
    assert lines[-1] == "report: runs/demo-1/report.html"
    assert len(lines) < 60
    assert max(map(len, lines)) <= 80

    pictures = sorted((folder / "digits").rglob("*.png"))
    assert len(pictures) == 1797
    with Image.open(pictures[0]) as picture:
        assert (picture.size, picture.mode) == ((8, 8), "L")
    for command in ("audit", "pack", "train", "evaluate", "challenge"):
        assert f"$ hardy {command} runs/demo-1/" in result.stdout
    scores = {
        name: json.loads((folder / name / "scorecard.json").read_text())["scores"] for name in ("before", "after")
    }
    for number, name in enumerate(("test", "inverted", "shifted")):
        row = re.search(rf"^{name} +(\S+)% +(\S+)% +(\S+) ", result.stdout, re.M)
        assert row, result.stdout
        for figure, run in zip(row.groups(), ("before", "after"), strict=False):
            assert abs(float(figure) - 100 * scores[run][number]["accuracy"]["value"]) < 0.051
    before, after = ({s["name"]: s["accuracy"]["value"] for s in scores[name]} for name in ("before", "after"))
    assert after["inverted"] > before["inverted"] + 0.5
    assert after["shifted"] > before["shifted"] + 0.2
    assert after["test"] > 0.93
    check_page(folder / "report.html", "inverted", "as collected", "augmented")
    check_page(folder / "before" / "report.html", "179 test pictures")

    again = hardy("demo", "--out", folder)
    assert again.returncode == 2
    assert "demo-1-2" in again.stderr
