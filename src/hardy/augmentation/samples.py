"""Which samples a plan is for: ids, sizes and copies as the caller gives them, checked."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Int64, UInt64

from hardy.errors import InputError
from hardy.rng import id_words

_ID = re.compile(r"[0-9a-fA-F]{32}")


def words_of(ids: Any) -> UInt64[np.ndarray, "n 2"]:
    """Ids as the words that random numbers are drawn for.

    Raises:
        InputError: they are neither 32 hexadecimal digits each nor such words.
    """
    if isinstance(ids, np.ndarray) and ids.dtype == np.uint64 and ids.ndim == 2 and ids.shape[1] == 2:
        return ids.copy()
    if isinstance(ids, str) or not isinstance(ids, Sequence):
        raise InputError(f"ids: expected a list of ids or the array of hardy.rng.id_words, got {described(ids)}")
    for position, name in enumerate(ids):
        if not isinstance(name, str) or not _ID.fullmatch(name):
            raise InputError(f"ids[{position}]: expected 32 hexadecimal digits, got {name!r}")
    return id_words(list(ids))


def sizes_of(sizes_hw: Any, count: int) -> Int64[np.ndarray, "n 2"]:
    """(height, width) of every sample.

    Raises:
        InputError: it is neither one size nor a row for each.
    """
    if type(sizes_hw) is tuple and len(sizes_hw) == 2 and all(type(side) is int and side > 0 for side in sizes_hw):
        same = np.empty((count, 2), np.int64)
        same[:] = sizes_hw
        return same
    sizes = np.asarray(sizes_hw)
    if sizes.shape not in ((2,), (count, 2)) or sizes.dtype.kind not in "iu" or (sizes.size and sizes.min() < 1):
        raise InputError(
            f"sizes_hw: expected (height, width) or {count} rows of it, whole numbers of 1 or more, got {sizes_hw!r}"
        )
    return np.array(np.broadcast_to(sizes, (count, 2)), np.int64)


def copies_of(copies: Any, count: int) -> Int64[np.ndarray, "n"]:
    """Which copy of its sample each is; 0, the original, where nothing is given.

    Raises:
        InputError: they are no whole numbers of 0 or more, one for each.
    """
    if copies is None:
        return np.zeros(count, np.int64)
    numbers = np.asarray(copies)
    fits = numbers.shape == (count,) and (numbers.dtype.kind in "iu" or not count)
    if not fits or (count and int(numbers.min()) < 0):
        raise InputError(f"copies: expected {count} whole numbers of 0 or more, got {copies!r}")
    return numbers.astype(np.int64)


def described(value: Any) -> str:
    """What something is, for a message.

    Example:
        >>> described(np.zeros((17, 11), np.uint8)), described("a.png")
        ('uint8 (17, 11)', 'str')
    """
    return f"{value.dtype} {value.shape}" if isinstance(value, np.ndarray) else type(value).__name__
