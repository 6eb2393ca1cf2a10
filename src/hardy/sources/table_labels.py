"""What a table says about a row's class, side and group."""

import json
import math
import re
from collections.abc import Sequence
from typing import Any

from hardy.errors import LayoutError
from hardy.sources.folder import SPLIT_NAMES

_WHOLE = re.compile(r"(-?[0-9]{1,18})(\.0)?")


def word(value: Any) -> str | None:
    """A cell as a word: blanks stripped, None where it is blank, null or not a number.

    Raises:
        LayoutError: it is no single word or whole number.

    Example:
        >>> word(" cat "), word(3.0), word(["cat"]), word("")
        ('cat', '3', 'cat', None)
    """
    if isinstance(value, list | tuple) and len(value) == 1:
        value = value[0]
    if isinstance(value, float):
        if math.isnan(value):
            return None
        if not value.is_integer():
            raise LayoutError(f"is {value}: expected a word or a whole number")
        value = int(value)
    if isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list | tuple | dict):
        raise LayoutError("is several values; one per image is read")
    if value is None:
        return None
    text = str(value).strip()
    if text.startswith("[") and text.endswith("]") and len(text) > 2:
        raise LayoutError(f"is a list ({printable(text[:40])}); one value per image is read")
    if not is_unicode(text):
        raise LayoutError(f"is no valid Unicode ({text[:40]!a})")
    return text or None


def cut(label: str | None, level: int | None) -> str | None:
    """The first parts of a hierarchical label; all of them where no level is given.

    Example:
        >>> cut("cats/persian", 1), cut("cats/persian", None)
        ('cats', 'cats/persian')
    """
    if label is None or level is None:
        return label
    return "/".join([part.strip() for part in label.split("/") if part.strip()][:level]) or None


def is_unicode(text: str) -> bool:
    """Whether a string can be stored: JSON can hold halves of characters."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def printable(text: str) -> str:
    """A string for a message: what steers a terminal, or is no Unicode, is written as its code.

    Example:
        >>> printable("é\\x1b")
        'é\\\\x1b'
    """
    return "".join(mark if mark.isprintable() else mark.encode("unicode_escape").decode() for mark in text)


def whole_numbers(words: Sequence[str | None]) -> list[str | None]:
    """`1.0`, which pandas writes for whole numbers in a column with gaps, becomes `1` where all are such.

    Example:
        >>> whole_numbers(["1.0", None, "2.0"])
        ['1', None, '2']
    """
    matches = [None if value is None else _WHOLE.fullmatch(value) for value in words]
    if any(match is None and value is not None for match, value in zip(matches, words, strict=True)):
        return list(words)
    return [match[1] if match else None for match in matches]


def class_order(words: Sequence[str | None]) -> tuple[str, ...]:
    """The distinct names, sorted; by value where all are whole numbers.

    Example:
        >>> class_order(["10", "9", None, "9"])
        ('9', '10')
    """
    names = {name for name in words if name is not None}
    if all(_WHOLE.fullmatch(name) for name in names):
        return tuple(sorted(names, key=lambda name: (float(name), name)))
    return tuple(sorted(names))


def side(value: Any) -> str | None:
    """The split that a cell names, None where it is blank.

    Raises:
        LayoutError: it names none.
    """
    name = word(value)
    if name is None:
        return None
    if name.lower() not in SPLIT_NAMES:
        raise LayoutError(f"is {name[:40]!r}: expected one of {', '.join(SPLIT_NAMES)}")
    return SPLIT_NAMES[name.lower()]
