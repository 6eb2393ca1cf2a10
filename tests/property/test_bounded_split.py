"""Rows worked on some at a time, in files, get the sides that a plain loop over all of them gives."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardy import scratch
from hardy.dataset import Dataset
from hardy.dataset.split import assign_sides
from hardy.errors import InputError
from tests.builders import dataset
from tests.property.test_split import shares, tables
from tests.reference.plain_split import plain_sides


@pytest.fixture(params=[1, 7, 1 << 18], autouse=True)
def parts(request: pytest.FixtureRequest) -> Iterator[None]:
    """Few rows at a time, and everything in files; and as it comes."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param < 1 << 18:
            patch.setattr("hardy.scratch.MEMORY_BYTES", 8)
            patch.setattr("hardy.scratch.PART_ROWS", request.param)
            patch.setattr("hardy.dataset.spill.CHUNK_ROWS", 3)
            patch.setattr("hardy.dataset.spill.MEMORY_BYTES", 40)
        yield


def check(data: Dataset, test: float | None, val: float | None, seed: int) -> None:
    expected = plain_sides(data, test, val, seed)
    try:
        found = assign_sides(data, test, val, seed).column("split")
    except InputError:
        assert expected is None
        return
    assert expected is None or found == expected


# The fixture sets the same numbers for every example.
fixture_is_constant = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@given(tables(), shares | st.none(), shares | st.none(), st.integers(0, 99))
@settings(fixture_is_constant, max_examples=60)
def test_sides_are_those_of_a_plain_loop(table, test, val, seed) -> None:
    check(table(), test, val, seed)


@pytest.mark.parametrize("seed", range(3))
def test_many_rows_in_clusters_of_all_sizes(seed: int) -> None:
    generator = np.random.default_rng(seed)
    count = 397
    group = [None if value > 60 else f"g{value}" for value in (generator.pareto(0.7, count) * 3).astype(int).tolist()]
    content = [str(value) for value in generator.integers(0, 350, count).tolist()]
    labels = generator.integers(0, 5, count).tolist()
    for test, val in ((None, None), (40, 0.2), (0.5, None)):
        check(dataset(labels, classes="abcde", group=group, content=content), test, val, seed)


@given(st.lists(st.integers(0, 9) | st.integers(0, 2**64 - 1), max_size=90))
@settings(fixture_is_constant, max_examples=60)
def test_order_is_that_of_numpy(keys) -> None:
    array = np.array(keys, np.uint64)
    assert scratch.stable_order(array).tolist() == np.argsort(array, kind="stable").tolist()
