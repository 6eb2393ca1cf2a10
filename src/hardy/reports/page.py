"""One page: the verdict first, then what was measured, then the rest. One file, no network, no script."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from markupsafe import Markup

from hardy.files import write_file
from hardy.reports.rendering import render
from hardy.reports.wording import make_writable

Tone = Literal["good", "warning", "bad"]

_STYLE = Path(__file__).parent / "templates" / "style.css"

# The tone as a sign and in words, so that colour is not the only mark.
_TONES: dict[Tone, tuple[str, str]] = {
    "good": ("✓", "No warnings"),
    "warning": ("!", "Warning"),
    "bad": ("×", "Problem"),
}


@dataclass(frozen=True)
class Section:
    """One part of a page.

    Args:
        title: the heading.
        html: the body, with everything that came from users already escaped.
        anchor: its name within the page, of letters, digits and hyphens.
    """

    title: str
    html: Markup
    anchor: str


@dataclass(frozen=True)
class Verdict:
    """What a page comes to.

    Args:
        headline: one sentence.
        tone: "good" (no rule raised a warning), "warning" or "bad".
        points: what else to know, a sentence each.
    """

    headline: str
    tone: Tone
    points: list[str] = field(default_factory=list)


def _name_apart(sections: list[Section]) -> list[tuple[str, Section]]:
    """Give each section an anchor of its own: two evaluations on one page have the same."""
    taken: set[str] = set()
    named = []
    for section in sections:
        anchor, number = section.anchor, 2
        while anchor in taken:
            anchor, number = f"{section.anchor}-{number}", number + 1
        taken.add(anchor)
        named.append((anchor, section))
    return named


def write_page(path: Path, title: str, verdict: Verdict, sections: list[Section]) -> None:
    """Write a page that opens from disk without a network.

    Args:
        path: where to; what is there is replaced.
        title: the heading of the page.
        verdict: shown first.
        sections: in the order they are shown.

    Raises:
        OutputError: the place cannot be written.
    """
    sign, label = _TONES[verdict.tone]
    html = render(
        "page.html",
        title=title,
        verdict=verdict,
        sign=sign,
        label=label,
        sections=_name_apart(sections),
        style=Markup(_STYLE.read_text(encoding="utf-8")),
    )
    write_file(path, make_writable(html))
