"""Our counter-based numbers against NumPy's generator, and against the uniform distribution."""

import numpy as np
import pytest
from scipy import stats

from hardy.rng import draw, id_words, philox, stream_key

# A sound generator fails a test at this level once in a million runs; the numbers are fixed, so it never flickers.
UNLIKELY = 1e-6


@pytest.mark.parametrize("seed", range(20))
def test_philox_equals_numpys_word_for_word(seed: int) -> None:
    generator = np.random.default_rng(seed)
    counter = generator.integers(0, 2**64, 4, np.uint64)
    key = generator.integers(0, 2**64, 2, np.uint64)
    theirs = np.random.Philox(counter=counter, key=key).random_raw(12).reshape(3, 4)
    # NumPy adds one to the counter, a number of 256 bits, before each block.
    number = sum(int(word) << 64 * place for place, word in enumerate(counter))
    ours = [(number + block) % 2**256 for block in (1, 2, 3)]
    words = np.array([[value >> 64 * place & (2**64 - 1) for place in range(4)] for value in ours], np.uint64)
    assert np.array_equal(philox(words, key), theirs)


@pytest.mark.parametrize("word", [0, 1, 2**32 - 1, 2**32, 2**63, 2**64 - 1])
def test_philox_carries_between_halves_of_words(word: int) -> None:
    counter, key = np.full((1, 4), word, np.uint64), np.full(2, word, np.uint64)
    before = (sum(word << 64 * place for place in range(4)) - 1) % 2**256
    start = np.array([before >> 64 * place & (2**64 - 1) for place in range(4)], np.uint64)
    assert np.array_equal(philox(counter, key[None])[0], np.random.Philox(counter=start, key=key).random_raw(4))


def test_keys_broadcast_against_counters() -> None:
    counters, key = np.arange(20, dtype=np.uint64).reshape(5, 4), stream_key(0, 0, "x")
    each = np.concatenate([philox(counters[row : row + 1], key[None]) for row in range(5)])
    assert np.array_equal(philox(counters, key), each)
    assert np.array_equal(philox(counters, key[None]), each)
    assert np.array_equal(philox(counters, np.broadcast_to(key, (5, 2))), each)


def test_a_draw_is_numpys_random_of_that_block() -> None:
    identity = "0123456789abcdef" * 2
    words, key = id_words([identity]), stream_key(3, 4, "flip")
    before = (int(words[0, 0]) | int(words[0, 1]) << 64 | 5 << 128) - 1
    start = np.array([before % 2**256 >> 64 * place & (2**64 - 1) for place in range(4)], np.uint64)
    theirs = np.random.Generator(np.random.Philox(counter=start, key=key)).random(4)
    assert np.array_equal(draw(3, 4, words, np.array([5]), "flip", 4)[0], theirs)


def consecutive(count: int) -> np.ndarray:
    return id_words([f"{number:032x}" for number in range(count)])


@pytest.mark.parametrize("key", ["flip", "order"])
def test_draws_are_uniform_over_samples_and_over_draws(key: str) -> None:
    over_samples = draw(0, 0, consecutive(20_000), np.zeros(20_000, np.int64), key, 1).ravel()
    over_draws = draw(0, 0, consecutive(1), np.zeros(1, np.int64), key, 20_000).ravel()
    for values in (over_samples, over_draws):
        assert stats.kstest(values, "uniform").pvalue > UNLIKELY


def test_neighbours_are_independent() -> None:
    none = np.zeros(20_000, np.int64)
    words = consecutive(20_000)
    base = draw(0, 0, words, none, "flip", 2)
    others = [base[:, 1], draw(1, 0, words, none, "flip", 1)[:, 0], draw(0, 1, words, none, "flip", 1)[:, 0]]
    others += [draw(0, 0, words, none + 1, "flip", 1)[:, 0], np.roll(base[:, 0], 1)]
    for other in others:
        assert stats.pearsonr(base[:, 0], other).pvalue > UNLIKELY
