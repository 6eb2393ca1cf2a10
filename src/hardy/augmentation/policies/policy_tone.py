"""A change of tone or colour of a published policy."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64, Shaped

from hardy.augmentation.arguments import one_of
from hardy.augmentation.kinds import Barrier, Row
from hardy.augmentation.policies.operations import TONES, toned
from hardy.augmentation.policies.policy_move import checked_magnitudes, drawn_magnitude
from hardy.augmentation.transform import Parameters


@dataclass(frozen=True)
class PolicyTone(Barrier):
    """Enhance, posterise, solarise, … by a magnitude out of a list: a part of `AutoAugment` and its kin.

    Unlike `Brightness`, `Contrast` and so on it is Pillow's to the bit, clamped and cut off to whole numbers at once.

    Args:
        operation: "Brightness", "Color", "Contrast", "Sharpness", "Posterize", "Solarize", "AutoContrast", "Equalize"
            or "Invert".
        magnitudes: of which one is drawn: what is added to the factor 1; bits; a threshold of 0..255.
        signed: the magnitude is negative as often as not.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "PolicyTone#0", "PolicyTone#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> half = PolicyTone("Brightness", magnitudes=[-0.5], signed=False)
        >>> Compose([half])(image=np.array([[[100], [101]]], np.uint8))["image"][0, :, 0]
        array([50, 50], dtype=uint8)

    Source: Pillow's `ImageEnhance` and `ImageOps`. The mean that "Contrast" is about is taken at its place.
    """

    operation: Any
    magnitudes: Any = (0.0,)
    signed: Any = False
    p: Any = 1.0
    key: Any = None
    needs_generator: ClassVar[bool] = False
    draws: ClassVar[int] = 2

    def __post_init__(self) -> None:
        super().__post_init__()
        one_of("PolicyTone(operation=…)", self.operation, TONES)
        object.__setattr__(self, "magnitudes", checked_magnitudes("PolicyTone(magnitudes=…)", self.magnitudes))

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        return {"magnitude": drawn_magnitude(uniform, self.magnitudes, self.signed)}

    def alter(
        self,
        image: Shaped[np.ndarray, "h w c"],
        parameters: Row,
        generator: np.random.Generator,  # noqa: ARG002
    ) -> Shaped[np.ndarray, "h w c"]:
        return toned(self.operation, image, float(parameters["magnitude"]))
