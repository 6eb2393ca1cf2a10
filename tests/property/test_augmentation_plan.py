"""What holds for any plan: a sample's numbers depend on nothing but what they are for."""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hardy.augmentation import (
    Affine,
    CoarseDropout,
    ColorJitter,
    Compose,
    ElasticTransform,
    Equalize,
    GaussianBlur,
    GaussianNoise,
    GridDistortion,
    HorizontalFlip,
    Invert,
    OneOf,
    Perspective,
    Plan,
    RandomResizedCrop,
    Rotate,
    Shear,
    SomeOf,
    Sometimes,
    Translate,
    apply,
)
from hardy.augmentation.offline.record import drawn, recorded
from hardy.augmentation.transform import Transform
from hardy.rng import id_words

SIZE_HW = (17, 11)

probabilities = st.floats(0, 1)
single = st.one_of(
    st.builds(Rotate, p=probabilities),
    st.builds(Affine, rotate=st.just((-20, 20)), scale=st.just((0.8, 1.2)), p=probabilities),
    st.builds(Perspective, p=probabilities),
    st.builds(RandomResizedCrop, st.just((9, 8)), p=probabilities),
    st.builds(ElasticTransform, st.just(20), st.just(2), p=probabilities),
    st.builds(HorizontalFlip, p=probabilities),
    st.builds(Invert, p=probabilities),
    st.builds(Translate, pixels=st.integers(0, 30), border_mode=st.sampled_from(["constant", "wrap"]), p=probabilities),
    st.builds(Translate, fraction=st.floats(0, 2), p=probabilities),
)
some = st.lists(single, min_size=1, max_size=3)
weighed = some.filter(lambda chain: sum(transform.p for transform in chain) > 0)
transforms = st.one_of(
    single,
    st.builds(OneOf, weighed, p=probabilities),
    st.builds(SomeOf, some, p=probabilities),
    st.builds(Sometimes, some, p=probabilities),
)
INSERTED = (  # of every kind, and none of them leaves another size; some with a key of their own, some by their name
    Invert(p=0.5, key="another"),
    Rotate(key="another"),
    OneOf([Invert(), Rotate()], key="another"),
    Shear(),
    Sometimes([GridDistortion(), GaussianNoise()], key="some"),
    GaussianBlur(),
    ColorJitter(),
    Equalize(),
    CoarseDropout(),
)
ids = st.integers(0, 2**128 - 1).map(lambda number: f"{number:032x}")
batches = st.lists(st.tuples(ids, st.integers(0, 2**40)), min_size=1, max_size=8)
seeds, epochs = st.integers(-(2**63), 2**63), st.integers(0, 1000)


def plan_of(chain: list[Transform], batch: list[tuple[str, int]], seed: int = 0, epoch: int = 0) -> Plan:
    return Compose(chain, seed).plan([name for name, _ in batch], epoch, SIZE_HW, [copy for _, copy in batch])


@given(st.lists(transforms, max_size=4), batches, seeds, epochs, st.data())
@settings(max_examples=60, deadline=None)
def test_batch_size_and_order_change_nothing(chain, batch, seed, epoch, data) -> None:
    whole = plan_of(chain, batch, seed, epoch)
    rows = data.draw(st.lists(st.integers(0, len(batch) - 1), min_size=1, max_size=8))
    assert plan_of(chain, [batch[row] for row in rows], seed, epoch) == whole.take(rows)


@given(st.lists(transforms, min_size=1, max_size=4), st.integers(0, 4), st.sampled_from(INSERTED), batches)
@settings(max_examples=80, deadline=None)
def test_another_transform_before_or_after_changes_nothing(chain, place, another, batch) -> None:
    place = min(place, len(chain))
    alone, more = plan_of(chain, batch), plan_of([*chain[:place], another, *chain[place:]], batch)
    kept = [step for step in more.steps if step.key in {step.key for step in alone.steps}]
    assert len(more.steps) > len(kept)
    for ours, theirs in zip(alone.steps, kept, strict=True):
        assert ours.key == theirs.key and (ours.applied == theirs.applied).all()
        assert all((values == theirs.parameters[name]).all() for name, values in ours.parameters.items())
        for row in range(len(batch)):
            numbers = (plan.generator(step, row).random(3) for plan, step in ((alone, ours), (more, theirs)))
            assert np.array_equal(*numbers)


@given(st.lists(transforms, max_size=4), batches, seeds, epochs, st.sampled_from([".json", ".npz"]))
@settings(max_examples=30, deadline=None)
def test_saved_plans_come_back(chain, batch, seed, epoch, ending) -> None:
    plan = plan_of(chain, batch, seed, epoch)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"plan{ending}"
        plan.save(path)
        assert Plan.load(path) == plan
    assert Compose.from_config(Compose(chain, seed).to_config(), seed) == Compose(chain, seed)


@given(st.lists(transforms, min_size=1, max_size=3), batches, st.data())
@settings(max_examples=20, deadline=None)
def test_pixels_depend_on_neither_batch_nor_threads_nor_what_is_unused(chain, batch, data) -> None:
    images = np.random.default_rng(0).integers(0, 256, (len(batch), *SIZE_HW, 3), np.uint8)
    plan = plan_of(chain, batch)
    whole = apply(plan, images)
    cut = data.draw(st.integers(0, len(batch)))
    parts = [(slice(0, cut)), slice(cut, len(batch))]
    with ThreadPoolExecutor(2) as pool:
        found = list(
            pool.map(lambda rows: list(apply(plan[rows], images[rows])) if rows.start < rows.stop else [], parts)
        )
    for ours, theirs in zip((image for part in found for image in part), whole, strict=True):
        assert np.array_equal(ours, theirs)


@given(st.lists(transforms, max_size=4), batches, seeds)
@settings(max_examples=40, deadline=None)
def test_what_is_recorded_of_a_copy_is_its_plan(chain, batch, seed) -> None:
    policy = Compose(chain, seed)
    words, copies = id_words([name for name, _ in batch]), np.array([copy for _, copy in batch], np.int64)
    sizes = np.tile(SIZE_HW, (len(batch), 1))
    texts = drawn(policy, words, copies, sizes)
    assert recorded(policy, words, texts, sizes) == policy.plan(words, 0, sizes, copies)
