"""Grain that grows with the light."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64, Shaped

from hardy.augmentation.arguments import extent
from hardy.augmentation.kinds import Barrier, Row
from hardy.augmentation.noise.normal import with_normal
from hardy.augmentation.transform import Parameters, between
from hardy.errors import InputError


@dataclass(frozen=True)
class SpeckleNoise(Barrier):
    """Multiply every value by 1 + a number from a normal distribution, as radar, sonar and ultrasound have it.

    Args:
        std_range: its standard deviation, 0 or more: a pair (low, high), or a number for exactly that.
        per_channel: every channel its own numbers; otherwise all channels of a pixel have the same.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "SpeckleNoise#0", "SpeckleNoise#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> black = np.zeros((17, 11, 3), np.uint8)
        >>> int(Compose([SpeckleNoise(p=1)])(image=black)["image"].max())
        0

    Source: the "speckle" of scikit-image's `random_noise` and of imagecorruptions; Albumentations'
    `MultiplicativeNoise(elementwise=True)` with a normal distribution. Float pictures are not clipped.
    """

    std_range: Any = (0.1, 0.2)
    per_channel: Any = True
    p: Any = 0.5
    key: Any = None
    draws: ClassVar[int] = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "std_range", extent("SpeckleNoise(std_range=…)", self.std_range, 0, centre=None))
        if not isinstance(self.per_channel, bool):
            raise InputError(f"SpeckleNoise(per_channel=…): expected true or false, got {self.per_channel!r}")

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        return {"std": between(uniform[:, 0], self.std_range)}

    def alter(
        self, image: Shaped[np.ndarray, "h w c"], parameters: Row, generator: np.random.Generator
    ) -> Shaped[np.ndarray, "h w c"]:
        return with_normal(image, generator, float(parameters["std"]), 1.0, self.per_channel, multiply=True)
