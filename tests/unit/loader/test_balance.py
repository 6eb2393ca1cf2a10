"""Rare classes more often: exact numbers, copies with numbers of their own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import TypeCheckError

from hardy.errors import InputError
from hardy.loader.balance import balancing

CLASSES = ("cat", "dog", "owl")


@st.composite
def labels(draw: st.DrawFn) -> np.ndarray:
    counts = [draw(st.integers(1, 60)) for _ in CLASSES]
    return np.random.default_rng(0).permutation(np.repeat(np.arange(3), counts))


@given(labels=labels(), epoch=st.integers(0, 3))
def test_classes_alike(labels: np.ndarray, epoch: int) -> None:
    rows, copies = balancing("classes", labels, CLASSES, seed=1).at(np.arange(len(labels)), epoch)
    found = np.bincount(labels[rows], minlength=3)
    assert found.max() - found.min() <= 1
    times = np.bincount(rows, minlength=len(labels))
    for label in range(3):  # within a class no row comes twice more than another
        assert np.ptp(times[labels == label]) <= 1
    assert len(set(zip(rows.tolist(), copies.tolist(), strict=True))) == len(rows)
    assert all(sorted(copies[rows == row].tolist()) == list(range(times[row])) for row in np.unique(rows))


@given(labels=labels(), cut=st.integers(1, 30))
def test_slots_may_be_asked_for_in_any_parts(labels: np.ndarray, cut: int) -> None:
    for balance in ("classes", {"dog": 3.0}, np.arange(1.0, len(labels) + 1)):
        chosen = balancing(balance, labels, CLASSES, seed=1)
        whole = np.stack(chosen.at(np.arange(len(labels)), 2))
        parts = [np.stack(chosen.at(np.arange(s, min(s + cut, len(labels))), 2)) for s in range(0, len(labels), cut)]
        assert np.array_equal(np.concatenate(parts, axis=1), whole)


def test_shares_of_classes() -> None:
    labels = np.repeat(np.arange(3), [70, 20, 10])
    rows, _ = balancing({"cat": 1, "dog": 3, "owl": 0}, labels, CLASSES, seed=0).at(np.arange(100), 0)
    assert np.bincount(labels[rows], minlength=3).tolist() == [25, 75, 0]


def test_other_rows_of_a_large_class_in_every_epoch() -> None:
    labels = np.repeat(np.arange(2), [90, 10])
    chosen = balancing("classes", labels, CLASSES[:2], seed=0)
    seen = [set(chosen.at(np.arange(50), epoch)[0].tolist()) for epoch in range(5)]
    assert all(len(one) == 50 for one in seen)
    assert len(set.union(*seen)) > 80


@given(st.lists(st.floats(0, 5), min_size=1, max_size=80), st.integers(0, 3))
def test_weights_of_rows_are_met_to_within_one(weights: list[float], epoch: int) -> None:
    if sum(weights) < 1e-3:
        return
    count = len(weights)
    rows, copies = balancing(weights, np.zeros(count, np.int64), CLASSES, seed=0).at(np.arange(count), epoch)
    due = np.array(weights) / sum(weights) * count
    times = np.bincount(rows, minlength=count)
    assert np.abs(times - due).max() < 1 + 1e-6
    assert (times[due == 0] == 0).all()
    assert all(sorted(copies[rows == row].tolist()) == list(range(times[row])) for row in np.unique(rows))


@pytest.mark.parametrize(
    ("balance", "words"),
    [
        ({"fox": 1}, "no class 'fox'"),
        ({"cat": -1}, "0 or more"),
        ({"cat": 0, "dog": 0, "owl": 0}, "not all 0"),
        ([1.0, 2.0], "each of 3 rows"),
        ([1.0, float("nan"), 2.0], "finite"),
    ],
)
def test_what_cannot_be_meant_is_refused(balance: object, words: str) -> None:
    with pytest.raises(InputError, match=words):
        balancing(balance, np.array([0, 1, 2]), CLASSES, seed=0)  # type: ignore[arg-type]


def test_another_word_is_refused() -> None:
    with pytest.raises((InputError, TypeCheckError), match="expected 'classes'|Expected type"):
        balancing("class", np.array([0, 1, 2]), CLASSES, seed=0)  # type: ignore[arg-type]


def test_rows_without_a_label_are_in_no_class() -> None:
    with pytest.raises(InputError, match="no label"):
        balancing("classes", np.array([0, -1]), CLASSES, seed=0)
