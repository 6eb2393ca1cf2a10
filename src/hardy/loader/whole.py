"""Arguments that are whole numbers, checked where they come in: a loader fails in its constructor, not in a thread."""

import operator
from typing import Any

from hardy.errors import InputError


def whole(name: str, value: Any, least: int | None = None, most: int | None = None) -> int:
    """The value as an int, of whatever library it is.

    Raises:
        InputError: it is none, or out of range.

    Example:
        >>> whole("threads", 2, least=1)
        2
    """
    try:
        found = operator.index(value)
    except TypeError:
        found = None
    if found is None or isinstance(value, bool) or not (least is None or found >= least):
        limit = "" if least is None else f" of {least} or more"
        raise InputError(f"{name}: expected a whole number{limit}, got {value!r}")
    if most is not None and found > most:
        raise InputError(f"{name}: expected {most} at the most, got {value!r}")
    return found
