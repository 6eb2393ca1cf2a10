"""Figures drawn as SVG inside the page: sharp at any size, coloured by the style sheet, by day and by night."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from markupsafe import Markup

from hardy.findings import Proportion
from hardy.reports.rendering import render

# In the units of the view box; the page shows it 330 to 470 pixels wide, so letters stay readable on a phone.
_WIDTH, _HEIGHT = 360, 230
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 82, 12, 34
_LABEL_GAP = 14
_MOST_DOTS = 20


@dataclass(frozen=True)
class Line:
    """One curve.

    Args:
        label: written at its end.
        values: one per place on the x axis; what is not finite is left out.
        role: "train" is dashed and grey, "val" solid and blue.
    """

    label: str
    values: Sequence[float]
    role: Literal["train", "val"]


def choose_ticks(low: float, high: float, most: int = 6, whole: bool = False) -> list[float]:
    """Round numbers, evenly spaced, that enclose a range.

    Args:
        low: smallest value.
        high: largest value.
        most: ticks, at most.
        whole: whole numbers only.

    Example:
        >>> choose_ticks(0.03, 1.87)
        [0.0, 0.5, 1.0, 1.5, 2.0]
    """
    if high <= low:
        room = max(abs(high) * 0.05, 0.005)
        low, high = (low - 1, high + 1) if whole else (low - room, high + room)
    exponent = math.floor(math.log10((high - low) / most))
    steps = (factor * 10.0**power for power in range(exponent, exponent + 3) for factor in (1, 2, 2.5, 5))
    for step in steps:
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if last - first < most and not (whole and step != round(step)):
            digits = max(0, 2 - math.floor(math.log10(step)))
            return [round(place * step, digits) for place in range(first, last + 1)]
    return [low, high]


def _write_ticks(ticks: list[float], as_percent: bool) -> list[str]:
    """With as many decimals as tell them apart."""
    factor = 100 if as_percent else 1
    values = [factor * tick for tick in ticks]
    digits = next((d for d in range(6) if all(abs(v - round(v, d)) < 1e-9 for v in values)), 6)
    return [f"{value:,.{digits}f}{'%' if as_percent else ''}".replace("-", "−") for value in values]


def _make_path(places: list[tuple[float, float] | None]) -> tuple[str, list[tuple[str, str]]]:
    """A path that breaks where values are missing, and the points that no path shows because they stand alone."""
    commands: list[str] = []
    alone = []
    for index, place in enumerate(places):
        if place is None:
            continue
        joined = index > 0 and places[index - 1] is not None
        followed = index + 1 < len(places) and places[index + 1] is not None
        x, y = f"{place[0]:.1f}", f"{place[1]:.1f}"
        commands.append(f"{'L' if joined else 'M'}{x} {y}")
        if not (joined or followed) or len(places) <= _MOST_DOTS:
            alone.append((x, y))
    return "".join(commands), alone


def _spread_labels(heights: list[float]) -> list[float]:
    """Move labels apart that would lie on each other, and keep them inside the frame."""
    order = sorted(range(len(heights)), key=heights.__getitem__)
    moved = list(heights)
    for above, below in pairwise(order):
        gap = moved[below] - moved[above]
        if gap < _LABEL_GAP:
            shift = (_LABEL_GAP - gap) / 2
            moved[above] -= shift
            moved[below] += shift
    over = max(moved, default=0) - (_HEIGHT - _BOTTOM)
    under = _TOP - min(moved, default=_TOP)
    offset = -over if over > 0 else max(0.0, under)
    return [height + offset for height in moved]


def draw_lines(title: str, epochs: Sequence[int], lines: Sequence[Line], as_percent: bool = False) -> Markup:
    """Draw curves over epochs.

    Args:
        title: says what is shown; also read aloud by screen readers.
        epochs: places on the x axis.
        lines: one value per epoch each; a line without any finite value is left out.
        as_percent: the values are shares, 0 to 1.
    """
    shown = [line for line in lines if any(math.isfinite(value) for value in line.values)]
    finite = [value for line in shown for value in line.values if math.isfinite(value)]
    if not finite:
        return render("line_chart.html", title=title, empty=True)
    y_ticks = choose_ticks(min(finite) if as_percent else min(0.0, *finite), max(finite))
    if as_percent:
        y_ticks = [tick for tick in y_ticks if 0 <= tick <= 1]
    bottom, top = min(y_ticks[0], *finite), max(y_ticks[-1], *finite)
    first, last = min(epochs), max(epochs)
    x_ticks = [tick for tick in choose_ticks(first, last, 7, whole=True) if first <= tick <= last]

    def place_x(epoch: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * ((epoch - first) / (last - first) if last > first else 0.5)

    def place_y(value: float) -> float:
        share = (value - bottom) / (top - bottom) if top > bottom else 0.5
        return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * share

    curves: list[dict[str, Any]] = []
    ends = []
    for line in shown:
        pairs = zip(epochs, line.values, strict=True)
        places = [(place_x(epoch), place_y(value)) if math.isfinite(value) else None for epoch, value in pairs]
        path, dots = _make_path(places)
        end = [place for place in places if place is not None][-1]
        ends.append(end[1])
        curves.append({"label": line.label, "role": line.role, "path": path, "dots": dots, "end": end})
    heights = _spread_labels(ends)
    return render(
        "line_chart.html",
        empty=False,
        title=title,
        frame={
            "width": _WIDTH,
            "height": _HEIGHT,
            "left": _LEFT,
            "right": _WIDTH - _RIGHT,
            "bottom": _HEIGHT - _BOTTOM,
        },
        x_ticks=[(f"{place_x(tick):.1f}", f"{tick:,.0f}") for tick in x_ticks or [first]],
        y_ticks=[
            (f"{place_y(t):.1f}", text) for t, text in zip(y_ticks, _write_ticks(y_ticks, as_percent), strict=True)
        ],
        curves=[curve | {"label_y": f"{height + 4:.1f}"} for curve, height in zip(curves, heights, strict=True)],
    )


def draw_proportion(proportion: Proportion, tone: Literal["blue", "red"] = "blue") -> Markup:
    """Draw a bar from 0 to 100% with whiskers at the ends of the 95% interval.

    The figures stand beside it as text, so screen readers pass over it.
    """
    if not proportion.n:
        return Markup('<svg class="bar" aria-hidden="true"><rect class="track" width="100%" height="100%"/></svg>')
    value, low, high = (f"{100 * part:.2f}%" for part in (proportion.value, proportion.low, proportion.high))
    return Markup(
        '<svg class="bar {}" aria-hidden="true"><rect class="track" width="100%" height="100%"/>'
        '<rect class="fill" width="{}" height="100%"/>'
        '<line class="whisker" x1="{}" x2="{}" y1="50%" y2="50%"/>'
        '<line class="whisker" x1="{}" x2="{}" y1="20%" y2="80%"/>'
        '<line class="whisker" x1="{}" x2="{}" y1="20%" y2="80%"/></svg>'
    ).format(tone, value, low, high, low, low, high, high)


def draw_share(share: float, tone: Literal["blue", "red", "grey"] = "blue") -> Markup:
    """Draw a plain bar for a share of something, 0 to 1, without an interval: a count, or one probability."""
    width = f"{100 * min(1.0, max(0.0, share)):.2f}%" if math.isfinite(share) else "0%"
    return Markup(
        '<svg class="bar thin {}" aria-hidden="true"><rect class="track" width="100%" height="100%"/>'
        '<rect class="fill" width="{}" height="100%"/></svg>'
    ).format(tone, width)
