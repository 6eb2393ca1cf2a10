"""Folds against scikit-learn's: the same promises, and folds at least as even."""

import warnings

import numpy as np
import pytest
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from hardy.dataset.carve import lot_of
from hardy.dataset.folds import number_folds


def ours(labels: np.ndarray, groups: np.ndarray, folds: int, seed: int) -> np.ndarray:
    lot = lot_of(labels, groups, np.ones(len(labels), bool), np.random.default_rng(seed).random(len(labels)))
    numbers = np.empty(len(labels), np.int64)
    numbers[lot.rows] = number_folds(lot, folds)
    return numbers


def theirs(splitter: object, labels: np.ndarray, groups: np.ndarray) -> np.ndarray:
    numbers = np.empty(len(labels), np.int64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of classes with fewer rows than folds
        for fold, (_, held_out) in enumerate(splitter.split(labels, labels, groups)):
            numbers[held_out] = fold
    return numbers


def unevenness(labels: np.ndarray, numbers: np.ndarray, folds: int) -> tuple[float, int]:
    """Mean deviation of the folds' shares of each class, and the difference of the largest and smallest fold."""
    counts = np.zeros((folds, labels.max() + 1))
    np.add.at(counts, (numbers, labels), 1)
    return float((counts / counts.sum(axis=0)).std(axis=0).mean()), int(np.ptp(counts.sum(axis=1)))


def cases(grouped: bool) -> list[tuple[np.ndarray, np.ndarray, int, int]]:
    found = []
    for seed in range(150):
        generator = np.random.default_rng(seed)
        count, folds = int(generator.integers(20, 300)), int(generator.integers(2, 7))
        labels = np.minimum(generator.geometric(0.4, count) - 1, generator.integers(0, 5))
        several = max(folds, int(count * generator.choice([0.05, 0.2, 0.5, 0.9])))
        groups = np.unique(generator.integers(0, several, count), return_inverse=True)[1]
        if seed % 3 == 0:  # every group of one class
            labels = labels[np.unique(groups, return_index=True)[1]][groups]
        labels = np.unique(labels, return_inverse=True)[1]
        if groups.max() + 1 >= folds and np.bincount(labels).max() >= folds:
            found.append((labels, groups if grouped else np.arange(count), folds, seed))
    return found


def test_without_groups_folds_are_as_even_as_stratified_k_fold() -> None:
    for labels, groups, folds, seed in cases(grouped=False):
        own = unevenness(labels, ours(labels, groups, folds, seed), folds)
        peer = unevenness(labels, theirs(StratifiedKFold(folds), labels, groups), folds)
        assert own[0] == pytest.approx(peer[0])  # the best there is: every class within a row
        assert own[1] <= peer[1]


def test_with_groups_folds_are_evener_than_stratified_group_k_fold() -> None:
    pairs = []
    for labels, groups, folds, seed in cases(grouped=True):
        numbers = ours(labels, groups, folds, seed)
        assert all(len(set(numbers[groups == group])) == 1 for group in range(groups.max() + 1))
        assert set(numbers) == set(range(folds))
        peer = theirs(StratifiedGroupKFold(folds, shuffle=True, random_state=seed), labels, groups)
        pairs.append((*unevenness(labels, numbers, folds), *unevenness(labels, peer, folds)))
    own, own_sizes, peer, peer_sizes = np.array(pairs).T
    assert len(pairs) > 100
    assert own.mean() < peer.mean() and own_sizes.mean() < peer_sizes.mean()
    # Both are greedy, so that now and then the other is luckier.
    assert (own <= peer + 1e-12).mean() > 0.95
    assert (own - peer).max() < 0.03


@pytest.mark.parametrize("part", [1, 3, 7])
@pytest.mark.parametrize("grouped", [False, True])
def test_in_pieces_folds_are_the_same(part: int, grouped: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    some = cases(grouped)[::5]
    whole = [ours(*case) for case in some]
    monkeypatch.setattr("hardy.scratch.PART_ROWS", part)
    monkeypatch.setattr("hardy.scratch.MEMORY_BYTES", 64)
    assert all(np.array_equal(ours(*case), expected) for case, expected in zip(some, whole, strict=True))
