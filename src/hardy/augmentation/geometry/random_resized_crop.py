"""A part of the picture, at one size."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.arguments import extent, one_of, whole
from hardy.augmentation.geometry.matrices import windows
from hardy.augmentation.kinds import Geometry
from hardy.augmentation.transform import Parameters, between
from hardy.errors import InputError

_TRIES = 10


@dataclass(frozen=True)
class RandomResizedCrop(Geometry):
    """Cut out a part of random area, shape and place, and stretch it to a size.

    Args:
        size: (height, width) of the result, in pixels.
        scale: the part's area as a share of the picture's, a pair (low, high).
        ratio: its width by its height, a pair (low, high), drawn so that 3/4 and 4/3 are equally likely.
        interpolation: "nearest", "linear", "cubic" or "area"; "area" is anti-aliased.
        mask_interpolation: of masks.
        area_for_downscale: "image" makes the interpolation "area", "image_mask" that of masks as well.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "RandomResizedCrop#0", "RandomResizedCrop#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> Compose([RandomResizedCrop((5, 9))])(image=np.zeros((17, 11, 3), np.uint8))["image"].shape
        (5, 9, 3)

    Source: Albumentations' and torchvision's `RandomResizedCrop`: ten tries, then the middle. At the part's rim the
    pixels beside it take part in the interpolation, where these repeat the rim.
    """

    size: Any
    scale: Any = (0.08, 1.0)
    ratio: Any = (0.75, 1.3333333333333333)
    interpolation: Any = "linear"
    mask_interpolation: Any = "nearest"
    area_for_downscale: Any = None
    p: Any = 1.0
    key: Any = None
    draws: ClassVar[int] = 2 * _TRIES + 2

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.size, list | tuple) or len(self.size) != 2:
            raise InputError(f"RandomResizedCrop(size=…): expected (height, width), got {self.size!r}")
        object.__setattr__(self, "size", tuple(whole("RandomResizedCrop(size=…)", side) for side in self.size))
        object.__setattr__(self, "scale", extent("RandomResizedCrop(scale=…)", self.scale, 1e-9, 1.0, None))
        object.__setattr__(self, "ratio", extent("RandomResizedCrop(ratio=…)", self.ratio, 1e-9, centre=None))
        one_of("RandomResizedCrop(area_for_downscale=…)", self.area_for_downscale, (None, "image", "image_mask"))

    def parameters(self, uniform: Float64[np.ndarray, "n draws"], sizes_hw: Int64[np.ndarray, "n 2"]) -> Parameters:
        heights, widths = sizes_hw[:, :1], sizes_hw[:, 1:]
        area = between(uniform[:, :_TRIES], self.scale) * (heights * widths)
        low, high = np.log(self.ratio)
        ratio = np.exp(between(uniform[:, _TRIES : 2 * _TRIES], (low, high)))
        tried_w, tried_h = np.rint(np.sqrt(area * ratio)), np.rint(np.sqrt(area / ratio))
        fits = (tried_w >= 1) & (tried_w <= widths) & (tried_h >= 1) & (tried_h <= heights)
        row, first = np.arange(len(fits)), fits.argmax(1)
        found = fits[row, first]
        middle_h, middle_w = self._middle(sizes_hw)
        height = np.where(found, tried_h[row, first], middle_h).astype(np.int64)
        width = np.where(found, tried_w[row, first], middle_w).astype(np.int64)
        room_h, room_w = sizes_hw[:, 0] - height, sizes_hw[:, 1] - width
        top = np.where(found, np.floor(uniform[:, -2] * (room_h + 1)), room_h // 2).astype(np.int64)
        left = np.where(found, np.floor(uniform[:, -1] * (room_w + 1)), room_w // 2).astype(np.int64)
        return {"top": top, "left": left, "height": height, "width": width}

    def output_sizes(
        self,
        parameters: Parameters,  # noqa: ARG002
        sizes_hw: Int64[np.ndarray, "n 2"],
    ) -> Int64[np.ndarray, "n 2"]:
        return np.tile(np.array(self.size), (len(sizes_hw), 1))

    def matrices(self, parameters: Parameters, sizes_hw: Int64[np.ndarray, "n 2"]) -> Float64[np.ndarray, "n 3 3"]:
        corners = np.stack([parameters["top"], parameters["left"]], -1).astype(np.float64)
        parts = np.stack([parameters["height"], parameters["width"]], -1).astype(np.float64)
        return windows(corners, parts, self.output_sizes(parameters, sizes_hw))

    def _middle(self, sizes_hw: Int64[np.ndarray, "n 2"]) -> tuple[np.ndarray, np.ndarray]:
        """The largest part of a ratio that is allowed."""
        heights, widths = sizes_hw[:, 0].astype(np.float64), sizes_hw[:, 1].astype(np.float64)
        low, high = self.ratio
        own = widths / heights
        height = np.where(own < low, np.rint(widths / low), heights)
        width = np.where(own > high, np.rint(heights * high), widths)
        return np.maximum(height, 1), np.maximum(width, 1)
