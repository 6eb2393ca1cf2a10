"""Delimited text → rows of fields, as people and spreadsheets write it.

Why not Python's `csv`: its limit on a field's length is one number for the whole process, an open quote swallows the
rest of the file without a word, and it knows one kind of quote and no lists. Here

- a field in `"` is taken as it is, `""` being one quote, line ends included;
- a field in `'` (or ‘ ’) that is closed in the same line loses its quotes, as in the handbook's `'cat', cat/1.jpg`;
  one that is not closed there is an apostrophe;
- a list of lists (`[[0, 255], [255, 0]]`) and the head of a data URI (`data:image/png;base64,`) keep their
  delimiters without quotes, as in the handbook's embedded pixels;
- blanks around a field go.

Every way through is linear in the length of the text.

Source: RFC 4180 for `"`; the handbook, part 6, "CSV File", for the rest.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from hardy.errors import LayoutError

_SPECIAL = re.compile(r"[\"'‘’\[]|data:", re.IGNORECASE)
_PIXELS = re.compile(r"\[\s*\[")
_LINE_ENDS = re.compile(r"\n+")
_BRACKET = re.compile(r"[\[\]]")
_DATA_HEAD = re.compile(r"data:[^,\n]{0,200},", re.IGNORECASE)
_BLANKS = {",": re.compile(r"[ \t]*"), ";": re.compile(r"[ \t]*"), "\t": re.compile(" *")}
_CLOSED = {delimiter: re.compile(rf"['’] *(?={delimiter}|$)") for delimiter in (",", ";", "\t")}
_ROWS_TO_GUESS_FROM = 10


class _UnclosedError(Exception):
    """The place of a quote after which there is no other."""


def guess_delimiter(text: str | Iterable[str]) -> str:
    """Comma, semicolon or tab: the one that gives the first rows equally many fields, and most of them.

    Example:
        >>> guess_delimiter("label;location\\ncat;a,b.png\\n")
        ';'
    """
    best, best_score = ",", (False, 0)
    for delimiter in (",", ";", "\t"):
        try:
            widths = [len(row) for row in islice(split_rows(text, delimiter), _ROWS_TO_GUESS_FROM)]
        except LayoutError:
            continue
        score = (len(set(widths)) == 1 and widths[0] > 1, min(widths, default=0))
        if score > best_score:
            best, best_score = delimiter, score
    return best


def split_rows(text: str | Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """The rows that are not blank, each as a list of fields.

    Args:
        text: lines end with "\\n". Of one in pieces a few are in memory, as many as a field in quotes is long.
        delimiter: ",", ";" or tab.

    Raises:
        LayoutError: a field that began with `"` never ends; the message names the line.

    Example:
        >>> list(split_rows("'dog',cats_n_dogs/dog/2.jpg\\n'cat', [[1, 2], [3, 4]]", ","))
        [['dog', 'cats_n_dogs/dog/2.jpg'], ['cat', '[[1, 2], [3, 4]]']]
    """
    pieces = iter([text] if isinstance(text, str) else text)
    here, lines, more, is_last = "", 0, 1, False
    while not is_last:
        added = "".join(islice(pieces, more))
        here, is_last = here + added, not added
        place = 0
        try:
            while place < len(here):
                fields, end = _row(here, place, delimiter)
                if end > len(here) and not is_last:  # its line end is yet to come
                    break
                place = end
                if any(fields):
                    yield fields
        except _UnclosedError as error:
            if is_last:
                line = lines + here.count("\n", 0, error.args[0]) + 1
                raise LayoutError(f'the quote (") that opens in line {line} is never closed') from error
        # Twice as much where nothing was complete, so that no piece is looked at more than a few times.
        more = 1 if place else 2 * more
        lines += here.count("\n", 0, place)
        here = here[place:]


def _row(text: str, start: int, delimiter: str) -> tuple[list[str], int]:
    """The fields of a row, none of a blank line; and where the next one starts, behind the text after the last."""
    if text[start] == "\n":
        return [], _LINE_ENDS.match(text, start).end()  # type: ignore[union-attr]
    end = text.find("\n", start)
    end = len(text) if end < 0 else end
    if _SPECIAL.search(text, start, end):
        return _quoted_row(text, start, end, delimiter)
    return [field.strip() for field in text[start:end].split(delimiter)], end + 1


def _quoted_row(text: str, start: int, line_end: int, delimiter: str) -> tuple[list[str], int]:
    """The fields of a row, and where the next one starts."""
    fields: list[str] = []
    may_close = True  # once no closing quote is left in the line, looking again would cost a pass over it per field
    while True:
        blanks = _BLANKS[delimiter].match(text, start, line_end)
        begin = blanks.end() if blanks else start
        mark = text[begin : begin + 1]
        if mark == '"' and begin < line_end:
            value, after = _double_quoted(text, begin)
            if after > line_end:
                line_end = text.find("\n", after)
                line_end = len(text) if line_end < 0 else line_end
            end = _until(text, after, line_end, delimiter)
            value += text[after:end].rstrip()
        else:
            closing = None
            if may_close and mark in ("'", "‘", "’") and begin < line_end:
                closing = _CLOSED[delimiter].search(text, begin + 1, line_end)
                may_close = closing is not None
            if closing is not None:
                value, end = text[begin + 1 : closing.start()], closing.end()
            else:
                end = _until(text, _list_or_data_end(text, begin, line_end), line_end, delimiter)
                value = text[begin:end].strip()
        fields.append(value)
        if end >= line_end:
            return fields, line_end + 1
        start = end + 1


def _until(text: str, start: int, line_end: int, delimiter: str) -> int:
    found = text.find(delimiter, start, line_end)
    return line_end if found < 0 else found


def _double_quoted(text: str, begin: int) -> tuple[str, int]:
    pieces, position = [], begin + 1
    while True:
        end = text.find('"', position)
        if end < 0:
            raise _UnclosedError(begin)
        pieces.append(text[position:end])
        if text[end + 1 : end + 2] != '"':
            return '"'.join(pieces), end + 1
        position = end + 2


def _list_or_data_end(text: str, begin: int, line_end: int) -> int:
    """Where a list of lists, or the head of a data URI, ends; `begin` where there is neither."""
    if head := _DATA_HEAD.match(text, begin, line_end):
        return head.end()
    if not _PIXELS.match(text, begin, line_end):
        return begin
    depth = 0
    for bracket in _BRACKET.finditer(text, begin, line_end):
        depth += 1 if bracket[0] == "[" else -1
        if depth == 0:
            return bracket.end()
    return line_end
