"""A factor for each channel."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.arguments import extent
from hardy.augmentation.colour.channels import MOST, for_channels
from hardy.augmentation.colour.matrices import each_scaled
from hardy.augmentation.kinds import Colour, Pictures
from hardy.augmentation.transform import Parameters, between
from hardy.errors import InputError, ShapeError


@dataclass(frozen=True)
class ChannelMultiply(Colour):
    """Multiply each channel by a factor of its own: another light, another white balance.

    Args:
        multiplier: a pair (low, high) of 0 or more for every channel, a number v for 1 − v..1 + v, or a list with a
            pair for each channel.
        per_channel: each channel draws its own factor; otherwise all have one.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "ChannelMultiply#0", "ChannelMultiply#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.
        ShapeError: the pictures have more than 16 channels, or not as many as there are pairs.

    Example:
        >>> from hardy.augmentation import Compose
        >>> alter = Compose([ChannelMultiply(multiplier=[(0.1, 0.1), (0.2, 0.2), (1.7, 1.7)], p=1)])
        >>> alter(image=np.full((1, 1, 3), 100, np.uint8))["image"][0, 0]
        array([ 10,  20, 170], dtype=uint8)

    Source: Albumentations' `MultiplicativeNoise(per_channel=True)`.
    """

    multiplier: Any = (0.9, 1.1)
    per_channel: Any = True
    p: Any = 0.5
    key: Any = None

    def __post_init__(self) -> None:
        super().__post_init__()
        what, given = "ChannelMultiply(multiplier=…)", self.multiplier
        if isinstance(given, list | tuple) and any(isinstance(item, list | tuple) for item in given):
            if not 1 <= len(given) <= MOST or not self.per_channel:
                raise InputError(f"{what}: expected a pair for each of at most {MOST} channels, and per_channel")
            object.__setattr__(self, "multiplier", tuple(extent(what, item, 0, centre=None) for item in given))
        else:
            object.__setattr__(self, "multiplier", extent(what, given, 0, centre=1))
        if not isinstance(self.per_channel, bool):
            raise InputError(f"ChannelMultiply(per_channel=…): expected true or false, got {self.per_channel!r}")

    @property
    def draws(self) -> int:  # type: ignore[override]
        """One for each channel that pictures may have, or one for all."""
        return MOST if self.per_channel else 1

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        given = self.multiplier
        if not isinstance(given[0], tuple):
            return {"multiplier": between(uniform, given)}
        columns = [between(uniform[:, place], pair) for place, pair in enumerate(given)]
        return {"multiplier": np.stack(columns, axis=1)}

    def matrix(self, parameters: Parameters, pictures: Pictures) -> Float64[np.ndarray, "n c c1"]:
        scales, channels = parameters["multiplier"], pictures.channels
        if not self.per_channel:
            return each_scaled(np.repeat(scales, channels, axis=1))
        if isinstance(self.multiplier[0], tuple) and scales.shape[1] != channels:
            raise ShapeError(f"ChannelMultiply: expected pictures of {scales.shape[1]} channels, got {channels}")
        return each_scaled(for_channels(scales, channels))
