import numpy as np
import pytest

from hardy.rng import derive_seed, draw, id_words, stream_key

IDS = [f"{number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128:032x}" for number in range(1, 8)]
NO_COPIES = np.zeros(len(IDS), np.int64)


def draws(
    ids: list[str], count: int = 6, seed: int = 0, epoch: int = 0, key: str = "flip", copy: int = 0
) -> np.ndarray:
    return draw(seed, epoch, id_words(ids), np.full(len(ids), copy, np.int64), key, count)


def test_a_sample_has_the_same_numbers_in_any_batch_and_order() -> None:
    together = draws(IDS)
    assert np.array_equal(draws(IDS[::-1]), together[::-1])
    for row, identity in enumerate(IDS):
        assert np.array_equal(draws([identity]), together[row : row + 1])


def test_asking_for_more_numbers_keeps_the_first() -> None:
    many = draws(IDS, 9)
    for count in range(10):
        assert np.array_equal(draws(IDS, count), many[:, :count])
        assert draws(IDS, count).shape == (len(IDS), count)


@pytest.mark.parametrize("other", [{"seed": 1}, {"epoch": 1}, {"key": "flop"}, {"copy": 1}])
def test_everything_the_numbers_are_for_changes_them(other: dict) -> None:
    assert not (draws(IDS) == draws(IDS, **other)).any()


def test_numbers_of_different_samples_and_draws_all_differ() -> None:
    assert len(np.unique(draws(IDS, 50))) == 50 * len(IDS)


def test_numbers_lie_within_0_and_1_on_a_grid_of_53_bits() -> None:
    values = draws(IDS, 500)
    assert values.min() >= 0 and values.max() < 1
    assert np.array_equal(values * 2**53, np.floor(values * 2**53))


def test_seed_epoch_and_key_do_not_run_into_each_other() -> None:
    keys = {tuple(stream_key(seed, epoch, key)) for seed, epoch, key in [(1, 11, "x"), (11, 1, "x"), (1, 1, "1x")]}
    assert len(keys) == 3


def test_ids_become_two_words_most_significant_first() -> None:
    assert id_words(["0000000000000001" + "0000000000000002"]).tolist() == [[1, 2]]
    assert id_words(["ff" * 16]).tolist() == [[2**64 - 1] * 2]


def test_no_samples_give_no_numbers() -> None:
    assert id_words([]).shape == (0, 2)
    assert draw(0, 0, id_words([]), np.zeros(0, np.int64), "flip", 3).shape == (0, 3)


def test_derived_seeds_fit_63_bits_and_differ_by_key_and_seed() -> None:
    seeds = [derive_seed(seed, key) for seed in (0, 1, 2) for key in ("weights", "step 0", "step 1")]
    assert len(set(seeds)) == len(seeds)
    assert all(0 <= seed < 2**63 for seed in seeds)
    assert derive_seed(0, "weights") == seeds[0]
