# mypy: disable-error-code="no-untyped-def"
"""A keyed permutation of positions, compiled; `hardy.loader.permutation` says what it is."""

import numpy as np

from hardy.kernel import kernel

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31 = np.uint64(30), np.uint64(27), np.uint64(31)


@kernel
def mix(value):
    """The finaliser of SplitMix64."""
    value = value + _GOLDEN
    value = (value ^ (value >> _S30)) * _FIRST
    value = (value ^ (value >> _S27)) * _SECOND
    return value ^ (value >> _S31)


@kernel
def walk(positions, length, half, words, rounds, out):
    """Encrypt each position until it falls below the length."""
    keys = np.empty(rounds, np.uint64)
    for number in range(rounds):
        keys[number] = mix(words[0] + np.uint64(number) * words[1])
    limit, shift = np.uint64(length), np.uint64(half)
    mask = (np.uint64(1) << shift) - np.uint64(1)
    for place in range(len(positions)):
        value = np.uint64(positions[place])
        while True:
            left, right = value >> shift, value & mask
            for key in keys:
                left, right = right, left ^ (mix(right + key) & mask)
            value = (left << shift) | right
            if value < limit:
                break
        out[place] = value
