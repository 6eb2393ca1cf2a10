"""What lies outside a picture: five borders under NumPy's names, and the words other libraries use for them.

    a b c d continued        NumPy, scikit-image    SciPy (ndimage)    OpenCV                torch, torchvision
    k k k|a b c d|k k k      constant               grid-constant      BORDER_CONSTANT       zeros (fill 0)
    a a a|a b c d|d d d      edge                   nearest            BORDER_REPLICATE      border, replicate
    c b a|a b c d|d c b      symmetric              reflect *          BORDER_REFLECT *      symmetric
    d c b|a b c d|c b a      reflect                mirror             BORDER_REFLECT_101    reflect
    b c d|a b c d|a b c      wrap                   grid-wrap          BORDER_WRAP           circular

`*` The same word means different things: "reflect" alone is always NumPy's here (the edge pixel is not repeated),
which SciPy calls "mirror" and OpenCV BORDER_REFLECT_101. "wrap" is NumPy's, too; SciPy's own "wrap" has a period
shorter by one. torch's "reflection" depends on `align_corners` and is refused.
"""

from typing import Any

import numpy as np
from jaxtyping import Int64

from hardy.errors import InputError

BORDERS = ("constant", "edge", "reflect", "symmetric", "wrap")

_OPENCV = ("constant", "edge", "symmetric", "wrap", "reflect")  # by its numbers

_ALIASES = {
    "grid-constant": "constant",
    "zeros": "constant",
    "border-constant": "constant",
    "nearest": "edge",
    "replicate": "edge",
    "border": "edge",
    "border-replicate": "edge",
    "mirror": "reflect",
    "reflect-101": "reflect",
    "reflect101": "reflect",
    "border-reflect-101": "reflect",
    "border-reflect101": "reflect",
    "border-default": "reflect",
    "grid-mirror": "symmetric",
    "border-reflect": "symmetric",
    "grid-wrap": "wrap",
    "circular": "wrap",
    "border-wrap": "wrap",
}


def border_name(name: Any) -> str:
    """The NumPy name of a border, from NumPy's, SciPy's, OpenCV's or torch's word for it.

    Args:
        name: letter case and `-` or `_` make no difference. Or OpenCV's number for it.

    Returns:
        One of "constant", "edge", "reflect", "symmetric", "wrap".

    Raises:
        InputError: the word is not known, or means different things.

    Example:
        >>> border_name("BORDER_REFLECT_101"), border_name("mirror"), border_name("nearest")
        ('reflect', 'reflect', 'edge')

    Source: the table above, held against numpy.pad, scikit-image, SciPy and OpenCV by the tests.
    """
    if isinstance(name, int) and not isinstance(name, bool) and 0 <= name < len(_OPENCV):
        return _OPENCV[name]
    word = name.lower().replace("_", "-") if isinstance(name, str) else None
    if word in BORDERS:
        return str(word)
    if word in _ALIASES:
        return _ALIASES[str(word)]
    raise InputError(
        f"border: expected one of {', '.join(BORDERS)} (or SciPy's, OpenCV's or torch's word for it), got {name!r}"
    )


def source_index(index: Int64[np.ndarray, "*n"], size: int, border: str) -> Int64[np.ndarray, "*n"]:
    """Where a pixel outside the picture is taken from, along one axis.

    Args:
        index: any whole numbers.
        size: of the axis, 1 or more.
        border: one of the five names.

    Returns:
        Numbers in 0..size-1; -1 where the border is constant and the index lies outside.

    Example:
        >>> source_index(np.arange(-3, 7), 4, "reflect")
        array([3, 2, 1, 0, 1, 2, 3, 2, 1, 0])

    Source: numpy.pad; a `reflect` of one pixel repeats it, as there.
    """
    if border == "constant":
        return np.where((index < 0) | (index >= size), -1, index)
    if border == "edge":
        return np.clip(index, 0, size - 1)
    if border == "wrap":
        return index % size
    period = 2 * size if border == "symmetric" else max(2 * (size - 1), 1)
    turned = index % period
    last = period - 1 if border == "symmetric" else period
    return np.where(turned < size, turned, last - turned)
