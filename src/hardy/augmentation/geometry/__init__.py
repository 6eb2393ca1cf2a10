"""Transforms that move pixels. To add one: a file with a `Geometry` or a `Distortion`, and a line in the dict below."""

from hardy.augmentation.geometry.affine import Affine
from hardy.augmentation.geometry.crops import CenterCrop, RandomCrop
from hardy.augmentation.geometry.elastic_transform import ElasticTransform
from hardy.augmentation.geometry.flips import HorizontalFlip, RandomRotate90, Transpose, VerticalFlip
from hardy.augmentation.geometry.grid_distortion import GridDistortion
from hardy.augmentation.geometry.pad_if_needed import PadIfNeeded
from hardy.augmentation.geometry.perspective import Perspective
from hardy.augmentation.geometry.random_resized_crop import RandomResizedCrop
from hardy.augmentation.geometry.resize import Resize
from hardy.augmentation.geometry.rotate import Rotate
from hardy.augmentation.geometry.shear import Shear
from hardy.augmentation.geometry.translate import Translate
from hardy.augmentation.geometry.zoom import Scale, Zoom
from hardy.augmentation.transform import Transform

GEOMETRY: dict[str, type[Transform]] = {
    "Affine": Affine,
    "CenterCrop": CenterCrop,
    "ElasticTransform": ElasticTransform,
    "GridDistortion": GridDistortion,
    "HorizontalFlip": HorizontalFlip,
    "PadIfNeeded": PadIfNeeded,
    "Perspective": Perspective,
    "RandomCrop": RandomCrop,
    "RandomResizedCrop": RandomResizedCrop,
    "RandomRotate90": RandomRotate90,
    "Resize": Resize,
    "Rotate": Rotate,
    "Scale": Scale,
    "Shear": Shear,
    "Translate": Translate,
    "Transpose": Transpose,
    "VerticalFlip": VerticalFlip,
    "Zoom": Zoom,
}

__all__ = [
    "GEOMETRY",
    "Affine",
    "CenterCrop",
    "ElasticTransform",
    "GridDistortion",
    "HorizontalFlip",
    "PadIfNeeded",
    "Perspective",
    "RandomCrop",
    "RandomResizedCrop",
    "RandomRotate90",
    "Resize",
    "Rotate",
    "Scale",
    "Shear",
    "Translate",
    "Transpose",
    "VerticalFlip",
    "Zoom",
]
