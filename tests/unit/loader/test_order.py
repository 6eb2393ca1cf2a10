"""Every row once an epoch, whatever the shuffle; windows keep neighbours together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardy.errors import InputError
from hardy.loader.order import CHUNKS, Order

SHUFFLES = st.sampled_from([True, False]) | st.integers(2, 300)


@given(rows=st.integers(1, 400), shuffle=SHUFFLES, epoch=st.integers(0, 5), cut=st.integers(1, 50))
def test_every_row_once_an_epoch_however_it_is_asked_for(rows: int, shuffle: bool | int, epoch: int, cut: int) -> None:
    order = Order(rows, shuffle, seed=3)
    whole = order.rows_at(np.arange(rows), epoch)
    assert sorted(whole.tolist()) == list(range(rows))
    parts = [order.rows_at(np.arange(start, min(start + cut, rows)), epoch) for start in range(0, rows, cut)]
    assert np.array_equal(np.concatenate(parts), whole)


def test_another_epoch_and_another_seed_are_another_order() -> None:
    for shuffle in (True, 64):
        orders = [Order(1000, shuffle, seed).rows_at(np.arange(1000), epoch) for seed in (0, 1) for epoch in (0, 1)]
        for one in range(4):
            for other in range(one):
                assert (orders[one] != orders[other]).mean() > 0.9


def test_a_window_touches_few_stretches_of_the_disk() -> None:
    window, rows = 160, 4000
    found = Order(rows, window, seed=0).rows_at(np.arange(rows), epoch=0)
    for start in range(0, rows, window):
        here = np.sort(found[start : start + window])
        assert (np.diff(here) > 1).sum() <= CHUNKS
    assert (np.abs(np.diff(found)) == 1).mean() < 0.05  # and within it rows come in any order
    first = {int(Order(rows, window, seed=0).rows_at(np.array([0]), epoch)[0]) for epoch in range(20)}
    assert len(first) > 15


def test_the_rows_that_fill_no_stretch_are_others_each_epoch() -> None:
    last = {tuple(sorted(Order(1003, 160, seed=0).rows_at(np.arange(1000, 1003), e).tolist())) for e in range(10)}
    assert len(last) > 5


@pytest.mark.parametrize("window", [1, 0, -4])
def test_a_window_of_one_is_refused(window: int) -> None:
    with pytest.raises(InputError, match="window of 2"):
        Order(5, window)
