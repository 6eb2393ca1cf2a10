"""Transforms that change values. To add one: a file with a `Colour` or a `Curve`, and a line in the dict below."""

from hardy.augmentation.colour.invert import Invert
from hardy.augmentation.transform import Transform

COLOUR: dict[str, type[Transform]] = {"Invert": Invert}
