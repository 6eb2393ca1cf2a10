"""What all erasing has in common: rectangles that are filled, in the picture and, if asked, in its masks."""

from abc import abstractmethod
from functools import lru_cache
from typing import Any

import numpy as np
from jaxtyping import Int64, Shaped

from hardy.augmentation.arguments import one_of
from hardy.augmentation.erasing import hole_kernels
from hardy.augmentation.kinds import Barrier, Row
from hardy.augmentation.values import RANGES
from hardy.errors import ShapeError

RANDOM = ("random", "random_uniform")

Holes = Int64[np.ndarray, "k 4"]


class Erasing(Barrier):
    """Fills rectangles. Boxes and keypoints stay: what they are about is still there, if out of sight.

    A subclass has the fields `fill` and `fill_mask`:

        fill: in the picture's own units (0..255, 0..65535, 0..1), a number or one per channel; "random": every value
            its own number, over the whole range; "random_uniform": every hole its own colour.
        fill_mask: the value in masks, a number or one per channel; None leaves masks as they are.
    """

    fill: Any
    fill_mask: Any

    def __post_init__(self) -> None:
        own: dict[str, Any] = {}  # what is no number, which the base class would refuse
        if isinstance(self.fill, str):
            own["fill"] = one_of(f"{type(self).__name__}(fill=…)", self.fill, RANDOM)
        if self.fill_mask is None:
            own["fill_mask"] = None
        for argument in own:
            object.__setattr__(self, argument, 0)
        super().__post_init__()
        for argument, value in own.items():
            object.__setattr__(self, argument, value)

    @property
    def needs_generator(self) -> bool:  # type: ignore[override]
        """Colours out of a hat."""
        return isinstance(self.fill, str)

    @abstractmethod
    def holes(self, parameters: Row, size_hw: tuple[int, int]) -> Holes:
        """Top, left, bottom, right of each, in whole pixels; empty ones erase nothing."""

    def alter(
        self, image: Shaped[np.ndarray, "h w c"], parameters: Row, generator: np.random.Generator
    ) -> Shaped[np.ndarray, "h w c"]:
        return filled(image, self.holes(parameters, image.shape[:2]), self.fill, generator)

    def alter_mask(
        self, mask: Shaped[np.ndarray, "h w *c"], parameters: Row, generator: np.random.Generator
    ) -> Shaped[np.ndarray, "h w *c"]:
        if self.fill_mask is None:
            return mask
        return filled(mask, self.holes(parameters, mask.shape[:2]), self.fill_mask, generator)


def filled(
    image: Shaped[np.ndarray, "h w *c"], holes: Holes, fill: Any, generator: np.random.Generator
) -> Shaped[np.ndarray, "h w *c"]:
    """A copy with holes.

    Raises:
        ShapeError: there are as many numbers neither as channels nor as one.
    """
    if isinstance(fill, tuple) and len(fill) not in (1, *image.shape[2:]):
        raise ShapeError(f"fill: expected one number or one for each of {image.shape[2:] or 1} channels, got {fill}")
    found = np.array(image, order="C")  # a copy
    if not isinstance(fill, str) and found.dtype.isnative and found.dtype.kind in "uif" and found.dtype != np.float16:
        pixel = _pixel(fill, found.dtype, image.shape[2:] or (1,))
        hole_kernels.fill_holes(found.reshape(-1), image.shape[0], image.shape[1], holes, pixel)
        return found
    for top, left, bottom, right in holes:
        hole = found[top:bottom, left:right]
        if isinstance(fill, str):
            hole[...] = _random(hole.shape if fill == "random" else hole.shape[2:], image.dtype, generator)
        elif hole.size:
            hole[...] = np.clip(fill, *_limits(image.dtype)) if image.dtype.kind in "iu" else fill
    return found


@lru_cache(maxsize=64)
def _pixel(fill: Any, dtype: Any, shape: tuple[int, ...]) -> Shaped[np.ndarray, "c"]:
    """What a hole is filled with, within what the dtype can hold; not to be written to."""
    limits = _limits(dtype) if dtype.kind in "iu" else (-np.inf, np.inf)
    pixel = np.empty(shape, dtype)
    pixel[:] = np.clip(fill, *limits)
    return pixel


def _limits(dtype: Any) -> tuple[int, int]:
    return np.iinfo(dtype).min, np.iinfo(dtype).max


def _random(shape: tuple[int, ...], dtype: Any, generator: np.random.Generator) -> Shaped[np.ndarray, "..."]:
    if np.dtype(dtype) == np.float32:
        return generator.random(shape, np.float32)
    return generator.integers(0, int(RANGES[np.dtype(dtype).name]), shape, dtype, endpoint=True)
