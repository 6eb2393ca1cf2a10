"""Memory for batches that is used again: touching fresh pages costs as much as filling them."""

import threading
import weakref
from typing import Any

import numpy as np
from jaxtyping import Float32, UInt8


class Buffers:
    """Gives arrays, and takes them back by itself when nobody holds them any more.

    Args:
        keep: how many unused ones to hold on to.

    Example:
        >>> buffers = Buffers(keep=2)
        >>> first = buffers.take((2, 3), "float32")
        >>> place = first.ctypes.data
        >>> del first
        >>> buffers.take((2, 3), "float32").ctypes.data == place
        True
    """

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._free: list[np.ndarray] = []
        self._lock = threading.RLock()  # a finaliser may run in the middle of anything, also of `take`

    def __reduce__(self) -> Any:
        return Buffers, (self._keep,)

    def take(self, shape: tuple[int, ...], dtype: str) -> Float32[np.ndarray, "..."] | UInt8[np.ndarray, "..."]:
        """An array with any content."""
        size = int(np.prod(shape)) * np.dtype(dtype).itemsize
        with self._lock:
            fitting = [place for place, block in enumerate(self._free) if len(block) == size]
            block = self._free.pop(fitting[-1]) if fitting else None
        if block is None:
            block = np.empty(size, np.uint8)
        lease = _Lease(block)
        weakref.finalize(lease, self._put, block).atexit = False
        return np.asarray(lease).view(dtype).reshape(shape)

    def _put(self, block: np.ndarray) -> None:
        with self._lock:
            self._free.append(block)
            del self._free[: -self._keep]


class _Lease:
    """What arrays and tensors made of a block hold, and all their views: NumPy lets a view hold the block's owner only
    where that is no array."""

    def __init__(self, block: np.ndarray) -> None:
        self._block = block
        self.__array_interface__ = block.__array_interface__
