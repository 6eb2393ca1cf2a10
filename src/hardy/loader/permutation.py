"""A shuffled order that is computed and not stored: position → row, for any number of rows."""

import numpy as np
from jaxtyping import Int64

from hardy.errors import InputError
from hardy.loader.permutation_kernels import walk
from hardy.rng import stream_key

_ROUNDS = 8


def permute(
    positions: Int64[np.ndarray, "n"], length: int, seed: int, epoch: int, key: str = "order"
) -> Int64[np.ndarray, "n"]:
    """Where positions in the shuffled order lie in the unshuffled one.

    Args:
        positions: 0 to length − 1.
        length: how many rows there are.
        seed: of the loader.
        epoch: each has an order of its own.
        key: other keys, other orders.

    Returns:
        Rows; over all positions every row occurs once.

    Example:
        >>> sorted(permute(np.arange(5), 5, seed=0, epoch=0).tolist())
        [0, 1, 2, 3, 4]

    Source: a balanced Feistel network over the smallest even number of bits that holds the length, walked until the
    value falls inside (Black and Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002). The round function is
    the finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014); no secrecy is claimed, an even shuffle is tested.
    """
    if length < 1 or (len(positions) and not 0 <= int(positions.min()) <= int(positions.max()) < length):
        raise InputError(f"positions must lie within 0 to {length - 1}")
    half = max(1, ((length - 1).bit_length() + 1) // 2)
    words = stream_key(seed, epoch, key)
    out = np.empty(len(positions), np.int64)
    walk(np.ascontiguousarray(positions, np.int64), length, half, words, _ROUNDS, out)
    return out
