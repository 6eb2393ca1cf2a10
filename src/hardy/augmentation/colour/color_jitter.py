"""Brightness, contrast, saturation and hue together."""

from dataclasses import dataclass
from functools import cached_property
from itertools import permutations
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64, Shaped

from hardy.augmentation.arguments import extent, one_of
from hardy.augmentation.colour.hsv import jitter_hsv
from hardy.augmentation.colour.matrices import GREY, grey_shares, scaled
from hardy.augmentation.colour.matrix_kernels import jitter_matrices
from hardy.augmentation.draw_kernels import spread
from hardy.augmentation.kinds import Barrier, Colour, Pictures, Row
from hardy.augmentation.transform import Parameters
from hardy.augmentation.units import from_unit, to_unit

PARTS = ("brightness", "contrast", "saturation", "hue")
ORDERS = tuple(permutations(PARTS))
PLACES = np.array([[order.index(part) for order in ORDERS] for part in PARTS])


@dataclass(frozen=True)
class ColorJitter(Colour, Barrier):
    """Change brightness, contrast, saturation and hue, in an order that is drawn for each sample as well.

    Pictures of other than three channels have brightness and contrast changed only.

    Args:
        brightness: a factor; like all four a pair (low, high), or a number v: 1 − v..1 + v for the factors, −v..v for
            the hue.
        contrast: a factor, about the mean grey.
        saturation: a factor, about each pixel's grey.
        hue: a turn, −0.5..0.5 of the whole circle.
        hue_as: "turn": about the grey axis, which is one matrix together with all else and fuses. "hsv": exact in
            HSV as torchvision does it, clamped after each of the four; a barrier.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "ColorJitter#0", "ColorJitter#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> alter = Compose([ColorJitter(brightness=(1.5, 1.5), contrast=0, saturation=0, hue=0, p=1)])
        >>> alter(image=np.array([[[100, 50, 200]]], np.uint8))["image"][0, 0]
        array([150,  75, 255], dtype=uint8)

    Source: torchvision's `ColorJitter`: its random order of the four and its formulas; the defaults are those of
    Albumentations'. The mean is that of the picture as it enters the chain, after what comes before within this
    transform. "turn" is not torchvision's hue: a pixel keeps the mean of its channels, not the largest.
    """

    brightness: Any = (0.8, 1.2)
    contrast: Any = (0.8, 1.2)
    saturation: Any = (0.8, 1.2)
    hue: Any = (-0.5, 0.5)
    hue_as: Any = "turn"
    p: Any = 0.5
    key: Any = None
    needs_generator: ClassVar[bool] = False
    draws: ClassVar[int] = 5
    needs_means: ClassVar[bool] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        for part in PARTS[:3]:
            object.__setattr__(self, part, extent(f"ColorJitter({part}=…)", getattr(self, part), 0, centre=1))
        object.__setattr__(self, "hue", extent("ColorJitter(hue=…)", self.hue, -0.5, 0.5))
        one_of("ColorJitter(hue_as=…)", self.hue_as, ("turn", "hsv"))

    @property
    def stands(self) -> bool:
        """The exact hue cannot be fused."""
        return bool(self.hue_as == "hsv")

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        drawn = np.empty((len(PARTS), len(uniform)))
        spread(uniform, self.extents, drawn)
        order = np.floor(uniform[:, 4] * len(ORDERS)).astype(np.int64)
        return {**dict(zip(PARTS, drawn, strict=True)), "order": order}

    @cached_property
    def extents(self) -> Float64[np.ndarray, "4 2"]:
        """The four ranges."""
        return np.array([getattr(self, part) for part in PARTS], np.float64)

    def matrix(self, parameters: Parameters, pictures: Pictures) -> Float64[np.ndarray, "n c c1"]:
        brightness, contrast = parameters["brightness"], parameters["contrast"]
        if pictures.channels != 3:
            grey = pictures.means @ grey_shares(pictures.channels)
            return scaled(brightness * contrast, (1 - contrast) * brightness * grey, pictures.channels)
        matrices = np.empty((len(brightness), 3, 4))
        drawn = (parameters[name] for name in (*PARTS, "order"))
        jitter_matrices(*drawn, PLACES, GREY, pictures.means, matrices)  # type: ignore[call-arg]
        return matrices

    def alter(
        self,
        image: Shaped[np.ndarray, "h w c"],
        parameters: Row,
        generator: np.random.Generator,  # noqa: ARG002
    ) -> Shaped[np.ndarray, "h w c"]:
        order = ORDERS[int(parameters["order"])]
        if image.shape[2] == 3:
            return jitter_hsv(image, [PARTS.index(p) for p in order], [float(parameters[p]) for p in PARTS])
        values = to_unit(image)
        shares = grey_shares(values.shape[2]).astype(np.float32)
        for part in order:
            factor = np.float32(parameters[part])
            if part == "brightness":
                values = np.clip(factor * values, 0, 1)
            elif part == "contrast":
                mean = np.float32((values @ shares).mean(dtype=np.float64))
                values = np.clip(factor * values + (1 - factor) * mean, 0, 1)
        return from_unit(values, image.dtype)
