"""The coefficients of the cubic B-spline that goes through a picture's pixels."""

from typing import Any

import numpy as np
from jaxtyping import Float64

from hardy.augmentation.border import source_index

MARGIN = 24  # pixels of the outside that take part; what lies further off has a share below 1e-13
_POLE = np.sqrt(3.0) - 2.0


def coefficients(image: Float64[np.ndarray, "h w c"], border: str, fill: Any) -> Float64[np.ndarray, "h2 w2 c"]:
    """The spline's coefficients, MARGIN pixels of the outside included on each side.

    Args:
        image: any range.
        border: what lies outside.
        fill: the value outside for "constant".

    Source: Unser, Aldroubi, Eden, "B-spline signal processing: part II", 1993; equal to `scipy.ndimage.spline_filter`.
    """
    height, width = image.shape[:2]
    rows = source_index(np.arange(-MARGIN, height + MARGIN), height, border)
    columns = source_index(np.arange(-MARGIN, width + MARGIN), width, border)
    wide = image[rows][:, columns]
    if border == "constant":
        wide[(rows < 0), :] = fill
        wide[:, (columns < 0)] = fill
    return _along(_along(wide).transpose(1, 0, 2)).transpose(1, 0, 2)


def _along(values: Float64[np.ndarray, "n ..."]) -> Float64[np.ndarray, "n ..."]:
    """The two recursions along the first axis, as if the ends were mirrored."""
    result = values * (1 - _POLE) * (1 - 1 / _POLE)
    far = min(len(result), 2 * MARGIN)
    result[0] = sum(result[k] * _POLE**k for k in range(far))
    for k in range(1, len(result)):
        result[k] += _POLE * result[k - 1]
    result[-1] = (_POLE / (_POLE**2 - 1)) * (result[-1] + _POLE * result[-2])
    for k in range(len(result) - 2, -1, -1):
        result[k] = _POLE * (result[k + 1] - result[k])
    return result
