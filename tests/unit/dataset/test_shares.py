import numpy as np
import pytest

from hardy.dataset.shares import check_share, exact_quotas, rounded_quotas, rows_of
from hardy.errors import InputError


@pytest.mark.parametrize(
    ("sizes", "total", "quotas"),
    [
        (
            [17, 11, 32],
            12,
            [3, 2, 7],
        ),  # of 3.4, 2.2, 6.4: the larger of equal remainders
        ([10, 10, 10], 10, [4, 3, 3]),
        ([100, 3, 2, 1], 4, [3, 1, 0, 0]),  # a class of 3 gives one, smaller ones none
        ([50, 3, 3, 3], 2, [1, 1, 0, 0]),  # no room for all
        ([50, 3, 3, 3], 0, [0, 0, 0, 0]),
        ([2, 1], 3, [2, 1]),
        ([0, 5], 2, [0, 2]),
    ],
)
def test_quotas_sum_to_the_total(sizes: list[int], total: int, quotas: list[int]) -> None:
    found = exact_quotas(np.array(sizes), total)
    assert found.sum() == total
    assert found.tolist() == quotas


def test_of_everything_the_quotas_are_everything() -> None:
    for sizes in ([3, 7, 29], [49, 1, 1], [17] * 11):
        assert exact_quotas(np.array(sizes), sum(sizes)).tolist() == sizes


def test_rounded_quotas_are_of_each_class_alone() -> None:
    assert rounded_quotas(np.array([25, 3, 2]), 0.1).tolist() == [3, 1, 0]
    assert rounded_quotas(np.array([25, 3, 2]), 0).tolist() == [0, 0, 0]


def test_a_whole_number_is_rows_and_a_fraction_is_not() -> None:
    assert (rows_of(1, 50), rows_of(0.5, 5), rows_of(0.001, 50), rows_of(0.0, 50)) == (1, 3, 1, 0)


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (1.0, "below 1, got 1.0; a number of rows is written without a point"),
        (500.0, "got 500.0"),
        (-1, "rows must be at least 0"),
        (True, "must be a fraction .* got True"),
    ],
)
def test_what_cannot_be_meant(share: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        check_share("test", share)
