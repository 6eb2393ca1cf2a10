"""Ranks deal out one global order."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import TypeCheckError

from hardy.errors import InputError
from hardy.loader.ranks import Ranks


def dealt(batch: int, world: int, uneven: str, drop: bool, begin: int, length: int) -> list[list[list[int]]]:
    ranks = [Ranks(batch, rank, world, uneven, drop) for rank in range(world)]
    return [[list(one.places(n, begin, length)) for n in range(one.batches(begin, length))] for one in ranks]


CASES = {
    "batch": st.integers(1, 9),
    "world": st.integers(1, 5),
    "begin": st.integers(0, 7),
    "rows": st.integers(1, 90),
}


@given(**CASES)
def test_exact_gives_every_place_once_and_in_the_global_order(batch: int, world: int, begin: int, rows: int) -> None:
    found = dealt(batch, world, "exact", False, begin, begin + rows)
    steps = itertools.zip_longest(*found, fillvalue=[])
    assert [place for step in steps for part in step for place in part] == list(range(begin, begin + rows))


@given(**CASES)
def test_pad_gives_all_ranks_as_many_and_repeats_fewer_than_there_are_ranks(
    batch: int, world: int, begin: int, rows: int
) -> None:
    found = dealt(batch, world, "pad", False, begin, begin + rows)
    assert len({tuple(map(len, one)) for one in found}) == 1
    places = sorted(place for one in found for part in one for place in part)
    assert places[:rows] == list(range(begin, begin + rows))
    assert len(places) - rows < world


@given(**CASES)
def test_drop_gives_all_ranks_as_many_and_leaves_fewer_than_there_are_ranks(
    batch: int, world: int, begin: int, rows: int
) -> None:
    found = dealt(batch, world, "drop", False, begin, begin + rows)
    assert len({tuple(map(len, one)) for one in found}) == 1
    places = [place for one in found for part in one for place in part]
    assert len(set(places)) == len(places)
    assert set(places) <= set(range(begin, begin + rows))
    assert rows - len(places) < world


@given(**CASES, uneven=st.sampled_from(["pad", "drop", "exact"]))
def test_drop_last_leaves_full_batches_only(batch: int, world: int, begin: int, rows: int, uneven: str) -> None:
    found = dealt(batch, world, uneven, True, begin, begin + rows)
    assert all(len(part) == batch for one in found for part in one)
    assert sum(len(part) for one in found for part in one) == rows // (batch * world) * batch * world


@given(rows=st.integers(1, 90), total=st.sampled_from([4, 12]))
def test_a_step_is_the_same_for_any_number_of_ranks(rows: int, total: int) -> None:
    steps = []
    for world in (1, 2, 4):
        found = dealt(total // world, world, "exact", False, 0, rows)
        steps.append(
            [[place for part in step for place in part] for step in itertools.zip_longest(*found, fillvalue=[])]
        )
    assert steps[0] == steps[1] == steps[2]


@pytest.mark.parametrize(
    "arguments", [{"batch_size": 0}, {"world_size": 0}, {"rank": 2, "world_size": 2}, {"rank": -1}, {"uneven": "cut"}]
)
def test_numbers_out_of_range_are_refused(arguments: dict[str, int]) -> None:
    with pytest.raises((InputError, TypeCheckError)):
        Ranks(**{"batch_size": 4, **arguments})
