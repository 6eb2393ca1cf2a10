"""Warmer or colder light."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.arguments import extent
from hardy.augmentation.colour.matrices import each_scaled
from hardy.augmentation.kinds import Colour, Pictures
from hardy.augmentation.transform import Parameters, between

_DAYLIGHT = 6504.0  # kelvin, where sRGB's white lies
_TO_LINEAR_SRGB = np.array(
    [[3.2404542, -1.5371385, -0.4985314], [-0.9692660, 1.8760108, 0.0415560], [0.0556434, -0.2040259, 1.0572252]]
)
_GAMMA = 2.2  # of sRGB, near enough for a power: scaling light by a is scaling values by a^(1 / 2.2)

Kelvin = Float64[np.ndarray, "n"]


@dataclass(frozen=True)
class ColorTemperature(Colour):
    """Light the picture by a glowing body of another temperature: below 6,504 K warmer (redder), above colder (bluer).

    Red and blue are scaled as that light has more or less of them than daylight has; green stays. Pictures of other
    than three channels stay as they are.

    Args:
        temperature_limit: in kelvin, 1,700..25,000: a pair (low, high), or a number for exactly that.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "ColorTemperature#0", "ColorTemperature#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> candle = Compose([ColorTemperature(temperature_limit=2000, p=1)])
        >>> red, green, blue = candle(image=np.full((1, 1, 3), 100, np.uint8))["image"][0, 0].tolist()
        >>> red > green == 100 > blue
        True

    Source: Albumentations' `PlanckianJitter(mode="blackbody")`, whose limits these are; the Planckian locus after Kim
    and others, "Design of advanced color temperature control system for HDTV applications", 2002. There a table of
    factors is applied to the values, here the factors to the light that they stand for.
    """

    temperature_limit: Any = (3000, 15000)
    p: Any = 0.5
    key: Any = None
    draws: ClassVar[int] = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        limits = extent("ColorTemperature(temperature_limit=…)", self.temperature_limit, 1700, 25_000, None)
        object.__setattr__(self, "temperature_limit", limits)

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        return {"temperature_k": between(uniform[:, 0], self.temperature_limit)}

    def matrix(self, parameters: Parameters, pictures: Pictures) -> Float64[np.ndarray, "n c c1"]:
        if pictures.channels != 3:
            return each_scaled(np.ones((len(pictures.means), pictures.channels)))
        light = light_of(parameters["temperature_k"]) / light_of(np.array([_DAYLIGHT]))
        return each_scaled((light / light[:, 1:2]) ** (1 / _GAMMA))


def light_of(temperature_k: Kelvin) -> Float64[np.ndarray, "n 3"]:
    """A glowing body's red, green and blue, in linear sRGB; 0 where sRGB cannot show it."""
    x, y = chromaticity(temperature_k)
    xyz = np.stack([x / y, np.ones_like(x), (1 - x - y) / y], axis=1)
    return np.maximum(xyz @ _TO_LINEAR_SRGB.T, 0)


def chromaticity(temperature_k: Kelvin) -> tuple[Kelvin, Kelvin]:
    """Where a glowing body's colour lies in the CIE 1931 diagram (x, y), 1,667..25,000 K.

    Example:
        >>> x, y = chromaticity(np.array([2856.0]))  # the light bulb of CIE illuminant A
        >>> round(float(x[0]), 3), round(float(y[0]), 3)
        (0.447, 0.408)
    """
    t = 1000 / temperature_k
    warm, cold = (-0.2661239, -0.2343589, 0.8776956, 0.179910), (-3.0258469, 2.1070379, 0.2226347, 0.240390)
    x = np.where(temperature_k <= 4000, np.polyval(warm, t), np.polyval(cold, t))
    warmest, warm = (
        (-1.1063814, -1.34811020, 2.18555832, -0.20219683),
        (-0.9549476, -1.37418593, 2.09137015, -0.16748867),
    )
    y = np.where(temperature_k <= 2222, np.polyval(warmest, x), np.polyval(warm, x))
    return x, np.where(temperature_k <= 4000, y, np.polyval((3.0817580, -5.87338670, 3.75112997, -0.37001483), x))
