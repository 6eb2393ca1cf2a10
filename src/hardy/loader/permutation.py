"""A shuffled order that is computed and not stored: position → row, for any number of rows."""

import numpy as np
from jaxtyping import Int64, UInt64

from hardy.errors import InputError
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
    keys = [_mix(words[:1] + np.uint64(round_) * words[1:])[0] for round_ in range(_ROUNDS)]
    values = _encrypt(positions.astype(np.uint64), half, keys)
    outside = np.flatnonzero(values >= length)
    while len(outside):
        values[outside] = _encrypt(values[outside], half, keys)
        outside = outside[values[outside] >= length]
    return values.astype(np.int64)


def _encrypt(values: UInt64[np.ndarray, "n"], half: int, keys: list[np.uint64]) -> UInt64[np.ndarray, "n"]:
    mask, shift = np.uint64((1 << half) - 1), np.uint64(half)
    left, right = values >> shift, values & mask
    for key in keys:
        left, right = right, left ^ (_mix(right + key) & mask)
    return (left << shift) | right


def _mix(values: UInt64[np.ndarray, "n"]) -> UInt64[np.ndarray, "n"]:
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
