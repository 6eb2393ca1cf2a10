"""Batches depend on seed, epoch and sample, and on nothing else."""

from functools import cache

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from hardy.augmentation import Compose, HorizontalFlip, Translate
from hardy.loader import Loader, permute
from tests.builders import digits, measured


@cache
def world() -> tuple:
    data = digits(23)
    return data, measured(data)


def loader(batch_size: int, seed: int, threads: int = 1, shuffle: bool = True) -> Loader:
    data, recipe = world()
    alter = Compose([HorizontalFlip(), Translate(pixels=2)], seed=3)
    return Loader(data, batch_size, preprocessing=recipe, augment=alter, shuffle=shuffle, seed=seed, threads=threads)


@given(st.integers(1, 25), st.integers(0, 5), st.integers(0, 3), st.integers(1, 3), st.booleans())
@settings(max_examples=30)
def test_batch_size_seed_of_the_order_and_threads_change_no_sample(batch_size, seed, epoch, threads, shuffle) -> None:
    some, reference = loader(batch_size, seed, threads, shuffle), loader(7, 0)
    some.set_epoch(epoch)
    reference.set_epoch(epoch)
    expected = {i: x for batch in reference for i, x in zip(batch.ids, batch.images, strict=True)}
    seen = set()
    for batch in some:
        for identity, image in zip(batch.ids, batch.images, strict=True):
            assert torch.equal(image, expected[identity])
            seen.add(identity)
    assert seen == set(expected)


@given(st.integers(1, 9), st.integers(0, 5), st.integers(0, 40), st.integers(1, 3))
@settings(max_examples=30)
def test_any_place_can_be_gone_on_from(batch_size, seed, done, threads) -> None:
    one = loader(batch_size, seed, threads)
    per_epoch = len(one)
    one.set_epoch(done // per_epoch)
    batches = iter(one)
    for _ in range(done % per_epoch):
        next(batches)
    other = loader(batch_size, seed)
    other.load_state_dict(one.state_dict())
    mine, theirs = list(batches), list(other)
    assert len(mine) == len(theirs) == per_epoch - done % per_epoch
    for a, b in zip(mine, theirs, strict=True):
        assert a.ids == b.ids
        assert torch.equal(a.images, b.images)


@given(st.integers(1, 5000), st.integers(0, 2**63), st.integers(0, 10**6))
@settings(max_examples=100)
def test_an_order_holds_every_row_once(length, seed, epoch) -> None:
    assert np.array_equal(np.sort(permute(np.arange(length), length, seed, epoch)), np.arange(length))
