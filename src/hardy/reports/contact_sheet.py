"""Pictures and their altered copies on one sheet: the original first in each row, every copy with its numbers below."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import PIL.Image
import PIL.ImageDraw
import PIL.ImageFont
from jaxtyping import UInt8

from hardy.augmentation.offline.sample import Altered, Example
from hardy.pixels import Image
from hardy.pixels.channels import to_channels
from hardy.pixels.resize import resize

BOX = 208
"""Pixels that a picture and its caption are wide at most."""

_GAP = 16
_FONT_SIZE = 12
_LINE = 16
_HARD = "\u00a0"  # a blank at which no line ends
_INK, _SOFT, _PAPER = (20, 20, 20), (95, 95, 95), (255, 255, 255)
_MOST_NUMBERS = 9  # of one argument that are listed; more are counted


@dataclass(frozen=True)
class _Line:
    text: str
    bold: bool = False
    soft: bool = False


@dataclass(frozen=True, eq=False)
class _Cell:
    picture: Image
    caption: list[_Line]

    @property
    def height(self) -> int:
        return len(self.caption) * _LINE


def contact_sheet(examples: Sequence[Example]) -> bytes:
    """Draw the sheet.

    Args:
        examples: a row each, with the same number of copies.

    Returns:
        A PNG.

    Example:
        >>> image = np.zeros((28, 28, 1), np.uint8)
        >>> one = Example("a.png", "cats", image, (Altered(image, (("Rotate", {"angle": 12.3}),)),))
        >>> contact_sheet([one])[1:4]
        b'PNG'
    """
    fonts = _Fonts()
    rows = [_cells(example, fonts) for example in examples]
    tops = [max(cell.picture.shape[0] for cell in row) for row in rows]
    heights = [top + _GAP // 2 + max(cell.height for cell in row) for top, row in zip(tops, rows, strict=True)]
    width = _GAP + max(len(row) for row in rows) * (BOX + _GAP)
    height = _GAP + sum(heights) + len(heights) * 2 * _GAP - _GAP
    sheet = PIL.Image.new("RGB", (width, height), _PAPER)
    draw = PIL.ImageDraw.Draw(sheet)
    y = _GAP
    for row, top, tall in zip(rows, tops, heights, strict=True):
        for column, cell in enumerate(row):
            x = _GAP + column * (BOX + _GAP)
            frame = PIL.Image.fromarray(cell.picture)
            sheet.paste(frame, (x, y))
            draw.rectangle((x - 1, y - 1, x + frame.width, y + frame.height), outline=(200, 200, 200))
            for number, line in enumerate(cell.caption):
                place = (x, y + top + _GAP // 2 + number * _LINE)
                draw.text(place, line.text, _SOFT if line.soft else _INK, fonts.of(line))
        y += tall + 2 * _GAP
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


class _Fonts:
    """DejaVu Sans, which matplotlib brings along: the same on every machine, with every letter of a file's name."""

    def __init__(self) -> None:
        folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
        self.plain = PIL.ImageFont.truetype(folder / "DejaVuSans.ttf", _FONT_SIZE)
        self.bold = PIL.ImageFont.truetype(folder / "DejaVuSans-Bold.ttf", _FONT_SIZE)

    def of(self, line: _Line) -> PIL.ImageFont.FreeTypeFont:
        return self.bold if line.bold else self.plain

    def wrapped(self, line: _Line) -> list[_Line]:
        """As many lines as it takes; numbers stay with their names, and words that are too long are cut."""
        font, lines, current = self.of(line), [], ""
        for word in line.text.split(" "):
            while font.getlength(word) > BOX:
                fits = max(n for n in range(1, len(word) + 1) if n == 1 or font.getlength(word[:n]) <= BOX)
                lines += [current] * bool(current) + [word[:fits]]
                current, word = "", word[fits:]
            longer = f"{current} {word}".strip()
            if font.getlength(longer) > BOX:
                lines.append(current)
                longer = word
            current = longer
        return [_Line(text, line.bold, line.soft) for text in [*lines, current] if text]

    def shortened(self, name: str) -> str:
        """A name on one line: beginning and end of what is too long."""
        short, kept = name, len(name)
        while self.bold.getlength(short) > BOX and kept > 2:
            kept -= 1
            short = f"{name[: kept - kept // 2]}…{name[len(name) - kept // 2 :]}"
        return short


def _cells(example: Example, fonts: _Fonts) -> list[_Cell]:
    """The original, then its copies, all at one scale where they fit."""
    scale = _scale(example.image)
    title = [_Line(fonts.shortened(example.name), bold=True), *([_Line(example.label)] if example.label else [])]
    first = [*title, _Line(f"original, {_size(example.image)}", soft=True)]
    cells = [(example.image, first)] + [(copy.image, _told(copy, example.image)) for copy in example.copies]
    return [
        _Cell(_shown(image, min(scale, _scale(image))), [part for line in caption for part in fonts.wrapped(line)])
        for image, caption in cells
    ]


def _told(copy: Altered, original: Image) -> list[_Line]:
    lines = []
    for name, numbers in copy.steps:
        lines.append(_Line(name, bold=True))
        if numbers:
            lines.append(_Line(", ".join(_argument(*each).replace(" ", _HARD) for each in numbers.items())))
    if not copy.steps:
        lines.append(_Line("as it is", soft=True))
    if copy.image.shape[:2] != original.shape[:2]:
        lines.append(_Line(_size(copy.image), soft=True))
    return lines


def _argument(name: str, value: Any) -> str:
    """The name with its number, and the unit that the name says."""
    is_angle = name.endswith("_deg")
    return f"{name.removesuffix('_deg').replace('_', ' ')} {shown_number(value)}{'°' * is_angle}"


def shown_number(value: Any) -> str:
    """A number of a plan for a person.

    Example:
        >>> shown_number(0.123456), shown_number(True), shown_number([1, 2.5]), shown_number([[0.0] * 4] * 8)
        ('0.123', 'yes', '1, 2.5', '8×4 numbers')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, list):
        return f"{value:.3g}" if isinstance(value, float) else str(value)
    array = np.asarray(value)
    if array.size > _MOST_NUMBERS:
        return "×".join(map(str, array.shape)) + " numbers"
    return ", ".join(shown_number(item) for item in array.ravel().tolist())


def _size(image: Image) -> str:
    return f"{image.shape[0]}×{image.shape[1]}"


def _scale(image: Image) -> float:
    """Small pictures are enlarged by a whole factor, so that their pixels can be seen; large ones fit the box."""
    side = max(image.shape[:2])
    return float(BOX // side) if side <= BOX else BOX / side


def _shown(image: Image, scale: float) -> UInt8[np.ndarray, "h2 w2 3"]:
    pixels = to_channels(image, 3) if image.shape[2] <= 4 else to_channels(np.ascontiguousarray(image[..., :3]), 3)
    if scale >= 1:
        factor = int(scale)
        return pixels.repeat(factor, axis=0).repeat(factor, axis=1)
    height, width = (max(1, round(side * scale)) for side in image.shape[:2])
    return resize(pixels, (height, width), "stretch")
