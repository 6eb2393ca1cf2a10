"""Channels in another order."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.colour.channels import MOST, for_channels
from hardy.augmentation.kinds import Colour, Pictures
from hardy.augmentation.transform import Parameters


@dataclass(frozen=True)
class ChannelShuffle(Colour):
    """Put the channels in another order, all orders equally likely.

    A plan holds a number for each channel that there may be; the channels are sorted by them.

    Args:
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "ChannelShuffle#0", "ChannelShuffle#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.
        ShapeError: the pictures have more than 16 channels.

    Example:
        >>> from hardy.augmentation import Compose
        >>> image = np.array([[[1, 2, 3]]], np.uint8)
        >>> sorted(Compose([ChannelShuffle(p=1)])(image=image)["image"].ravel().tolist())
        [1, 2, 3]

    Source: Albumentations' `ChannelShuffle`.
    """

    p: Any = 0.5
    key: Any = None
    draws: ClassVar[int] = MOST

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        return {"place": uniform}

    def matrix(self, parameters: Parameters, pictures: Pictures) -> Float64[np.ndarray, "n c c1"]:
        order = np.argsort(for_channels(parameters["place"], pictures.channels), axis=1, kind="stable")
        return np.eye(pictures.channels, pictures.channels + 1)[order]
