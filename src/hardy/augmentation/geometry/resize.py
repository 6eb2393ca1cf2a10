"""Another size."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.arguments import one_of, whole
from hardy.augmentation.geometry.matrices import same_sizes, windows
from hardy.augmentation.kinds import Geometry
from hardy.augmentation.transform import Parameters


@dataclass(frozen=True)
class Resize(Geometry):
    """Stretch a picture to a size.

    Args:
        height: of the result, in pixels.
        width: of the result, in pixels.
        interpolation: "nearest", "linear", "cubic" or "area"; "area" is anti-aliased, as a shrunk picture should be.
        mask_interpolation: of masks.
        area_for_downscale: "image" makes the interpolation "area", "image_mask" that of masks as well.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "Resize#0", "Resize#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> Compose([Resize(5, 9)])(image=np.zeros((17, 11, 3), np.uint8))["image"].shape
        (5, 9, 3)

    Source: Albumentations' `Resize`; "area" is Pillow's bilinear, where OpenCV's `INTER_AREA` is the plain mean.
    """

    height: Any
    width: Any
    interpolation: Any = "linear"
    mask_interpolation: Any = "nearest"
    area_for_downscale: Any = None
    p: Any = 1.0
    key: Any = None

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("height", "width"):
            object.__setattr__(self, name, whole(f"Resize({name}=…)", getattr(self, name)))
        one_of("Resize(area_for_downscale=…)", self.area_for_downscale, (None, "image", "image_mask"))

    def output_sizes(
        self,
        parameters: Parameters,  # noqa: ARG002
        sizes_hw: Int64[np.ndarray, "n 2"],
    ) -> Int64[np.ndarray, "n 2"]:
        return same_sizes(len(sizes_hw), self.height, self.width)

    def matrices(self, parameters: Parameters, sizes_hw: Int64[np.ndarray, "n 2"]) -> Float64[np.ndarray, "n 3 3"]:
        sizes = sizes_hw.astype(np.float64)
        return windows(np.zeros_like(sizes), sizes, self.output_sizes(parameters, sizes_hw))
