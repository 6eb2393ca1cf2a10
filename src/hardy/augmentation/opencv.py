"""OpenCV for any number of channels: some of its functions take four at the most."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Shaped

_MOST = 4


def in_fours(function: Callable[[np.ndarray], np.ndarray], image: Shaped[np.ndarray, "h w c"]) -> np.ndarray:
    """Call a function of OpenCV with up to four channels at a time; the axis that it drops is put back."""
    channels = image.shape[2]
    if channels <= _MOST:
        found = function(image)
        return found.reshape(*found.shape[:2], channels)
    parts = [np.ascontiguousarray(image[:, :, start : start + _MOST]) for start in range(0, channels, _MOST)]
    return np.concatenate([in_fours(function, part) for part in parts], axis=2)
