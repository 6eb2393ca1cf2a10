"""The darkest black, the brightest white."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Shaped

from hardy.augmentation.arguments import extent
from hardy.augmentation.colour.histogram import counts_of, levels_of, looked_up, with_tables
from hardy.augmentation.kinds import Barrier, Row


@dataclass(frozen=True)
class AutoContrast(Barrier):
    """Stretch each channel so that its darkest value becomes black and its brightest white.

    Args:
        cutoff: what share of the pixels is left out of account at each end, in percent, 0..49: a number for both ends,
            or a pair (dark, bright).
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "AutoContrast#0", "AutoContrast#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> Compose([AutoContrast(p=1)])(image=np.array([[[50], [75], [150]]], np.uint8))["image"][0, :, 0]
        array([  0,  63, 255], dtype=uint8)

    Source: Pillow's `ImageOps.autocontrast`, which cuts off fractions; Albumentations' `AutoContrast(method="pil")`.
    Float pictures are worked on in 65,536 levels where there is a cutoff, otherwise exactly.
    """

    cutoff: Any = 0
    p: Any = 0.5
    key: Any = None
    needs_generator: ClassVar[bool] = False

    def __post_init__(self) -> None:
        super().__post_init__()
        given = (
            tuple(self.cutoff)
            if isinstance(self.cutoff, list | tuple) and len(self.cutoff) == 2
            else (self.cutoff, self.cutoff)
        )
        ends = tuple(extent("AutoContrast(cutoff=…)", end, 0, 49, None)[0] for end in given)
        object.__setattr__(self, "cutoff", ends)

    def alter(
        self,
        image: Shaped[np.ndarray, "h w c"],
        parameters: Row,  # noqa: ARG002
        generator: np.random.Generator,  # noqa: ARG002
    ) -> Shaped[np.ndarray, "h w c"]:
        return stretched(image, self.cutoff)


def stretched(image: Shaped[np.ndarray, "h w c"], cutoff: tuple[float, float] = (0, 0)) -> Shaped[np.ndarray, "h w c"]:
    """Every channel by itself; one of a single value stays."""
    if image.dtype == np.uint8:
        return with_tables(image, lambda counts: _table(counts, cutoff))
    found = np.empty_like(image)
    for channel in range(image.shape[2]):
        found[:, :, channel] = _stretched(image[:, :, channel], cutoff)
    return found


def _stretched(channel: Shaped[np.ndarray, "h w"], cutoff: tuple[float, float]) -> Shaped[np.ndarray, "h w"]:
    if channel.dtype == np.float32 and not any(cutoff):
        low, high = np.nanmin(channel), np.nanmax(channel)
        return (channel - low) / (high - low) if high > low else channel
    levels, count = levels_of(channel)
    counts = counts_of(levels, count)
    low, high = _ends(counts, cutoff)
    return looked_up(levels, _table(counts, cutoff), channel.dtype) if high > low else channel


def _table(counts: Shaped[np.ndarray, "k"], cutoff: tuple[float, float]) -> Float64[np.ndarray, "k"]:
    """What each level becomes; it stays where there is no more than one."""
    levels = np.arange(len(counts))
    low, high = _ends(counts, cutoff)
    if high <= low:
        return levels.astype(np.float64)
    scale = (len(counts) - 1) / (high - low)
    return np.clip(np.trunc(levels * scale - low * scale), 0, len(counts) - 1)


def _ends(counts: Shaped[np.ndarray, "k"], cutoff: tuple[float, float]) -> tuple[int, int]:
    """The lowest and the highest level that are left when a share of the pixels is taken away from each end."""
    left = counts.copy()
    for share, end in zip(cutoff, (left, left[::-1]), strict=True):
        cut = int(counts.sum() * share // 100)
        end -= np.diff(np.minimum(np.cumsum(end), cut), prepend=0)
    there = np.flatnonzero(left)
    return (int(there[0]), int(there[-1])) if there.size else (0, 0)
