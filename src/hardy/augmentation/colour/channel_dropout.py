"""A channel or more is blank."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.arguments import extent, whole
from hardy.augmentation.colour.channels import MOST, for_channels
from hardy.augmentation.kinds import Curve
from hardy.augmentation.transform import Parameters


@dataclass(frozen=True)
class ChannelDropout(Curve):
    """Fill some channels with one value. At least one channel is left; a picture of one channel stays as it is.

    Args:
        channel_drop_range: how many: a pair (low, high), both included, or a number for exactly that.
        fill: the value, in the picture's own units (0..255, 0..65535, 0..1).
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "ChannelDropout#0", "ChannelDropout#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.
        ShapeError: the pictures have more than 16 channels.

    Example:
        >>> from hardy.augmentation import Compose
        >>> image = np.array([[[7, 7, 7]]], np.uint8)
        >>> sorted(Compose([ChannelDropout(p=1)])(image=image)["image"].ravel().tolist())
        [0, 7, 7]

    Source: Albumentations' `ChannelDropout`, which refuses pictures of one channel.
    """

    channel_drop_range: Any = (1, 1)
    fill: Any = 0
    p: Any = 0.5
    key: Any = None
    draws: ClassVar[int] = 1 + MOST

    def __post_init__(self) -> None:
        super().__post_init__()
        what = "ChannelDropout(channel_drop_range=…)"
        low, high = extent(what, self.channel_drop_range, 1, MOST - 1, None)
        object.__setattr__(self, "channel_drop_range", (whole(what, low), whole(what, high)))

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        low, high = self.channel_drop_range
        count = low + np.floor(uniform[:, 0] * (high - low + 1)).astype(np.int64)
        return {"count": count, "place": uniform[:, 1:]}

    def curve(
        self,
        parameters: Parameters,
        levels: Float64[np.ndarray, "n c k"],
        maximum: float,  # noqa: ARG002
    ) -> Float64[np.ndarray, "n c k"]:
        channels = levels.shape[1]
        place = for_channels(parameters["place"], channels)
        ranks = np.argsort(np.argsort(place, axis=1, kind="stable"), axis=1, kind="stable")
        dropped = ranks < np.minimum(parameters["count"], channels - 1)[:, None]
        fill = np.broadcast_to(np.asarray(self.fill, np.float64), (channels,))
        return np.where(dropped[:, :, None], fill[:, None], levels)
