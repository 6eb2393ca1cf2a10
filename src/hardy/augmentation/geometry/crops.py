"""A window of a fixed size."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.arguments import one_of, whole
from hardy.augmentation.geometry.matrices import check_window, same_sizes
from hardy.augmentation.geometry.matrix_kernels import CENTER, RANDOM, shift_matrices, window_corners
from hardy.augmentation.geometry.pad_if_needed import PLACES, POSITIONS
from hardy.augmentation.kinds import Edge, Geometry
from hardy.augmentation.transform import Parameters


class _Crop(Geometry):
    """What both have in common: a window, and padding where the picture is smaller."""

    height: Any
    width: Any
    pad_if_needed: Any
    pad_position: Any
    place: ClassVar[int]  # of the window in a larger picture

    def __post_init__(self) -> None:
        super().__post_init__()
        name = type(self).__name__
        for side in ("height", "width"):
            object.__setattr__(self, side, whole(f"{name}({side}=…)", getattr(self, side)))
        one_of(f"{name}(pad_if_needed=…)", self.pad_if_needed, (False, True))
        one_of(f"{name}(pad_position=…)", self.pad_position, POSITIONS)

    def edge(self) -> Edge | None:
        return super().edge() if self.pad_if_needed else None

    def parameters(self, uniform: Float64[np.ndarray, "n draws"], sizes_hw: Int64[np.ndarray, "n 2"]) -> Parameters:
        if not self.pad_if_needed:
            check_window(type(self).__name__, sizes_hw, self.window)
        corners = np.empty((2, len(sizes_hw)), np.int64)
        window_corners(sizes_hw, self.window, self.place, PLACES[self.pad_position], uniform, corners)
        return {"top": corners[0], "left": corners[1]}

    @cached_property
    def window(self) -> Int64[np.ndarray, "1 2"]:
        """Its size."""
        return np.array([[self.height, self.width]])

    def output_sizes(
        self,
        parameters: Parameters,  # noqa: ARG002
        sizes_hw: Int64[np.ndarray, "n 2"],
    ) -> Int64[np.ndarray, "n 2"]:
        return same_sizes(len(sizes_hw), self.height, self.width)

    def matrices(self, parameters: Parameters, sizes_hw: Int64[np.ndarray, "n 2"]) -> Float64[np.ndarray, "n 3 3"]:
        matrices = np.empty((len(sizes_hw), 3, 3))
        shift_matrices(parameters["top"], parameters["left"], matrices)
        return matrices


@dataclass(frozen=True)
class CenterCrop(_Crop):
    """Cut out the middle. Exact: every pixel is copied.

    Args:
        height: of the window, in pixels.
        width: of the window, in pixels.
        pad_if_needed: True fills up a picture that is smaller; False refuses it.
        pad_position: where the picture lies then: "center", "top_left", "top_right", "bottom_left", "bottom_right" or
            "random".
        border_mode: what fills up: "constant", "edge", "reflect", "symmetric" or "wrap".
        fill: the value outside for "constant", in the picture's own units; a number, or one per channel.
        fill_mask: the same for masks.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "CenterCrop#0", "CenterCrop#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range; a picture is smaller than the window.

    Example:
        >>> from hardy.augmentation import Compose
        >>> picture = np.arange(5, dtype=np.uint8).reshape(1, 5, 1)
        >>> Compose([CenterCrop(1, 3)])(image=picture)["image"][0, :, 0]
        array([1, 2, 3], dtype=uint8)

    Source: Albumentations' `CenterCrop`.
    """

    height: Any
    width: Any
    pad_if_needed: Any = False
    pad_position: Any = "center"
    border_mode: Any = "constant"
    fill: Any = 0
    fill_mask: Any = 0
    p: Any = 1.0
    key: Any = None
    draws: ClassVar[int] = 2
    place: ClassVar[int] = CENTER


@dataclass(frozen=True)
class RandomCrop(_Crop):
    """Cut out a window at a place drawn uniformly. Exact: every pixel is copied.

    Args:
        height: of the window, in pixels.
        width: of the window, in pixels.
        pad_if_needed: True fills up a picture that is smaller; False refuses it.
        pad_position: where the picture lies then: "center", "top_left", "top_right", "bottom_left", "bottom_right" or
            "random".
        border_mode: what fills up: "constant", "edge", "reflect", "symmetric" or "wrap".
        fill: the value outside for "constant", in the picture's own units; a number, or one per channel.
        fill_mask: the same for masks.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "RandomCrop#0", "RandomCrop#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range; a picture is smaller than the window.

    Example:
        >>> from hardy.augmentation import Compose
        >>> Compose([RandomCrop(8, 9)])(image=np.zeros((17, 11, 3), np.uint8))["image"].shape
        (8, 9, 3)

    Source: Albumentations' `RandomCrop`.
    """

    height: Any
    width: Any
    pad_if_needed: Any = False
    pad_position: Any = "center"
    border_mode: Any = "constant"
    fill: Any = 0
    fill_mask: Any = 0
    p: Any = 1.0
    key: Any = None
    draws: ClassVar[int] = 4
    place: ClassVar[int] = RANDOM
