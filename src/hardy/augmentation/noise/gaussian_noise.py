"""Grain."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64, Shaped

from hardy.augmentation.arguments import extent
from hardy.augmentation.kinds import Barrier, Row
from hardy.augmentation.noise.normal import with_normal
from hardy.augmentation.transform import Parameters, between
from hardy.augmentation.values import RANGES
from hardy.errors import InputError


@dataclass(frozen=True)
class GaussianNoise(Barrier):
    """Add to every value a number from a normal distribution.

    Args:
        std_range: its standard deviation as a share of the picture's range, 0..1 (0.155 is 39.5 levels of uint8): a
            pair (low, high), or a number for exactly that.
        mean_range: its mean, −1..1: likewise.
        per_channel: every channel its own numbers; otherwise all channels of a pixel have the same.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "GaussianNoise#0", "GaussianNoise#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> grey = np.full((100, 100, 3), 0.5, np.float32)
        >>> round(float(Compose([GaussianNoise(std_range=0.155, p=1)])(image=grey)["image"].std()), 2)
        0.15

    Source: Albumentations' `GaussNoise` without its `noise_scale_factor`. Float pictures are not clipped.
    """

    std_range: Any = (0.2, 0.44)
    mean_range: Any = (0.0, 0.0)
    per_channel: Any = True
    p: Any = 0.5
    key: Any = None
    draws: ClassVar[int] = 2

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "std_range", extent("GaussianNoise(std_range=…)", self.std_range, 0, 1, None))
        object.__setattr__(self, "mean_range", extent("GaussianNoise(mean_range=…)", self.mean_range, -1, 1, None))
        if not isinstance(self.per_channel, bool):
            raise InputError(f"GaussianNoise(per_channel=…): expected true or false, got {self.per_channel!r}")

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        return {"std": between(uniform[:, 0], self.std_range), "mean": between(uniform[:, 1], self.mean_range)}

    def alter(
        self, image: Shaped[np.ndarray, "h w c"], parameters: Row, generator: np.random.Generator
    ) -> Shaped[np.ndarray, "h w c"]:
        maximum = RANGES[image.dtype.name]
        scale, shift = float(parameters["std"]) * maximum, float(parameters["mean"]) * maximum
        return with_normal(image, generator, scale, shift, self.per_channel, multiply=False)
