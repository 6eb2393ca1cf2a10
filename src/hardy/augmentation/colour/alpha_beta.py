"""alpha · value + beta."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.arguments import extent
from hardy.augmentation.colour.matrices import scaled
from hardy.augmentation.kinds import Colour, Pictures
from hardy.augmentation.transform import Parameters, between


@dataclass(frozen=True)
class AlphaBeta(Colour):
    """Multiply all values by alpha ("contrast", about black) and add beta ("brightness").

    Args:
        alpha: a pair (low, high) of 0 or more, or a number v for 1 − v..1 + v.
        beta: a share of the picture's range, −1..1, so that 40 / 255 is 40 levels of uint8: a pair (low, high), or a
            number v for −v..v.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "AlphaBeta#0", "AlphaBeta#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> alter = Compose([AlphaBeta(alpha=(0.5, 0.5), beta=(40 / 255, 40 / 255), p=1)])
        >>> alter(image=np.array([[[0], [100]]], np.uint8))["image"][0, :, 0]
        array([40, 90], dtype=uint8)

    Source: OpenCV's `convertScaleAbs(alpha, beta)`; what falls below 0 is 0 here, and turned around there.
    """

    alpha: Any = (0.8, 1.2)
    beta: Any = (-0.2, 0.2)
    p: Any = 0.5
    key: Any = None
    draws: ClassVar[int] = 2

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "alpha", extent("AlphaBeta(alpha=…)", self.alpha, 0, centre=1))
        object.__setattr__(self, "beta", extent("AlphaBeta(beta=…)", self.beta, -1, 1))

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        return {"alpha": between(uniform[:, 0], self.alpha), "beta": between(uniform[:, 1], self.beta)}

    def matrix(self, parameters: Parameters, pictures: Pictures) -> Float64[np.ndarray, "n c c1"]:
        return scaled(parameters["alpha"], parameters["beta"], pictures.channels)
