"""Bytes to pixels, pixels to bytes, and what is done to pixels: pure functions, no files, no randomness.

An image is `(H, W, C)`, RGB; grey is `(H, W, 1)`; values are uint8 0..255, uint16 0..65535 or float 0..1.
Arguments are never changed.
"""

from typing import TypeAlias

import numpy as np
from jaxtyping import UInt8, UInt16

Images: TypeAlias = UInt8[np.ndarray, "n h w c"] | UInt16[np.ndarray, "n h w c"]
Image: TypeAlias = UInt8[np.ndarray, "h w c"] | UInt16[np.ndarray, "h w c"]
