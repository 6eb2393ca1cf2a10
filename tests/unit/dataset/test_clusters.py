import numpy as np

from hardy.dataset.clusters import find_clusters
from tests.builders import dataset


def together(**columns: list) -> list[list[int]]:
    count = len(next(iter(columns.values())))
    numbers = find_clusters(dataset([0] * count, **columns))
    return [np.flatnonzero(numbers == number).tolist() for number in np.unique(numbers)]


def test_rows_without_groups_or_copies_stand_alone() -> None:
    assert sorted(together(group=[None] * 3)) == [[0], [1], [2]]
    assert sorted(together(content=[None] * 3)) == [[0], [1], [2]]  # not probed: nothing is known to be equal


def test_groups_and_contents_chain() -> None:
    found = together(group=["x", "x", "y", "y", None, "z"], content=["1", "2", "2", "3", "4", "4"])
    assert sorted(found) == [[0, 1, 2, 3], [4, 5]]


def test_a_group_named_like_a_content_is_another_thing() -> None:
    assert sorted(together(group=["1", None, None], content=["2", "1", "3"])) == [[0], [1], [2]]


def test_a_chain_of_any_length_is_one_cluster_whatever_the_order() -> None:
    count = 1_001
    order = np.random.default_rng(0).permutation(count)
    content = [str(row // 2) for row in order]
    group = [str((row + 1) // 2) for row in order]
    assert together(content=content, group=group) == [list(range(count))]
