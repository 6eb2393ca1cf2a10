# mypy: disable-error-code="no-untyped-def"
"""Noise for every pixel, compiled: normal numbers by Box and Muller, from a cipher of counters (Philox 4×32-10).

A number depends on the key and on its place alone. Sixty-four counters at a time, each step a loop that LLVM makes
vectors of; the logarithm and the turn are polynomials in float32 without contraction, so the same on every machine.

Source: Salmon and others, "Parallel random numbers: as easy as 1, 2, 3", SC 2011; the polynomials are Cephes' `logf`,
`sinf` and `cosf` (Moshier), good to 2 ulp.
"""

import numpy as np

from hardy.kernel import kernel

LOT = 256  # numbers from one call
_LANES = LOT // 4
_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint32(0x9E3779B9), np.uint32(0xBB67AE85)
_LOW, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
_F = np.float32


@kernel
def draw_bits(key, lot, bits):
    """256 words of 32 bits under a key of 64, for a lot by its number, into bits (4, 64)."""
    k0, k1 = np.uint32(key & _LOW), np.uint32(key >> _HALF)
    c0, c1, c2, c3 = bits[0], bits[1], bits[2], bits[3]
    for lane in range(np.uint64(_LANES)):
        place = np.uint64(lot) * np.uint64(_LANES) + lane
        c0[lane], c1[lane] = np.uint32(place & _LOW), np.uint32(place >> _HALF)
        c2[lane], c3[lane] = np.uint32(0), np.uint32(0)
    for _ in range(10):
        for lane in range(np.uint64(_LANES)):
            first, second = _M0 * np.uint64(c0[lane]), _M1 * np.uint64(c2[lane])
            new0 = np.uint32(second >> _HALF) ^ c1[lane] ^ k0
            new2 = np.uint32(first >> _HALF) ^ c3[lane] ^ k1
            c0[lane], c1[lane] = new0, np.uint32(second & _LOW)
            c2[lane], c3[lane] = new2, np.uint32(first & _LOW)
        k0, k1 = np.uint32(k0 + _W0), np.uint32(k1 + _W1)


@kernel
def polar(first, second, radii, words, out_cosine, out_sine):
    """Two normal numbers from two words each."""
    for lane in range(np.uint64(_LANES)):
        radii[lane] = _F(np.int32(first[lane] >> np.uint32(8)) + np.int32(1)) * _F(2.0**-24)
    for lane in range(np.uint64(_LANES)):
        exponent = np.int32(words[lane] >> np.uint32(23)) - np.int32(126)  # of a mantissa in 0.5..1
        words[lane] = (words[lane] & np.uint32(0x7FFFFF)) | np.uint32(0x3F000000)
        out_cosine[lane] = _F(exponent)
    for lane in range(np.uint64(_LANES)):
        mantissa, exponent = radii[lane], out_cosine[lane]
        small = mantissa < _F(0.70710678)
        exponent = exponent - _F(1.0) if small else exponent
        x = (mantissa + mantissa if small else mantissa) - _F(1.0)
        z = x * x
        y = _F(7.0376836292e-2) * x - _F(1.1514610310e-1)
        y = y * x + _F(1.1676998740e-1)
        y = y * x - _F(1.2420140846e-1)
        y = y * x + _F(1.4249322787e-1)
        y = y * x - _F(1.6668057665e-1)
        y = y * x + _F(2.0000714765e-1)
        y = y * x - _F(2.4999993993e-1)
        y = y * x + _F(3.3333331174e-1)
        y = y * x * z - _F(2.12194440e-4) * exponent - _F(0.5) * z
        radii[lane] = np.sqrt(_F(-2.0) * (x + y + _F(0.693359375) * exponent))
    for lane in range(np.uint64(_LANES)):
        turn = _F(np.int32(second[lane] >> np.uint32(8))) * _F(2.0**-24)
        quarter = np.floor(turn * _F(4.0) + _F(0.5))
        x = (turn - quarter * _F(0.25)) * _F(6.283185307179586)
        z = x * x
        sine = ((_F(-1.9515295891e-4) * z + _F(8.3321608736e-3)) * z - _F(1.6666654611e-1)) * z * x + x
        cosine = (_F(2.443315711809948e-5) * z - _F(1.388731625493765e-3)) * z + _F(4.166664568298827e-2)
        cosine = cosine * z * z - _F(0.5) * z + _F(1.0)
        odd = quarter == _F(1.0) or quarter == _F(3.0)
        along, across = (sine if odd else cosine), (cosine if odd else sine)
        along = -along if quarter == _F(1.0) or quarter == _F(2.0) else along
        across = -across if quarter == _F(2.0) or quarter == _F(3.0) else across
        radius = radii[lane]
        out_cosine[lane] = radius * along
        out_sine[lane] = radius * across


@kernel
def draw_normal(key, lot, bits, scratch, words, found):
    """256 normal numbers; `words` are the bits of `scratch`, both of 64."""
    draw_bits(key, lot, bits)
    polar(bits[0], bits[1], scratch, words, found[0:_LANES], found[_LANES : 2 * _LANES])
    polar(bits[2], bits[3], scratch, words, found[2 * _LANES : 3 * _LANES], found[3 * _LANES : 4 * _LANES])


@kernel
def fill_normal(key, out):
    """A flat array full of normal numbers."""
    bits, scratch, found = np.empty((4, _LANES), np.uint32), np.empty(_LANES, np.float32), np.empty(LOT, np.float32)
    words = scratch.view(np.uint32)
    for lot in range((len(out) + LOT - 1) // LOT):
        draw_normal(key, lot, bits, scratch, words, found)
        first = lot * LOT
        for n in range(min(LOT, len(out) - first)):
            out[first + n] = found[n]


@kernel
def apply_noise(values, key, share, scale, shift, repeat, limit, out):
    """value · (share · noise · scale + 1 where share) + noise · scale + shift, for a flat picture.

    `share` 1 multiplies, 0 adds; each number serves `repeat` values in a row. `limit` 0 leaves floats as they are;
    otherwise numbers are rounded, halves up, and saturated.
    """
    bits, scratch, found = np.empty((4, _LANES), np.uint32), np.empty(_LANES, np.float32), np.empty(LOT, np.float32)
    words = scratch.view(np.uint32)
    top, multiply = _F(limit), share != 0
    size, more = _F(scale), _F(shift)
    step = LOT * repeat
    for lot in range((len(values) + step - 1) // step):
        draw_normal(key, lot, bits, scratch, words, found)
        first = lot * step
        count = np.uint64(min(step, len(values) - first))
        part, to = values[first : first + step], out[first : first + step]
        if repeat == 1:
            for n in range(count):
                noise = found[n] * size + more
                value = _F(part[n])
                changed = value * noise if multiply else value + noise
                if limit > 0:
                    changed = np.floor(changed + _F(0.5))
                    changed = changed if changed > _F(0.0) else _F(0.0)
                    to[n] = np.int32(changed if changed < top else top)
                else:
                    to[n] = changed
        else:
            for n in range(count):
                noise = found[n // np.uint64(repeat)] * size + more
                value = _F(part[n])
                changed = value * noise if multiply else value + noise
                if limit > 0:
                    changed = np.floor(changed + _F(0.5))
                    changed = changed if changed > _F(0.0) else _F(0.0)
                    to[n] = np.int32(changed if changed < top else top)
                else:
                    to[n] = changed


@kernel
def count_photons(values, key, limits, levels, out):
    """Levels by the number of photons: as many as there are limits (256, k) of the value that a word reaches."""
    bits = np.empty((4, _LANES), np.uint32)
    words = bits.reshape(-1)
    for lot in range((len(values) + LOT - 1) // LOT):
        draw_bits(key, lot, bits)
        first = lot * LOT
        for n in range(min(LOT, len(values) - first)):
            own = limits[values[first + n]]
            photons = 0
            for limit in own:
                photons += words[n] >= limit
            out[first + n] = levels[photons]
