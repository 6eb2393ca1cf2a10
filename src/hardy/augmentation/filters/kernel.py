"""Any matrix."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Shaped

from hardy.augmentation.arguments import number
from hardy.augmentation.filters.correlate import correlated
from hardy.augmentation.kinds import Barrier, Row
from hardy.errors import InputError

_MOST = 255  # rows and columns


@dataclass(frozen=True)
class Kernel(Barrier):
    """Give each pixel the sum of those around it, weighed by a matrix; beyond the border the picture is reflected.

    The matrix is laid on as it is, its middle on the pixel; it is not turned around.

    Args:
        matrix: a list of rows, of an odd number of rows and of columns each. By default the sharpening
            [[0, −1, 0], [−1, 5, −1], [0, −1, 0]]. Weights that sum to 1 keep the picture's brightness.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "Kernel#0", "Kernel#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> left = Kernel(matrix=[[1, 0, 0]], p=1)  # every pixel becomes its left neighbour
        >>> Compose([left])(image=np.array([[[1], [2], [3]]], np.uint8))["image"][0, :, 0]
        array([2, 1, 2], dtype=uint8)

    Source: OpenCV's `filter2D`.
    """

    matrix: Any = ((0, -1, 0), (-1, 5, -1), (0, -1, 0))
    p: Any = 0.5
    key: Any = None
    needs_generator: ClassVar[bool] = False

    def __post_init__(self) -> None:
        super().__post_init__()
        rows = self.matrix
        fits = isinstance(rows, list | tuple) and rows and all(isinstance(row, list | tuple) for row in rows)
        if not fits or len({len(row) for row in rows}) != 1:
            raise InputError(f"Kernel(matrix=…): expected rows of numbers, all of one length, got {rows!r}")
        size = len(rows), len(rows[0])
        if any(side % 2 == 0 or side > _MOST for side in size):
            raise InputError(f"Kernel(matrix=…): expected odd numbers of rows and columns up to {_MOST}, got {size}")
        checked = tuple(tuple(number("Kernel(matrix=…)", value) for value in row) for row in rows)
        object.__setattr__(self, "matrix", checked)

    def alter(
        self,
        image: Shaped[np.ndarray, "h w c"],
        parameters: Row,  # noqa: ARG002
        generator: np.random.Generator,  # noqa: ARG002
    ) -> Shaped[np.ndarray, "h w c"]:
        return correlated(image, np.array(self.matrix, np.float64))
