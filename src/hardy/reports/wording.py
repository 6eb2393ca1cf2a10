"""How figures and names are written in reports: one decimal, thousands separators, true minus signs, short names."""

import math
import re

from hardy.findings import Proportion

NOTHING = "–"
"""Stands where there is no figure."""

# Control characters have no place in HTML; Unicode holds a picture of each: ␊ for a line feed. What turns the direction
# of writing would turn the text around the name too.
_CONTROL_PICTURES = {code: 0x2400 + code for code in range(32)} | {0x7F: 0x2421}
_CONTROL_PICTURES |= dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], 0xFFFD)
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def percent(value: float) -> str:
    """A share as a percentage of one decimal; two where one would turn nearly all into all, or hardly any into none.

    Example:
        >>> percent(0.98765), percent(0.9998), percent(0.00001), percent(float("nan"))
        ('98.8%', '99.98%', '<0.01%', '–')
    """
    if not math.isfinite(value):
        return NOTHING
    text = f"{100 * value:.1f}%"
    if not 0 < value < 1 or text not in ("0.0%", "100.0%"):
        return text
    text = f"{100 * value:.2f}%"
    return {"0.00%": "<0.01%", "100.00%": ">99.99%"}.get(text, text)


def interval(proportion: Proportion) -> str:
    """Both ends of the 95% interval in per cent.

    Example:
        >>> interval(Proportion(98, 100))
        '93.0–99.4'
    """
    return f"{100 * proportion.low:.1f}–{100 * proportion.high:.1f}" if proportion.n else NOTHING


def half_width(proportion: Proportion) -> str:
    """Half the width of the 95% interval, in points.

    Example:
        >>> half_width(Proportion(98, 100))
        '3.2'
    """
    half = 50 * (proportion.high - proportion.low)
    return f"{half:.1f}" if half >= 0.05 else f"{half:.2g}"


def points(change: float) -> str:
    """A difference of two shares in percentage points, always with its sign.

    Example:
        >>> points(0.0312), points(-0.2), points(-0.0001)
        ('+3.1', '−20.0', '0.0')
    """
    if not math.isfinite(change):
        return NOTHING
    text = f"{100 * change:+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text.replace("-", "−")


def count(number: int, noun: str = "", plural: str = "") -> str:
    """A whole number with thousands separators, with its noun where one is given.

    Example:
        >>> count(10000), count(1, "picture"), count(2, "class", "classes")
        ('10,000', '1 picture', '2 classes')
    """
    figure = f"{number:,}".replace("-", "−")
    return f"{figure} {noun if number == 1 else plural or noun + 's'}" if noun else figure


def number(value: float) -> str:
    """Any figure, to four significant digits; whole numbers in full.

    Example:
        >>> number(1234.0), number(0.0123456), number(-2.5), number(float("nan"))
        ('1,234', '0.01235', '−2.5', '–')
    """
    if not math.isfinite(value):
        return NOTHING
    text = f"{value:,.0f}" if value == round(value) and abs(value) < 1e15 else f"{value:.4g}"
    return text.replace("-", "−")


def shorten(name: str, length: int = 48) -> str:
    """A name on one line, its middle left out where it is too long: the end of a path says more than its middle.

    Example:
        >>> shorten("a" * 30 + "/picture.png", 16)
        'aaaaaa…cture.png'
        >>> shorten("two\\nlines")
        'two␊lines'
    """
    line = name.translate(_CONTROL_PICTURES)
    if len(line) <= length:
        return line
    head = (length - 1) * 2 // 5
    return line[:head] + "…" + line[len(line) - (length - 1 - head) :]


def make_writable(text: str) -> str:
    r"""Replace what UTF-8 or HTML cannot hold by something visible.

    A byte that was no valid text in a file name arrives as a lone surrogate; it is shown as `\x` and its value.

    Example:
        >>> make_writable("caf\udce9.png")
        'caf\\xe9.png'
    """

    def spell(match: re.Match[str]) -> str:
        code = ord(match.group())
        return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"

    return _UNWRITABLE.sub("�", _SURROGATE.sub(spell, text))
