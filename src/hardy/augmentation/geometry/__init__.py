"""Transforms that move pixels. To add one: a file with a `Geometry` or a `Distortion`, and a line in the dict below."""

from hardy.augmentation.geometry.flips import HorizontalFlip
from hardy.augmentation.geometry.translate import Translate
from hardy.augmentation.transform import Transform

GEOMETRY: dict[str, type[Transform]] = {
    "HorizontalFlip": HorizontalFlip,
    "Translate": Translate,
}
