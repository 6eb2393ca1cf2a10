"""Contrast place by place."""

from dataclasses import dataclass
from typing import Any, ClassVar

import cv2
import numpy as np
from jaxtyping import Float64, Int64, Shaped

from hardy.augmentation.arguments import extent, whole
from hardy.augmentation.colour.luma import with_lightness
from hardy.augmentation.kinds import Barrier, Row
from hardy.augmentation.transform import Parameters, between
from hardy.augmentation.units import from_unit, to_unit
from hardy.errors import InputError


@dataclass(frozen=True)
class CLAHE(Barrier):
    """Equalise the histogram in each tile of a grid, limited, and blend between the tiles.

    The lightness of three channels is equalised, which keeps colours; otherwise each channel by itself. Float pictures
    are worked on in 65,536 levels.

    Args:
        clip_limit: how steep the change of levels may be, 1 or more: a pair (low, high), or a number v for 1..v.
        tile_grid_size: rows and columns of tiles.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "CLAHE#0", "CLAHE#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> image = np.arange(100, 164, dtype=np.uint8).reshape(8, 8, 1)
        >>> found = Compose([CLAHE(clip_limit=(4, 4), tile_grid_size=(1, 1), p=1)])(image=image)["image"]
        >>> np.ptp(image) < np.ptp(found)
        np.True_

    Source: OpenCV's `CLAHE` as Albumentations' transform of that name uses it (L of L*a*b*).
    """

    clip_limit: Any = 4.0
    tile_grid_size: Any = (8, 8)
    p: Any = 0.5
    key: Any = None
    needs_generator: ClassVar[bool] = False
    draws: ClassVar[int] = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        limit = self.clip_limit if isinstance(self.clip_limit, list | tuple) else (1, self.clip_limit)
        object.__setattr__(self, "clip_limit", extent("CLAHE(clip_limit=…)", limit, 1))
        what, grid = "CLAHE(tile_grid_size=…)", self.tile_grid_size
        if not isinstance(grid, list | tuple) or len(grid) != 2:
            raise InputError(f"{what}: expected (rows, columns), got {grid!r}")
        object.__setattr__(self, "tile_grid_size", tuple(whole(what, size) for size in grid))

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        return {"clip_limit": between(uniform[:, 0], self.clip_limit)}

    def alter(
        self,
        image: Shaped[np.ndarray, "h w c"],
        parameters: Row,
        generator: np.random.Generator,  # noqa: ARG002
    ) -> Shaped[np.ndarray, "h w c"]:
        limit = float(parameters["clip_limit"])
        if image.shape[2] == 3:
            return with_lightness(image, lambda lightness: self._equalized(lightness, limit))
        if image.dtype == np.float32:
            return to_unit(self._equalized(from_unit(image, np.uint16), limit))
        return self._equalized(image, limit)

    def _equalized(self, image: Shaped[np.ndarray, "h w c"], limit: float) -> Shaped[np.ndarray, "h w c"]:
        rows, columns = (min(tiles, size) for tiles, size in zip(self.tile_grid_size, image.shape, strict=False))
        equalizer = cv2.createCLAHE(limit, (columns, rows))
        channels = [equalizer.apply(np.ascontiguousarray(image[:, :, c])) for c in range(image.shape[2])]
        return np.stack(channels, axis=2)
