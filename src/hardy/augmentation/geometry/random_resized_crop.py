"""A part of the picture, at one size."""

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.arguments import extent, one_of, whole
from hardy.augmentation.geometry.matrices import same_sizes
from hardy.augmentation.geometry.matrix_kernels import draw_crops, window_matrices
from hardy.augmentation.kinds import Geometry
from hardy.augmentation.transform import Parameters
from hardy.errors import InputError

_TRIES = 10
PART = ("top", "left", "height", "width")


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
        found = np.empty((4, len(uniform)), np.int64)
        draw_crops(uniform, sizes_hw, _TRIES, self.scale, self._log_ratio, self.ratio, found)
        return dict(zip(PART, found, strict=True))

    def output_sizes(
        self,
        parameters: Parameters,  # noqa: ARG002
        sizes_hw: Int64[np.ndarray, "n 2"],
    ) -> Int64[np.ndarray, "n 2"]:
        return same_sizes(len(sizes_hw), *self.size)

    def matrices(self, parameters: Parameters, sizes_hw: Int64[np.ndarray, "n 2"]) -> Float64[np.ndarray, "n 3 3"]:
        matrices = np.empty((len(sizes_hw), 3, 3))
        part = (parameters[name] for name in PART)
        window_matrices(*part, *self.size, matrices)  # type: ignore[call-arg]
        return matrices

    @property
    def _log_ratio(self) -> tuple[float, float]:
        """The range in which ratios are equally likely."""
        return math.log(self.ratio[0]), math.log(self.ratio[1])
