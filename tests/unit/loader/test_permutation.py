import numpy as np
import pytest
from scipy import stats

from hardy.errors import InputError
from hardy.loader import permute

UNLIKELY = 1e-6  # once in a million for a sound shuffle; the numbers are fixed, so it never flickers


def order(length: int, seed: int = 0, epoch: int = 0, key: str = "order") -> np.ndarray:
    return permute(np.arange(length), length, seed, epoch, key)


def test_every_row_occurs_once_for_all_lengths_up_to_300() -> None:
    for length in range(1, 301):
        assert np.array_equal(np.sort(order(length, seed=length)), np.arange(length))


@pytest.mark.parametrize("length", [1023, 1024, 1025, 4096, 65_537])
def test_every_row_occurs_once_around_powers_of_two(length: int) -> None:
    assert np.array_equal(np.sort(order(length)), np.arange(length))


def test_any_part_of_the_order_can_be_asked_for_alone() -> None:
    whole = order(1000)
    assert np.array_equal(permute(np.arange(300, 317), 1000, 0, 0), whole[300:317])
    assert np.array_equal(permute(np.array([999, 0, 0]), 1000, 0, 0), whole[[999, 0, 0]])
    assert permute(np.arange(0), 1000, 0, 0).shape == (0,)


@pytest.mark.parametrize("other", [{"seed": 1}, {"epoch": 1}, {"key": "other"}])
def test_seed_epoch_and_key_each_give_another_order(other: dict) -> None:
    fixed = (order(1000) == order(1000, **other)).sum()
    assert fixed < 10  # one is expected by chance


def test_epochs_all_differ() -> None:
    assert len({order(50, epoch=epoch).tobytes() for epoch in range(200)}) == 200


@pytest.mark.parametrize("length", [5, 16, 17])
def test_every_row_is_as_likely_at_every_position(length: int) -> None:
    """Chi-squared over (position, row), from as many orders as give 60 in each cell."""
    counts = np.zeros((length, length))
    orders = 60 * length
    for epoch in range(orders):
        counts[np.arange(length), order(length, epoch=epoch)] += 1
    statistic = ((counts - 60) ** 2 / 60).sum()
    assert stats.chi2.sf(statistic, (length - 1) ** 2) > UNLIKELY
    # The other tail: an order that is too even is no shuffle either.
    assert stats.chi2.cdf(statistic, (length - 1) ** 2) > UNLIKELY


def test_all_orders_of_four_rows_are_as_likely() -> None:
    seen: dict[tuple, int] = {}
    for epoch in range(2_400):
        key = tuple(order(4, epoch=epoch).tolist())
        seen[key] = seen.get(key, 0) + 1
    assert len(seen) == 24
    assert stats.chisquare(list(seen.values())).pvalue > UNLIKELY


def test_neighbours_do_not_stay_neighbours() -> None:
    steps = np.diff(order(20_000))
    assert (np.abs(steps) == 1).sum() < 20  # two are expected by chance
    assert abs(stats.spearmanr(np.arange(20_000), order(20_000)).statistic) < 0.04


@pytest.mark.parametrize(("positions", "length"), [([0], 0), ([5], 5), ([-1], 5), ([0, 99], 5)])
def test_positions_outside_are_refused(positions: list[int], length: int) -> None:
    with pytest.raises(InputError, match="positions must lie within"):
        permute(np.array(positions), length, 0, 0)
