"""Transforms that make a picture worse as cameras and files do. To add one: a file with a `Barrier`, and a line in the
dict below."""

from hardy.augmentation.noise.downscale import Downscale
from hardy.augmentation.noise.gaussian_noise import GaussianNoise
from hardy.augmentation.noise.jpeg_compression import JpegCompression
from hardy.augmentation.noise.salt_and_pepper import SaltAndPepper
from hardy.augmentation.noise.shot_noise import ShotNoise
from hardy.augmentation.noise.speckle_noise import SpeckleNoise
from hardy.augmentation.transform import Transform

_ALL: tuple[type[Transform], ...] = (
    GaussianNoise,
    SaltAndPepper,
    ShotNoise,
    SpeckleNoise,
    JpegCompression,
    Downscale,
)
NOISE: dict[str, type[Transform]] = {transform.__name__: transform for transform in _ALL}
