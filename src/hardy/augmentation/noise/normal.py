"""Normal noise laid over a picture: what GaussianNoise and SpeckleNoise have in common."""

import numpy as np
from jaxtyping import Shaped

from hardy.augmentation import normal_kernels
from hardy.augmentation.values import RANGES

Picture = Shaped[np.ndarray, "h w c"]


def with_normal(
    image: Picture, generator: np.random.Generator, scale: float, shift: float, per_channel: bool, *, multiply: bool
) -> Picture:
    """Normal numbers, scaled and shifted, added to a picture or multiplied with it; rounded once and saturated.

    Args:
        image: uint8, uint16 or float32; floats are not clamped.
        generator: gives the key of the numbers, and nothing else.
        scale: of the noise; in the picture's units where it is added.
        shift: its mean.
        per_channel: False gives all channels of a pixel the same number.
        multiply: True multiplies.
    """
    image = np.ascontiguousarray(image)
    found, key = np.empty_like(image), np.uint64(generator.bit_generator.random_raw())
    limit = 0.0 if image.dtype == np.float32 else RANGES[image.dtype.name]
    repeat = 1 if per_channel else image.shape[2]
    normal_kernels.apply_noise(image.reshape(-1), key, int(multiply), scale, shift, repeat, limit, found.reshape(-1))
    return found
