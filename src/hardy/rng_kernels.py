# mypy: disable-error-code="no-untyped-def"
"""Uniform numbers for many keys and samples at once, compiled; `hardy.rng` says what they are."""

import numpy as np

from hardy.kernel import kernel

_M0, _M1 = np.uint64(0xD2E7470EE14C6C93), np.uint64(0xCA5A826395121157)
_W0, _W1 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBB67AE8584CAA73B)
_LOW, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)


@kernel
def multiply_high(a, b):
    """The upper word of a 128-bit product."""
    a_low, a_high, b_low, b_high = a & _LOW, a >> _HALF, b & _LOW, b >> _HALF
    middle = a_high * b_low + ((a_low * b_low) >> _HALF)
    return a_high * b_high + (middle >> _HALF) + ((a_low * b_high + (middle & _LOW)) >> _HALF)


@kernel
def fill_uniform(keys, words, copies, counts, out):
    """`counts[t]` numbers under each key for each sample, into out (t, n, …), in fours as the cipher gives them."""
    for t in range(len(keys)):
        for n in range(len(words)):
            for block in range((counts[t] + 3) // 4):
                c0, c1, c2, c3 = words[n, 0], words[n, 1], np.uint64(copies[n]), np.uint64(block)
                k0, k1 = keys[t, 0], keys[t, 1]
                for _ in range(10):
                    high0, low0, high1, low1 = multiply_high(_M0, c0), _M0 * c0, multiply_high(_M1, c2), _M1 * c2
                    c0, c1, c2, c3 = high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0
                    k0, k1 = k0 + _W0, k1 + _W1
                place = 4 * block
                for lane, bits in enumerate((c0, c1, c2, c3)):
                    if place + lane < counts[t]:
                        out[t, n, place + lane] = (bits >> np.uint64(11)) * 2.0**-53
