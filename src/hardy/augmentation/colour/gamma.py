"""Mid-tones lighter or darker; black and white stay."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.arguments import extent
from hardy.augmentation.kinds import Curve
from hardy.augmentation.transform import Parameters, between


@dataclass(frozen=True)
class Gamma(Curve):
    """Raise values of 0..1 to a power: above 100 percent darker, below lighter. Values outside the range are clipped.

    Args:
        gamma_limit: in percent, above 0: a pair (low, high), or a number v for 100 − v..100 + v.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "Gamma#0", "Gamma#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> alter = Compose([Gamma(gamma_limit=(200, 200), p=1)])
        >>> alter(image=np.array([[[0.0], [0.5], [1.0]]], np.float32))["image"][0, :, 0]
        array([0.  , 0.25, 1.  ], dtype=float32)

    Source: Albumentations' `RandomGamma`, scikit-image's `adjust_gamma`. One number is −v..v about 100 here, as in
    Albumentations 1; pairs are the same everywhere.
    """

    gamma_limit: Any = (80, 120)
    p: Any = 0.5
    key: Any = None
    alike: ClassVar[bool] = True
    draws: ClassVar[int] = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "gamma_limit", extent("Gamma(gamma_limit=…)", self.gamma_limit, 1, 10_000, 100))

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        return {"gamma": between(uniform[:, 0], self.gamma_limit) / 100}

    def curve(
        self, parameters: Parameters, levels: Float64[np.ndarray, "n c k"], maximum: float
    ) -> Float64[np.ndarray, "n c k"]:
        return maximum * (levels / maximum) ** parameters["gamma"][:, None, None]
