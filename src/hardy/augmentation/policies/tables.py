"""The tables of the published policies, as data.

An operation's magnitude runs from one end to the other in so many bins; shear in pixels a pixel, translation as a share
of the side (or in pixels), rotation in degrees, enhancements as what is added to the factor 1, posterising in bits,
solarising as the threshold of 0..255. Operations without ends have no magnitude.

Source: Cubuk and others, "AutoAugment", 2018 (tables 6 to 9) and "RandAugment", 2019; Müller and Hutter,
"TrivialAugment", 2021 (table 1, "wide"); Hendrycks and others, "AugMix", 2019.
"""

from dataclasses import dataclass

import numpy as np

_MOVES = ("ShearX", "ShearY", "TranslateX", "TranslateY", "Rotate")
_ENHANCEMENTS = ("Brightness", "Color", "Contrast", "Sharpness")
SIGNED = (*_MOVES, *_ENHANCEMENTS)  # whose magnitude is as often negative
_AUTO_SHIFT = 150 / 331  # the paper's 150 pixels, of pictures of 331


@dataclass(frozen=True)
class Scale:
    """The magnitudes that an operation may have.

    Args:
        ends: of the first and the last bin; None: it has no magnitude.
        whole: bins are whole numbers, counted from the first end.
        in_pixels: translation is not a share of the side.
    """

    ends: tuple[float, float] | None = None
    whole: bool = False
    in_pixels: bool = False

    def magnitudes(self, bins: int) -> tuple[float, ...]:
        """The magnitude of each bin; a single 0 where there is none."""
        if self.ends is None:
            return (0.0,)
        first, last = self.ends
        if self.whole:
            steps = np.round(np.arange(bins) * abs(last - first) / max(bins - 1, 1))
            return tuple((first + np.sign(last - first) * steps).tolist())
        return tuple(np.linspace(first, last, bins).tolist())


def _space(shear: float, shift: Scale, turn_deg: float, enhance: float, bits: tuple[int, int]) -> dict[str, Scale]:
    return {
        "ShearX": Scale((0, shear)),
        "ShearY": Scale((0, shear)),
        "TranslateX": shift,
        "TranslateY": shift,
        "Rotate": Scale((0, turn_deg)),
        **{name: Scale((0, enhance)) for name in _ENHANCEMENTS},
        "Posterize": Scale(bits, whole=True),
        "Solarize": Scale((255, 0)),
        "AutoContrast": Scale(),
        "Equalize": Scale(),
    }


RAND_AUGMENT = _space(0.3, Scale((0, _AUTO_SHIFT)), 30, 0.9, (8, 4))
AUTO_AUGMENT = {**RAND_AUGMENT, "Invert": Scale()}
TRIVIAL_AUGMENT = _space(0.99, Scale((0, 32), in_pixels=True), 135, 0.99, (8, 2))
AUG_MIX = _space(0.3, Scale((0, 1 / 3)), 30, 0.9, (4, 0))
AUG_MIX_PLAIN = {name: scale for name, scale in AUG_MIX.items() if name not in _ENHANCEMENTS}

_BINS_OF_AUTO_AUGMENT = 10

# a line is a sub-policy: two operations, each with its probability and its bin of ten
_CIFAR10 = """
Invert 0.1 7, Contrast 0.2 6
Rotate 0.7 2, TranslateX 0.3 9
Sharpness 0.8 1, Sharpness 0.9 3
ShearY 0.5 8, TranslateY 0.7 9
AutoContrast 0.5 8, Equalize 0.9 2
ShearY 0.2 7, Posterize 0.3 7
Color 0.4 3, Brightness 0.6 7
Sharpness 0.3 9, Brightness 0.7 9
Equalize 0.6 5, Equalize 0.5 1
Contrast 0.6 7, Sharpness 0.6 5
Color 0.7 7, TranslateX 0.5 8
Equalize 0.3 7, AutoContrast 0.4 8
TranslateY 0.4 3, Sharpness 0.2 6
Brightness 0.9 6, Color 0.2 8
Solarize 0.5 2, Invert 0.0 3
Equalize 0.2 0, AutoContrast 0.6 0
Equalize 0.2 8, Equalize 0.6 4
Color 0.9 9, Equalize 0.6 6
AutoContrast 0.8 4, Solarize 0.2 8
Brightness 0.1 3, Color 0.7 0
Solarize 0.4 5, AutoContrast 0.9 3
TranslateY 0.9 9, TranslateY 0.7 9
AutoContrast 0.9 2, Solarize 0.8 3
Equalize 0.8 8, Invert 0.1 3
TranslateY 0.7 9, AutoContrast 0.9 1
"""
_IMAGENET = """
Posterize 0.4 8, Rotate 0.6 9
Solarize 0.6 5, AutoContrast 0.6 5
Equalize 0.8 8, Equalize 0.6 3
Posterize 0.6 7, Posterize 0.6 6
Equalize 0.4 7, Solarize 0.2 4
Equalize 0.4 4, Rotate 0.8 8
Solarize 0.6 3, Equalize 0.6 7
Posterize 0.8 5, Equalize 1.0 2
Rotate 0.2 3, Solarize 0.6 8
Equalize 0.6 8, Posterize 0.4 6
Rotate 0.8 8, Color 0.4 0
Rotate 0.4 9, Equalize 0.6 2
Equalize 0.0 7, Equalize 0.8 8
Invert 0.6 4, Equalize 1.0 8
Color 0.6 4, Contrast 1.0 8
Rotate 0.8 8, Color 1.0 2
Color 0.8 8, Solarize 0.8 7
Sharpness 0.4 7, Invert 0.6 8
ShearX 0.6 5, Equalize 1.0 9
Color 0.4 0, Equalize 0.6 3
Equalize 0.4 7, Solarize 0.2 4
Solarize 0.6 5, AutoContrast 0.6 5
Invert 0.6 4, Equalize 1.0 8
Color 0.6 4, Contrast 1.0 8
Equalize 0.8 8, Equalize 0.6 3
"""
_SVHN = """
ShearX 0.9 4, Invert 0.2 3
ShearY 0.9 8, Invert 0.7 5
Equalize 0.6 5, Solarize 0.6 6
Invert 0.9 3, Equalize 0.6 3
Equalize 0.6 1, Rotate 0.9 3
ShearX 0.9 4, AutoContrast 0.8 3
ShearY 0.9 8, Invert 0.4 5
ShearY 0.9 5, Solarize 0.2 6
Invert 0.9 6, AutoContrast 0.8 1
Equalize 0.6 3, Rotate 0.9 3
ShearX 0.9 4, Solarize 0.3 3
ShearY 0.8 8, Invert 0.7 4
Equalize 0.9 5, TranslateY 0.6 6
Invert 0.9 4, Equalize 0.6 7
Contrast 0.3 3, Rotate 0.8 4
Invert 0.8 5, TranslateY 0.0 2
ShearY 0.7 6, Solarize 0.4 8
Invert 0.6 4, Rotate 0.8 4
ShearY 0.3 7, TranslateX 0.9 3
ShearX 0.1 6, Invert 0.6 5
Solarize 0.7 2, TranslateY 0.6 7
ShearY 0.8 4, Invert 0.8 8
ShearX 0.7 9, TranslateY 0.8 3
ShearY 0.8 5, AutoContrast 0.7 3
ShearX 0.7 2, Invert 0.1 5
"""

SubPolicy = tuple[tuple[str, float, float], ...]


def _read(table: str) -> tuple[SubPolicy, ...]:
    """Sub-policies as (operation, probability, magnitude)."""
    found = []
    for line in table.strip().splitlines():
        parts = [part.split() for part in line.split(", ")]
        found.append(
            tuple(
                (name, float(p), (AUTO_AUGMENT[name].magnitudes(_BINS_OF_AUTO_AUGMENT) * 10)[int(number)])
                for name, p, number in parts
            )
        )
    return tuple(found)


SUB_POLICIES = {"cifar10": _read(_CIFAR10), "imagenet": _read(_IMAGENET), "svhn": _read(_SVHN)}
