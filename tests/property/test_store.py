"""Whatever is packed comes back."""

import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hardy.dataset import Preprocessing, Refused
from hardy.dataset.dataset import SCHEMA
from hardy.store import open_store, pack, verify
from tests.builders import content, dataset

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
maybe = st.none() | texts


@st.composite
def datasets(draw: st.DrawFn) -> tuple:
    """A few pictures with any text in every column, and some refused files; the dataset is made of them by the test."""
    count = draw(st.integers(1, 7))
    shape = draw(st.tuples(st.integers(1, 5), st.integers(1, 5), st.sampled_from([1, 3])))
    images = np.random.default_rng(draw(st.integers(0, 99))).integers(0, 256, (count, *shape), np.uint8)
    classes = draw(st.lists(texts, min_size=1, max_size=4, unique=True))
    labels = draw(st.lists(st.none() | st.integers(0, len(classes) - 1), min_size=count, max_size=count))
    names = draw(st.lists(texts, min_size=count, max_size=count, unique=True))
    rows = st.lists(maybe, min_size=count, max_size=count)
    columns = {name: draw(rows) for name in ("group", "source", "author", "licence")}
    columns["split"] = draw(st.lists(st.sampled_from(["train", "val", "test"]), min_size=count, max_size=count))
    refused = draw(st.lists(st.tuples(texts, texts), max_size=3))
    return partial(dataset, labels, images, classes, names, **columns), refused


@given(datasets(), st.sampled_from(["original", "raw"]))
@settings(max_examples=40)
def test_rows_pixels_names_and_refusals_come_back(made, profile) -> None:
    build, refused = made
    data = replace(build(), refused=tuple(Refused(uri, reason) for uri, reason in refused))
    images = np.stack(list(data.images()))
    height, width, channels = images.shape[1:]
    recipe = Preprocessing(channels, (height, width), mean=(0.1,) * channels, std=(1e-05,) * channels)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "a.hardy"
        assert pack(data, out, profile, recipe if profile == "raw" else None)
        store = open_store(out)
        assert store.table.select(SCHEMA.names).equals(data.table)
        assert np.array_equal(np.stack(list(store.images())), images)
        assert (store.classes, store.refused) == (data.classes, data.refused)
        assert store.preprocessing == (recipe if profile == "raw" else None)
        assert store.fingerprint == data.fingerprint
        assert verify(out).problems == ()
        before = content(out)
        assert not pack(data, out, profile, recipe if profile == "raw" else None)
        assert content(out) == before
