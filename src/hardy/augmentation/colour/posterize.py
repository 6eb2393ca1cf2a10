"""Few levels in place of many."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.arguments import extent, whole
from hardy.augmentation.kinds import Curve
from hardy.augmentation.transform import Parameters


@dataclass(frozen=True)
class Posterize(Curve):
    """Keep the highest bits of each value.

    Args:
        num_bits: 1..8: a number for exactly that, or a pair (low, high), both included.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "Posterize#0", "Posterize#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> image = np.array([[[63], [64], [255]]], np.uint8)
        >>> Compose([Posterize(num_bits=2, p=1)])(image=image)["image"][0, :, 0]
        array([  0,  64, 192], dtype=uint8)

    Source: Pillow's `ImageOps.posterize`; Albumentations' `Posterize` without its bits for each channel. uint16 keeps
    the highest bits of 16; float has 2^num_bits levels, as torchvision's.
    """

    num_bits: Any = 4
    p: Any = 0.5
    key: Any = None
    alike: ClassVar[bool] = True
    draws: ClassVar[int] = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        low, high = extent("Posterize(num_bits=…)", self.num_bits, 1, 8, None)
        bits = (whole("Posterize(num_bits=…)", low), whole("Posterize(num_bits=…)", high))
        object.__setattr__(self, "num_bits", bits)

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        low, high = self.num_bits
        return {"num_bits": low + np.floor(uniform[:, 0] * (high - low + 1)).astype(np.int64)}

    def curve(
        self, parameters: Parameters, levels: Float64[np.ndarray, "n c k"], maximum: float
    ) -> Float64[np.ndarray, "n c k"]:
        count = 2.0 ** parameters["num_bits"][:, None, None]
        step = (maximum + (maximum > 1)) / count  # whole numbers of 0..255 are 256 levels
        return np.minimum(np.floor(levels / step), count - 1) * step
