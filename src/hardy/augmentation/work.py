"""What a backend is given: one pass over the pixels, reduced to numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64, Int64, Shaped

from hardy.augmentation.values import Chain, Finish

Batch = Shaped[np.ndarray, "_ _ _ _"] | Sequence[np.ndarray]  # pictures (h, w, c), of one size or of several


@dataclass(frozen=True, eq=False)
class Work:
    """One pass for n pictures.

    Where a constant border meets a change of value, inside and outside are kept apart: with a the share of a pixel's
    weight that lies inside, the result is a · chain(inside / a) + (1 − a) · outside.

    Args:
        matrices: input (x, y, 1) = matrix · output (x, y, 1), one for each picture; None where nothing moves.
        fields: in place of matrices, an array (2, h, w) of places (y, x) for each picture.
        border: "constant", "edge", "reflect", "symmetric" or "wrap".
        fill: of the outside, in the picture's units, before the chain.
        interpolation: "nearest", "linear", "cubic" or "area".
        chain: m different chains of changes of value.
        index: which of them each picture has.
        outside: the fill after the part of the chain that it goes through.
        finish: what becomes of the values.
    """

    matrices: Float64[np.ndarray, "n 3 3"] | None
    fields: Sequence[Float64[np.ndarray, "2 _ _"]] | None
    border: str
    fill: tuple[float, ...]
    interpolation: str
    chain: Chain
    index: Int64[np.ndarray, "n"]
    outside: Float64[np.ndarray, "m c"]
    finish: Finish

    def take(self, rows: Any) -> "Work":
        """The same for some of the pictures."""
        return Work(
            None if self.matrices is None else self.matrices[rows],
            None if self.fields is None else [self.fields[row] for row in rows],
            *(self.border, self.fill, self.interpolation, self.chain, self.index[rows], self.outside, self.finish),
        )
