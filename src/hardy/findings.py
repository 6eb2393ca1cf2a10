"""Values that say how sure they are: proportions with intervals, and what a check found in the data."""

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["info", "warning", "error"]
SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error")

_Z95 = 1.959963984540054  # the 97.5% quantile of the normal distribution


@dataclass(frozen=True)
class Proportion:
    """So many of so many, with Wilson's 95% interval.

    Example:
        >>> p = Proportion(98, 100)
        >>> p.value, round(p.low, 3), round(p.high, 3)
        (0.98, 0.93, 0.994)
        >>> str(p)
        '98.0% (93.0–99.4, n=100)'

    Source: Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927, without
    continuity correction; equal to statsmodels' `proportion_confint(method="wilson")`.
    """

    successes: int
    n: int

    @property
    def value(self) -> float:
        """The share, NaN where there is nothing to share."""
        return self.successes / self.n if self.n else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Both ends of the 95% interval, within [0, 1]."""
        if not self.n:
            return 0.0, 1.0
        z2 = _Z95 * _Z95
        centre = (self.successes + z2 / 2) / (self.n + z2)
        spread = self.successes * (self.n - self.successes) / self.n + z2 / 4
        half = _Z95 / (self.n + z2) * math.sqrt(spread)
        low = 0.0 if self.successes == 0 else max(0.0, centre - half)
        high = 1.0 if self.successes == self.n else min(1.0, centre + half)
        return low, high

    @property
    def low(self) -> float:
        """The lower end of the interval."""
        return self.interval[0]

    @property
    def high(self) -> float:
        """The upper end of the interval."""
        return self.interval[1]

    def __str__(self) -> str:
        if not self.n:
            return "– (n=0)"
        value = f"{self.value:.1%}"
        if value in ("0.0%", "100.0%") and 0 < self.successes < self.n:
            value = f"{self.value:.2%}"
        return f"{value} ({100 * self.low:.1f}–{100 * self.high:.1f}, n={self.n:,})"

    def to_dict(self) -> dict[str, Any]:
        """For JSON: the counts, the value and the interval."""
        value = self.value if self.n else None
        return {"successes": self.successes, "n": self.n, "value": value, "low": self.low, "high": self.high}


@dataclass(frozen=True)
class Finding:
    """One thing that a check found in the data.

    Args:
        code: stable name, such as "class-too-small".
        severity: "info", "warning" or "error".
        message: what was found, in one sentence.
        fix: what to do about it, in one sentence; empty where there is nothing to do.
        value: the measured figure, where there is one.
        threshold: the figure it was held against.
        interval: 95% interval of `value`, where it is an estimate.
        sample_ids: the samples concerned, all of them.
        weight: how much it matters among findings of the same severity: the number of images concerned.
    """

    code: str
    severity: Severity
    message: str
    fix: str = ""
    value: float | None = None
    threshold: float | None = None
    interval: tuple[float, float] | None = None
    sample_ids: tuple[str, ...] = ()
    weight: int = 0

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def most_important(findings: list[Finding], count: int = 3) -> list[Finding]:
    """The findings that ask for an action, worst first.

    Example:
        >>> few = Finding("class-too-small", "warning", "few", fix="collect", weight=3)
        >>> lost = Finding("unreadable", "error", "lost", fix="replace", weight=1)
        >>> [f.code for f in most_important([few, lost])]
        ['unreadable', 'class-too-small']
    """
    wanting = [finding for finding in findings if finding.fix]
    return sorted(wanting, key=lambda f: (-SEVERITIES.index(f.severity), -f.weight))[:count]
