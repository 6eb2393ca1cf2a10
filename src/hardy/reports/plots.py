"""Plots as PNG files for the run folder, by matplotlib's objects: no pyplot, no global state."""

import io
import math
from functools import cache
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, get_font
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator, PercentFormatter

from hardy.challenges.scorecard import Scorecard
from hardy.files import write_file
from hardy.reports.wording import count, interval, make_writable, percent, shorten
from hardy.training.evaluation import Evaluation
from hardy.training.history import EpochMetrics

_INK, _SOFT, _LINE, _GREY, _BLUE, _FILL = "#1b1d21", "#565b64", "#e4e4df", "#8a8f98", "#1f5fd0", "#6f9ee8"
_FONT = "DejaVu Sans"  # comes with matplotlib: the same picture on every machine
_DPI = 140
_MOST_NUMBERS = 30
_MOST_NAMES = 60


@cache
def _drawable() -> frozenset[int]:
    return frozenset(get_font(findfont(_FONT)).get_charmap())


def _write_name(name: str, length: int = 24) -> str:
    """A name that matplotlib can draw: no formulas between dollar signs, a box for what the font lacks."""
    text = "".join(sign if ord(sign) in _drawable() else "□" for sign in shorten(make_writable(name), length))
    return text.replace("$", r"\$")


def _make_figure(width: float, height: float) -> tuple[Figure, FigureCanvasAgg]:
    figure = Figure(figsize=(width, height), dpi=_DPI, facecolor="white", layout="constrained")
    return figure, FigureCanvasAgg(figure)


def _style(axes: Axes, grid: str | None) -> None:
    """Thin grid lines in one direction, a frame only where the figures stand."""
    axes.set_facecolor("white")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_GREY)
    axes.tick_params(colors=_SOFT, labelsize=9, length=0)
    axes.set_axisbelow(True)
    if grid:
        axes.grid(axis=grid, color=_LINE, linewidth=0.8)  # type: ignore[arg-type]


def _title(axes: Axes, title: str, note: str) -> None:
    axes.set_title(title, loc="left", fontsize=12, fontweight="bold", color=_INK, pad=24)
    axes.annotate(note, (0, 1), (0, 8), "axes fraction", textcoords="offset points", fontsize=9, color=_SOFT)


def _save(path: Path, figure: Figure, canvas: FigureCanvasAgg) -> None:
    for text in figure.findobj(Text):
        text.set_fontfamily(_FONT)
        text.set_usetex(False)
    buffer = io.BytesIO()
    canvas.print_png(buffer)
    write_file(path, buffer.getvalue())


def plot_curves(path: Path, history: list[EpochMetrics]) -> None:
    """Loss and accuracy over the epochs, side by side.

    Args:
        path: of the PNG file; what is there is replaced.
        history: one entry per epoch; may be empty.

    Raises:
        OutputError: the place cannot be written.
    """
    figure, canvas = _make_figure(10, 4)
    epochs = [row.epoch for row in history]
    left, right = figure.subplots(1, 2)
    panels = (
        (left, "Loss", "cross-entropy, nats", [r.train_loss for r in history], [r.val_loss for r in history]),
        (right, "Accuracy", "share right", [r.train_accuracy for r in history], [r.val_accuracy for r in history]),
    )
    for axes, title, unit, train, val in panels:
        _style(axes, "y")
        _title(axes, title, f"{count(len(history), 'epoch')}; train: pictures as altered; validation: as they are")
        marker = "o" if len(history) <= 20 else None
        for label, values, colour, dashes in (("train", train, _GREY, "--"), ("validation", val, _BLUE, "-")):
            if any(math.isfinite(value) for value in values):
                numbers = np.where(np.isfinite(values), values, np.nan)  # infinity would push all else out of sight
                axes.plot(epochs, numbers, dashes, color=colour, label=label, linewidth=2, marker=marker, markersize=4)
        axes.set_xlabel("epoch", color=_SOFT)
        axes.set_ylabel(unit, color=_SOFT)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8, steps=[1, 2, 5, 10]))
        if axes.lines:
            place = "upper right" if axes is left else "lower right"
            axes.legend(loc=place, frameon=False, fontsize=9, labelcolor=_INK)
        if len(epochs) == 1:
            axes.set_xlim(epochs[0] - 1, epochs[0] + 1)
            axes.set_xticks(epochs)
    left.set_ylim(bottom=0)
    if len(epochs) == 1:
        right.set_ylim(0, 1.02)
    right.yaxis.set_major_formatter(PercentFormatter(1.0))
    _save(path, figure, canvas)


def plot_confusion(path: Path, evaluation: Evaluation) -> None:
    """The confusion matrix, shaded by the share of the row; up to 30 classes with the counts.

    Args:
        path: of the PNG file; what is there is replaced.
        evaluation: of any labelled pictures.

    Raises:
        OutputError: the place cannot be written.
    """
    confusion, size = evaluation.confusion, len(evaluation.classes)
    side = min(12.0, max(4.8, 2.2 + 0.42 * size))
    figure, canvas = _make_figure(side + 1.2, side)
    axes = figure.subplots()
    _style(axes, None)
    axes.spines["bottom"].set_visible(False)
    shares = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    shades = LinearSegmentedColormap.from_list("shares", ["#ffffff", "#c9dbf8", "#6f9ee8", _BLUE])
    drawn = axes.imshow(np.sqrt(shares), cmap=shades, vmin=0, vmax=1, interpolation="nearest")
    _title(
        axes,
        f"Confusions on {_write_name(evaluation.name)} pictures",
        f"n = {count(evaluation.accuracy.n)}, {percent(evaluation.accuracy.value)} right",
    )
    axes.set_xlabel("predicted class", color=_SOFT)
    axes.set_ylabel("true class", color=_SOFT)
    if size <= _MOST_NAMES:
        names = [_write_name(name, 18) for name in evaluation.classes]
        longest = max((len(name) for name in names), default=0)
        font = 9 if size <= _MOST_NUMBERS else 6
        axes.set_xticks(
            range(size),
            names,
            rotation=0 if longest <= 3 else 45,
            ha="center" if longest <= 3 else "right",
            rotation_mode="anchor",
            fontsize=font,
        )
        axes.set_yticks(range(size), names, fontsize=font)
    if size <= _MOST_NUMBERS:
        for true, called in zip(*np.nonzero(confusion), strict=True):
            colour = "white" if shares[true, called] > 0.5 else _INK
            axes.text(
                called,
                true,
                count(int(confusion[true, called])),
                ha="center",
                va="center",
                fontsize=8 if size <= 15 else 6,
                color=colour,
            )
    bar = figure.colorbar(
        drawn, ax=axes, fraction=0.035, pad=0.02, ticks=[math.sqrt(s) for s in (0, 0.01, 0.1, 0.25, 0.5, 1)]
    )
    bar.ax.set_yticklabels(["0%", "1%", "10%", "25%", "50%", "100%"], fontsize=8, color=_SOFT)
    bar.set_label("share of the true class (square-root scale)", fontsize=8, color=_SOFT)
    bar.outline.set_visible(False)
    bar.ax.tick_params(length=0)
    _save(path, figure, canvas)


def plot_challenge(path: Path, scorecard: Scorecard) -> None:
    """Accuracy on each challenge set with its 95% interval.

    Args:
        path: of the PNG file; what is there is replaced.
        scorecard: the plain set is the one called "test"; a line marks it.

    Raises:
        OutputError: the place cannot be written.
    """
    scores = scorecard.scores
    figure, canvas = _make_figure(8, 1.7 + 0.42 * max(2, len(scores)))
    axes = figure.subplots()
    _style(axes, "x")
    places = list(range(len(scores)))
    for place, score in zip(places, scores, strict=True):
        accuracy = score.accuracy
        if not accuracy.n:
            axes.text(0.01, place, "n = 0", va="center", fontsize=9, color=_SOFT)
            continue
        axes.barh(place, accuracy.value, height=0.62, color=_GREY if score.name == "test" else _FILL)
        spread = [[max(0.0, accuracy.value - accuracy.low)], [max(0.0, accuracy.high - accuracy.value)]]
        axes.errorbar(accuracy.value, place, xerr=spread, color=_INK, capsize=3, linewidth=1.2)
        text = f"{percent(accuracy.value)}  ({interval(accuracy)})"
        axes.text(1.02, place, text, va="center", fontsize=9, color=_INK)
    plain = next((s.accuracy.value for s in scores if s.name == "test" and s.accuracy.n), None)
    if plain is not None:
        axes.axvline(plain, color=_GREY, linewidth=1, linestyle=":")
    sizes = sorted({score.accuracy.n for score in scores})
    n = " to ".join(count(size) for size in dict.fromkeys([*sizes[:1], *sizes[-1:]]))
    _title(
        axes,
        f"Challenge sets: {_write_name(scorecard.model, 32)}",
        f"n = {n or 0} pictures a set; whiskers and brackets: 95% interval; dotted: the set “test”",
    )
    axes.set_yticks(places, [_write_name(score.name) for score in scores], fontsize=10)
    axes.set_ylim(max(len(scores), 1) - 0.4, -0.6)
    axes.set_xlim(0, 1.005)
    axes.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1.0], ["0%", "20%", "40%", "60%", "80%", "100%"])
    axes.set_xlabel("accuracy", color=_SOFT)
    _save(path, figure, canvas)
