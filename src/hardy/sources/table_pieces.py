"""A text file of any size, some of it at a time."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hardy.errors import LayoutError

PIECE = 1 << 20
"""Characters at a time."""


@dataclass(frozen=True)
class Text:
    """The text of a file, which can be gone through several times; lines end with "\\n".

    Args:
        file: UTF-8, see `read_text`.
        start: how many characters are left out.
    """

    file: Path
    start: int = 0

    def __iter__(self) -> Iterator[str]:
        with self.file.open(encoding="utf-8-sig") as stream:
            stream.read(self.start)
            while piece := stream.read(PIECE):
                yield piece

    def begin(self, size: int) -> str:
        """So many characters from the beginning."""
        with self.file.open(encoding="utf-8-sig") as stream:
            return stream.read(size)

    def lines(self) -> Iterator[str]:
        """Without their ends; the last may be empty."""
        rest = ""
        for piece in self:
            *whole, rest = (rest + piece).split("\n")
            yield from whole
        yield rest

    def whole(self) -> str:
        """All of it in memory."""
        return "".join(self)


def read_text(file: Path) -> Text:
    """A file's text, looked through once.

    Raises:
        LayoutError: it is not UTF-8, or blank; the message names it.
    """
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    place, is_blank = 0, True
    with file.open("rb") as stream:
        while True:
            block = stream.read(PIECE)
            before = place - len(decoder.getstate()[0])
            try:
                text = decoder.decode(block, not block)
            except UnicodeDecodeError as error:
                raise LayoutError(f"{file} is {_kind(file, before + error.start)}; save it as UTF-8") from error
            is_blank = is_blank and not text.strip()
            place += len(block)
            if not block:
                break
    if is_blank:
        raise LayoutError(f"{file} is empty: expected a row per image with a label and a location")
    return Text(file)


def _kind(file: Path, place: int) -> str:
    """What a file is that is not UTF-8 at some place."""
    with file.open("rb") as stream:
        if stream.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            return "UTF-16"
        stream.seek(0)
        line = 1
        while place > 0 and (block := stream.read(min(PIECE, place))):
            line += block.count(b"\n")
            place -= len(block)
    return f"no UTF-8 (line {line})"
