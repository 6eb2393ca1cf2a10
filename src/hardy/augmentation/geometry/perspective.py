"""Seen from another place."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.arguments import extent, one_of
from hardy.augmentation.geometry.matrices import homographies
from hardy.augmentation.kinds import Geometry
from hardy.augmentation.transform import Parameters, between

_MOST = 0.32  # of a side that a corner moves: the quadrangle stays convex
_CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])  # x, y as shares of the frame
_INWARDS = 1 - 2 * _CORNERS


@dataclass(frozen=True)
class Perspective(Geometry):
    """Stretch a quadrangle of the picture, its corners drawn near the picture's, over the frame.

    Args:
        scale: standard deviation of the corners' distance from the picture's, as a share of the sides: a pair (low,
            high), or a number v for 0..v.
        keep_size: True keeps the frame; False gives it the size of the quadrangle.
        fit_output: True shows the whole picture instead: it is laid into the frame, and nothing is cut off.
        interpolation: "nearest", "linear", "cubic" or "area".
        mask_interpolation: of masks.
        border_mode: what comes in: "constant", "edge", "reflect", "symmetric" or "wrap".
        fill: the value outside for "constant", in the picture's own units; a number, or one per channel.
        fill_mask: the same for masks.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "Perspective#0", "Perspective#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> plan = Compose([Perspective(p=1)]).plan(["ab" * 16], sizes_hw=(17, 11))
        >>> plan.steps[0].parameters["corners"].shape
        (1, 4, 2)

    Source: Albumentations' `Perspective`. With `fit_output` the picture is laid into the frame as it is, where
    Albumentations enlarges the frame first.
    """

    scale: Any = (0.05, 0.1)
    keep_size: Any = True
    fit_output: Any = False
    interpolation: Any = "linear"
    mask_interpolation: Any = "nearest"
    border_mode: Any = "constant"
    fill: Any = 0
    fill_mask: Any = 0
    p: Any = 0.5
    key: Any = None
    draws: ClassVar[int] = 9

    def __post_init__(self) -> None:
        super().__post_init__()
        scale = self.scale if isinstance(self.scale, list | tuple) else (0, self.scale)
        object.__setattr__(self, "scale", extent("Perspective(scale=…)", scale, 0.0))
        for name in ("keep_size", "fit_output"):
            one_of(f"Perspective({name}=…)", getattr(self, name), (False, True))

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        radius = np.sqrt(-2 * np.log(1 - uniform[:, 1:5]))  # Box and Muller: normal numbers from uniform ones
        angle = 2 * np.pi * uniform[:, 5:9]
        normal = np.stack([radius * np.cos(angle), radius * np.sin(angle)], -1)
        moved = np.abs(normal) * between(uniform[:, 0], self.scale)[:, None, None]
        return {"corners": _CORNERS + np.minimum(moved, _MOST) * _INWARDS}

    def output_sizes(self, parameters: Parameters, sizes_hw: Int64[np.ndarray, "n 2"]) -> Int64[np.ndarray, "n 2"]:
        if self.keep_size or self.fit_output:
            return sizes_hw
        sides = parameters["corners"] * sizes_hw[:, None, ::-1]
        lengths = np.linalg.norm(sides - np.roll(sides, -1, 1), axis=2)
        found = np.stack([np.maximum(lengths[:, 1], lengths[:, 3]), np.maximum(lengths[:, 0], lengths[:, 2])], -1)
        return np.maximum(1, np.floor(found + 0.5)).astype(np.int64)

    def matrices(self, parameters: Parameters, sizes_hw: Int64[np.ndarray, "n 2"]) -> Float64[np.ndarray, "n 3 3"]:
        out = self.output_sizes(parameters, sizes_hw)
        frame = _CORNERS * out[:, None, ::-1] - 0.5
        quadrangle = parameters["corners"] * sizes_hw[:, None, ::-1] - 0.5
        if not self.fit_output:
            return homographies(frame, quadrangle)
        found = homographies(quadrangle, frame)
        middle = frame.mean(1)  # lies within every quadrangle; the frame's own corner may lie behind the horizon
        ahead = np.einsum("ni,ni->n", found[:, 2, :2], middle) + found[:, 2, 2]
        return found * np.sign(ahead)[:, None, None]
