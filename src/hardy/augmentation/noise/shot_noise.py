"""Few photons."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64, Shaped

from hardy.augmentation import normal_kernels
from hardy.augmentation.arguments import extent
from hardy.augmentation.kinds import Barrier, Row
from hardy.augmentation.transform import Parameters, between
from hardy.augmentation.units import from_unit, to_unit

_GAMMA = 2.2  # between values and the light that they stand for

_LEAST = 1 / 64  # of the scale, up to which distributions are tables


@dataclass(frozen=True)
class ShotNoise(Barrier):
    """Count photons: where a value stands for so much light that `1 / scale` photons are expected at white, the number
    that arrives is drawn from a Poisson distribution.

    Args:
        scale_range: above 0; 0.1 is ten photons at white: a pair (low, high), or a number for exactly that.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "ShotNoise#0", "ShotNoise#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> white = np.ones((17, 11, 3), np.float32)
        >>> found = Compose([ShotNoise(scale_range=0.5, p=1)])(image=white)["image"]  # two photons expected
        >>> [round(float(value), 3) for value in np.unique(found**2.2)]
        [0.0, 0.5, 1.0]

    Source: Albumentations' `ShotNoise`, which counts in linear light (a gamma of 2.2) and clips, too.
    """

    scale_range: Any = (0.1, 0.3)
    p: Any = 0.5
    key: Any = None
    draws: ClassVar[int] = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "scale_range", extent("ShotNoise(scale_range=…)", self.scale_range, 1e-6, 100, None))

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        return {"scale": between(uniform[:, 0], self.scale_range)}

    def alter(
        self, image: Shaped[np.ndarray, "h w c"], parameters: Row, generator: np.random.Generator
    ) -> Shaped[np.ndarray, "h w c"]:
        scale = float(parameters["scale"])
        if image.dtype == np.uint8 and scale >= _LEAST:
            return _counted(np.ascontiguousarray(image), scale, generator)
        values = np.clip(np.nan_to_num(to_unit(image), nan=0.0), 0, 1)
        photons = generator.poisson(values.astype(np.float64) ** _GAMMA / scale)
        return from_unit(np.minimum(photons * scale, 1) ** (1 / _GAMMA), image.dtype)


def _counted(
    image: Shaped[np.ndarray, "h w c"], scale: float, generator: np.random.Generator
) -> Shaped[np.ndarray, "h w c"]:
    """By the distribution's table for each of the 256 values: so many photons and more are all white."""
    most = int(np.ceil(1 / scale))
    expected = (np.arange(256) / 255) ** _GAMMA / scale
    photons = np.arange(most + 1)
    ways = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, most + 1)))])
    with np.errstate(divide="ignore", invalid="ignore"):
        chances = np.exp(photons * np.log(expected[:, None]) - ways - expected[:, None])
    chances[0] = photons == 0
    limits = np.minimum(np.cumsum(chances, axis=1)[:, :-1] * 2.0**32, 2.0**32 - 1).astype(np.uint32)
    levels = from_unit(np.minimum(photons * scale, 1) ** (1 / _GAMMA), np.uint8)
    found, key = np.empty_like(image), np.uint64(generator.bit_generator.random_raw())
    normal_kernels.count_photons(image.reshape(-1), key, limits, levels, found.reshape(-1))
    return found
