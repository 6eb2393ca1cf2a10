"""Specks gone, edges kept."""

from dataclasses import dataclass
from typing import Any, ClassVar

import cv2
import numpy as np
from jaxtyping import Float64, Int64, Shaped

from hardy.augmentation.filters.correlate import drawn_odd, odd_sizes
from hardy.augmentation.kinds import Barrier, Row
from hardy.augmentation.transform import Parameters

_DEEP_SIDE = 5  # the widest square that OpenCV takes the median of in uint16 and float32
_BAND_VALUES = 1 << 22  # at a time, so that a large picture does not need the square's area times its memory


@dataclass(frozen=True)
class MedianBlur(Barrier):
    """Give each pixel the median of a square around it; beyond the border the edge goes on.

    Args:
        blur_limit: the square's side in pixels, odd: a pair (low, high), or a number v for 3..v.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "MedianBlur#0", "MedianBlur#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> speck = np.zeros((5, 5, 1), np.uint8)
        >>> speck[2, 2] = 255
        >>> int(Compose([MedianBlur(blur_limit=3, p=1)])(image=speck)["image"].max())
        0

    Source: OpenCV's `medianBlur`; Albumentations' `MedianBlur`.
    """

    blur_limit: Any = (3, 7)
    p: Any = 0.5
    key: Any = None
    needs_generator: ClassVar[bool] = False
    draws: ClassVar[int] = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "blur_limit", odd_sizes("MedianBlur(blur_limit=…)", self.blur_limit))

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        return {"size": drawn_odd(uniform[:, 0], self.blur_limit)}

    def alter(
        self,
        image: Shaped[np.ndarray, "h w c"],
        parameters: Row,
        generator: np.random.Generator,  # noqa: ARG002
    ) -> Shaped[np.ndarray, "h w c"]:
        size = int(parameters["size"])
        median = cv2.medianBlur if image.dtype == np.uint8 or size <= _DEEP_SIDE else _median
        if image.shape[2] in (1, 3, 4) and median is cv2.medianBlur:
            return median(image, size).reshape(image.shape)
        return np.stack([median(np.ascontiguousarray(image[:, :, c]), size) for c in range(image.shape[2])], axis=2)


def _median(channel: Shaped[np.ndarray, "h w"], size: int) -> Shaped[np.ndarray, "h w"]:
    padded = np.pad(channel, size // 2, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size))
    found, rows = np.empty_like(channel), max(1, _BAND_VALUES // (channel.shape[1] * size * size))
    for top in range(0, len(channel), rows):
        band = windows[top : top + rows].reshape(-1, channel.shape[1], size * size)
        found[top : top + rows] = np.partition(band, size * size // 2, axis=-1)[..., size * size // 2]
    return found
