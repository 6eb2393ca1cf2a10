"""All levels equally common."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64, Shaped

from hardy.augmentation.arguments import one_of
from hardy.augmentation.colour.histogram import counts_of, levels_of, looked_up, with_tables
from hardy.augmentation.colour.luma import with_luma
from hardy.augmentation.kinds import Barrier, Row
from hardy.errors import InputError


@dataclass(frozen=True)
class Equalize(Barrier):
    """Spread the levels so that the picture's histogram is as flat as it can be.

    Args:
        mode: whose formula, "cv" (OpenCV) or "pil" (Pillow); they differ by a level here and there. uint16 and float
            have "cv", on 65,536 levels.
        by_channels: each channel by itself. Otherwise the luma of three channels, which keeps colours.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "Equalize#0", "Equalize#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> image = np.array([[[100], [100], [101], [102]]], np.uint8)
        >>> Compose([Equalize(p=1)])(image=image)["image"][0, :, 0]
        array([  0,   0, 128, 255], dtype=uint8)

    Source: OpenCV's `equalizeHist`, Pillow's `ImageOps.equalize`; Albumentations' `Equalize` without its masks.
    """

    mode: Any = "cv"
    by_channels: Any = True
    p: Any = 0.5
    key: Any = None
    needs_generator: ClassVar[bool] = False

    def __post_init__(self) -> None:
        super().__post_init__()
        one_of("Equalize(mode=…)", self.mode, ("cv", "pil"))
        if not isinstance(self.by_channels, bool):
            raise InputError(f"Equalize(by_channels=…): expected true or false, got {self.by_channels!r}")

    def alter(
        self,
        image: Shaped[np.ndarray, "h w c"],
        parameters: Row,  # noqa: ARG002
        generator: np.random.Generator,  # noqa: ARG002
    ) -> Shaped[np.ndarray, "h w c"]:
        if not self.by_channels and image.shape[2] == 3:
            return with_luma(image, lambda luma: equalized(luma, self.mode))
        return equalized(image, self.mode)


def equalized(image: Shaped[np.ndarray, "h w c"], mode: str) -> Shaped[np.ndarray, "h w c"]:
    """Every channel by itself."""
    if image.dtype == np.uint8:
        return with_tables(image, _pillow_table if mode == "pil" else _opencv_table)
    found = np.empty_like(image)
    for channel in range(image.shape[2]):
        levels, count = levels_of(image[:, :, channel])
        counts = counts_of(levels, count)
        found[:, :, channel] = looked_up(levels, _opencv_table(counts), image.dtype)
    return found


def _opencv_table(counts: Int64[np.ndarray, "k"]) -> Float64[np.ndarray, "k"]:
    """The share of pixels above the lowest level that there is, up to each level; in float32 and half to even, as
    OpenCV."""
    lowest = int(np.flatnonzero(counts)[0])
    rest = int(counts.sum() - counts[lowest])
    if not rest:
        return np.arange(len(counts), dtype=np.float64)
    below = np.cumsum(counts)
    scale = np.float32(len(counts) - 1) / np.float32(rest)
    single = np.rint((below - counts[lowest]).astype(np.float32) * scale).astype(np.float64)
    return np.clip(single, 0, len(counts) - 1)


def _pillow_table(counts: Int64[np.ndarray, "k"]) -> Float64[np.ndarray, "k"]:
    """Whole numbers throughout: half a step, and the pixels below each level, in steps."""
    there = counts[counts > 0]
    step = int(there.sum() - there[-1]) // 255
    if len(there) <= 1 or not step:
        return np.arange(len(counts), dtype=np.float64)
    below = np.cumsum(counts) - counts
    return np.minimum((step // 2 + below) // step, 255).astype(np.float64)
