"""Random numbers as a pure function of what they are for.

There is no generator with a state. Every number is computed from (seed, epoch, sample id, copy, key, draw) by
Philox 4×64-10: the key of the cipher is a hash of (seed, epoch, key), its counter is (id, copy, draw). So batch size,
order, threads, ranks, and what other transforms do, change nothing.

Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011. Equal, word for word, to
`numpy.random.Philox(counter=…, key=…)`, which the tests hold it against; NumPy's own class makes one object a stream
(3 µs), ours a whole batch at once.
"""

from functools import lru_cache
from typing import Any

import numpy as np
import xxhash
from jaxtyping import Float64, Int64, UInt64
from numpy.random.bit_generator import ISeedSequence

_MULTIPLIERS = (np.uint64(0xD2E7470EE14C6C93), np.uint64(0xCA5A826395121157))
_WEYL = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBB67AE8584CAA73B))
_ROUNDS = 10
_LOW32 = np.uint64(0xFFFFFFFF)
_SHIFT32 = np.uint64(32)


def _multiply(a: np.uint64, b: UInt64[np.ndarray, "*n"]) -> tuple[UInt64[np.ndarray, "*n"], UInt64[np.ndarray, "*n"]]:
    """High and low words of the 128-bit product."""
    a_low, a_high = a & _LOW32, a >> _SHIFT32
    b_low, b_high = b & _LOW32, b >> _SHIFT32
    low_low = a_low * b_low
    middle = a_high * b_low + (low_low >> _SHIFT32)
    middle_low = a_low * b_high + (middle & _LOW32)
    return a_high * b_high + (middle >> _SHIFT32) + (middle_low >> _SHIFT32), a * b


def philox(counter: UInt64[np.ndarray, "*n 4"], key: UInt64[np.ndarray, "*#n 2"]) -> UInt64[np.ndarray, "*n 4"]:
    """Encrypt counters under keys, 256 random bits for each.

    Args:
        counter: four 64-bit words each, least significant first.
        key: two words, broadcast against the counters.

    Example:
        >>> philox(np.zeros((1, 4), np.uint64), np.zeros((1, 2), np.uint64))[0, 0]
        np.uint64(1609277786247541068)
    """
    c0, c1, c2, c3 = (counter[..., i] for i in range(4))
    k0, k1 = key[..., 0], key[..., 1]
    with np.errstate(over="ignore"):
        for _ in range(_ROUNDS):
            high0, low0 = _multiply(_MULTIPLIERS[0], c0)
            high1, low1 = _multiply(_MULTIPLIERS[1], c2)
            c0, c1, c2, c3 = high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0
            k0, k1 = k0 + _WEYL[0], k1 + _WEYL[1]
    return np.stack(np.broadcast_arrays(c0, c1, c2, c3), axis=-1)


def stream_key(seed: int, epoch: int, key: str) -> UInt64[np.ndarray, "2"]:
    """The cipher's key for one purpose (`key`) in one epoch of one seed."""
    digest = xxhash.xxh3_128_digest(f"{seed}\0{epoch}\0{key}".encode())
    return np.frombuffer(digest, dtype=">u8").astype(np.uint64)


@lru_cache(maxsize=64)
def stream_keys(seed: int, epoch: int, keys: tuple[str, ...]) -> UInt64[np.ndarray, "t 2"]:
    """The same for several purposes; remembered, for an epoch has many batches. Not to be written to."""
    digests = b"".join(xxhash.xxh3_128_digest(f"{seed}\0{epoch}\0{key}".encode()) for key in keys)
    return np.frombuffer(digests, dtype=">u8").astype(np.uint64).reshape(-1, 2)


def id_words(ids: list[str]) -> UInt64[np.ndarray, "n 2"]:
    """Sample ids (32 hexadecimal digits each) as the two words that a counter holds."""
    return np.frombuffer(bytes.fromhex("".join(ids)), dtype=">u8").astype(np.uint64).reshape(-1, 2)


def draw(
    seed: int,
    epoch: int,
    words: UInt64[np.ndarray, "n 2"],
    copies: Int64[np.ndarray, "n"],
    key: str,
    count: int,
) -> Float64[np.ndarray, "n count"]:
    """Uniform numbers in [0, 1), `count` for each sample.

    Args:
        seed: of the whole pipeline.
        epoch: counted from 0.
        words: the samples' ids, from `id_words`.
        copies: which copy of the sample each is, 0 for the original.
        key: what the numbers are for: a transform's name and occurrence, "split", "order".
        count: how many numbers a sample needs.

    Returns:
        Multiples of 2⁻⁵³.

    Example:
        >>> words = id_words(["00" * 16, "ff" * 16])
        >>> once = draw(0, 0, words, np.zeros(2, np.int64), "flip", 1)
        >>> alone = draw(0, 0, words[1:], np.zeros(1, np.int64), "flip", 1)
        >>> bool(once[1, 0] == alone[0, 0])
        True
    """
    blocks = -(-count // 4)
    counter = np.empty((len(words), blocks, 4), np.uint64)
    counter[..., :2] = words[:, None, :]
    counter[..., 2] = copies.astype(np.uint64)[:, None]
    counter[..., 3] = np.arange(blocks, dtype=np.uint64)
    bits = philox(counter, stream_key(seed, epoch, key)).reshape(len(words), blocks * 4)[:, :count]
    return (bits >> np.uint64(11)) * 2.0**-53


def derive_seed(seed: int, key: str) -> int:
    """A 63-bit seed for a library that insists on a generator with a state."""
    return int(stream_key(seed, 0, key)[0] >> np.uint64(1))


def generator(seed: int, epoch: int, words: UInt64[np.ndarray, "2"], copy: int, key: str) -> np.random.Generator:
    """NumPy's generator for one sample and one purpose, for code that draws an unknown number of numbers.

    Args:
        seed: of the whole pipeline.
        epoch: counted from 0.
        words: the sample's id.
        copy: which copy of the sample it is.
        key: what the numbers are for.

    Example:
        >>> first, second = (generator(0, 0, id_words(["ab" * 16])[0], 0, "noise") for _ in range(2))
        >>> first.integers(1000) == second.integers(1000)
        np.True_
    """
    own = stream_key(seed, epoch, f"{key}\0{words[0]:016x}{words[1]:016x}\0{copy}")
    return np.random.Generator(np.random.Philox(_Key(own)))  # type: ignore[arg-type]


class _Key(ISeedSequence):
    """A key as it is. `Philox(key=…)` is the same, but asks the system for noise first, which takes 10 µs."""

    def __init__(self, key: UInt64[np.ndarray, "2"]) -> None:
        self._key = key

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> UInt64[np.ndarray, "2"]:  # noqa: ARG002
        """The key; Philox asks for its two words and for nothing else."""
        return self._key
