"""Nearer or further away, within the frame; and a larger or smaller frame."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.arguments import extent, one_of
from hardy.augmentation.geometry.matrices import about_centres, diagonals, windows
from hardy.augmentation.kinds import Geometry
from hardy.augmentation.transform import Parameters, between


@dataclass(frozen=True)
class Zoom(Geometry):
    """Enlarge or shrink a picture about its middle, in a frame that stays as it is.

    Args:
        factor: a pair (low, high), or a number that is always taken; above 1 zooms in and cuts off, below 1 zooms out
            and fills. Drawn so that twice and half as large are equally likely.
        interpolation: "nearest", "linear", "cubic" or "area"; "area" leaves no stripes when zooming out.
        mask_interpolation: of masks.
        border_mode: what comes in: "constant", "edge", "reflect", "symmetric" or "wrap".
        fill: the value outside for "constant", in the picture's own units; a number, or one per channel.
        fill_mask: the same for masks.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "Zoom#0", "Zoom#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> picture = np.full((4, 4, 1), 8, np.uint8)
        >>> Compose([Zoom(0.5, p=1)])(image=picture)["image"][1, :, 0]
        array([0, 8, 8, 0], dtype=uint8)

    Source: ours; `Affine(scale=…, keep_ratio=True)` with another distribution.
    """

    factor: Any = (0.8, 1.25)
    interpolation: Any = "linear"
    mask_interpolation: Any = "nearest"
    border_mode: Any = "constant"
    fill: Any = 0
    fill_mask: Any = 0
    p: Any = 0.5
    key: Any = None
    draws: ClassVar[int] = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "factor", extent("Zoom(factor=…)", self.factor, 1e-6, centre=None))

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        low, high = np.log(self.factor)
        return {"factor": np.exp(between(uniform[:, 0], (low, high)))}

    def matrices(self, parameters: Parameters, sizes_hw: Int64[np.ndarray, "n 2"]) -> Float64[np.ndarray, "n 3 3"]:
        factor = parameters["factor"]
        return about_centres(diagonals(factor, factor), sizes_hw, sizes_hw)


@dataclass(frozen=True)
class Scale(Geometry):
    """Resize a picture by a factor, its frame with it.

    Args:
        scale_limit: the factor less one: a number v for −v..v, or a pair (low, high); −0.1 is a tenth smaller.
        interpolation: "nearest", "linear", "cubic" or "area".
        mask_interpolation: of masks.
        area_for_downscale: "image" makes the interpolation "area", "image_mask" that of masks as well.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "Scale#0", "Scale#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> Compose([Scale((1, 1), p=1)])(image=np.zeros((17, 11, 3), np.uint8))["image"].shape
        (34, 22, 3)

    Source: Albumentations' `RandomScale`.
    """

    scale_limit: Any = (-0.1, 0.1)
    interpolation: Any = "linear"
    mask_interpolation: Any = "nearest"
    area_for_downscale: Any = None
    p: Any = 0.5
    key: Any = None
    draws: ClassVar[int] = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "scale_limit", extent("Scale(scale_limit=…)", self.scale_limit, -0.999999))
        one_of("Scale(area_for_downscale=…)", self.area_for_downscale, (None, "image", "image_mask"))

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        return {"factor": 1 + between(uniform[:, 0], self.scale_limit)}

    def output_sizes(self, parameters: Parameters, sizes_hw: Int64[np.ndarray, "n 2"]) -> Int64[np.ndarray, "n 2"]:
        return np.maximum(1, np.floor(sizes_hw * parameters["factor"][:, None] + 0.5)).astype(np.int64)

    def matrices(self, parameters: Parameters, sizes_hw: Int64[np.ndarray, "n 2"]) -> Float64[np.ndarray, "n 3 3"]:
        sizes = sizes_hw.astype(np.float64)
        return windows(np.zeros_like(sizes), sizes, self.output_sizes(parameters, sizes_hw))
