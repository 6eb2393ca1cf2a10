"""The cipher against its published answers, and normal numbers against their distribution."""

import numpy as np
import pytest
import scipy.stats

from hardy.augmentation import normal_kernels

ANSWERS = {  # Random123's kat_vectors, philox4x32-10: counter and key all zero
    0: (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8),
}


def test_the_cipher_gives_the_published_answer() -> None:
    bits = np.empty((4, normal_kernels.LOT // 4), np.uint32)
    normal_kernels.draw_bits(np.uint64(0), 0, bits)
    assert tuple(bits[:, 0].tolist()) == ANSWERS[0]
    assert len(np.unique(bits)) == bits.size


@pytest.mark.parametrize("key", [0, 1, 2**64 - 1])
def test_numbers_are_normal(key: int) -> None:
    found = np.empty(200_001, np.float32)
    normal_kernels.fill_normal(np.uint64(key), found)
    assert scipy.stats.kstest(found, "norm").pvalue > 1e-3
    assert abs(np.corrcoef(found[:-1], found[1:])[0, 1]) < 0.01
    assert abs(np.corrcoef(found[:-64], found[64:])[0, 1]) < 0.01
    assert 4 < np.abs(found).max() < 6


def test_numbers_do_not_depend_on_how_many_there_are() -> None:
    few, many = np.empty(17, np.float32), np.empty(1000, np.float32)
    for found in (few, many):
        normal_kernels.fill_normal(np.uint64(5), found)
    assert np.array_equal(few, many[:17])
