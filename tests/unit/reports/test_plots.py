"""Files that one can look at, made without touching matplotlib's global state."""

import subprocess
import sys

import matplotlib
import numpy as np
import PIL.Image
import pytest

from hardy.challenges.scorecard import Scorecard
from hardy.reports.plots import plot_challenge, plot_confusion, plot_curves
from hardy.training.history import EpochMetrics

NAN = float("nan")


def check_png(path):
    assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    with PIL.Image.open(path) as image:
        image.load()
        width, height = image.size
        darkest, _ = image.convert("L").getextrema()
        assert image.convert("RGB").getpixel((1, height - 2)) == (255, 255, 255)
    assert 400 <= width <= 2400 and 200 <= height <= 2400
    assert darkest < 128, "nothing is drawn"


@pytest.mark.parametrize(
    "history",
    [
        [],
        [EpochMetrics(1, 2.0, 0.3, NAN, NAN, 0.1, 1.0)],
        [EpochMetrics(1, NAN, NAN, NAN, NAN, NAN, NAN)],
        [EpochMetrics(e, 2 / e, 1 - 1 / e, float("inf") if e == 3 else 2 / e, NAN, 0.1, 1.0) for e in range(1, 31)],
    ],
    ids=["none", "one", "nan", "thirty"],
)
def test_curves(tmp_path, history):
    plot_curves(tmp_path / "c.png", history)
    check_png(tmp_path / "c.png")


@pytest.mark.parametrize("size", [1, 2, 30, 61])
def test_confusion(tmp_path, evaluate, size):
    rng = np.random.default_rng(0)
    names = tuple(f"class {number}" for number in range(size))
    evaluation = evaluate(rng.integers(0, size, 500).tolist(), rng.integers(0, size, 500).tolist(), names)
    plot_confusion(tmp_path / "c.png", evaluation)
    check_png(tmp_path / "c.png")


def test_confusion_of_nothing(tmp_path, evaluate):
    plot_confusion(tmp_path / "c.png", evaluate([], []))
    check_png(tmp_path / "c.png")


def test_challenge(tmp_path, score):
    plot_challenge(
        tmp_path / "c.png", Scorecard("m", (score("test", 90, 100), score("dark", 0, 100), score("none", 0, 0)))
    )
    check_png(tmp_path / "c.png")
    plot_challenge(tmp_path / "none.png", Scorecard("m", ()))
    check_png(tmp_path / "none.png")


def test_hostile_names(tmp_path, evaluate, score, hostile):
    size = len(hostile)
    plot_confusion(tmp_path / "a.png", evaluate(list(range(size)), [0] * size, hostile, hostile[-1]))
    plot_challenge(tmp_path / "b.png", Scorecard(hostile[-1], tuple(score(name, 1, 2) for name in hostile)))
    check_png(tmp_path / "a.png")
    check_png(tmp_path / "b.png")


def test_global_settings_are_left_alone(tmp_path, score):
    before = dict(matplotlib.rcParams)
    plot_challenge(tmp_path / "c.png", Scorecard("m", (score("test", 1, 2),)))
    assert dict(matplotlib.rcParams) == before


def test_no_pyplot():
    code = "import sys, hardy.reports.plots; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0


def test_pages_need_no_matplotlib():
    code = "import sys, hardy.reports; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0
