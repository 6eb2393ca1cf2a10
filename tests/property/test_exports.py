"""Every layout, written from random small datasets and read back: the same labels, sides and pixels, stable ids."""

import json
import re
import tempfile
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardy.dataset import Dataset
from hardy.dataset.identity import sample_id
from hardy.dataset.probe import probe
from hardy.errors import InputError
from hardy.exports import FORMATS
from hardy.exports.export import export
from hardy.sources import open_source
from hardy.sources.arrays import open_arrays
from hardy.sources.options import OpenOptions
from tests.builders import encoded, idx, pixels, write
from tests.layouts import arrow, hdf5_arrays, hdf5_groups, shard

TABLES = ("csv", "json", "jsonl")

words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=8)
paths = st.lists(words.map(lambda word: word.replace("/", "|")), min_size=1, max_size=2).map("/".join)


class Wanted(NamedTuple):
    """What a small dataset shall hold: images by shape and dtype, labels, sides."""

    images: list[tuple[tuple[int, int, int], str]]
    labels: list[str | None]
    sides: list[str | None]


@st.composite
def wanted(draw: st.DrawFn, one_size: bool) -> Wanted:
    """A few images of random sizes, depths and channels, labelled or not, on sides or not."""
    count = draw(st.integers(1, 6))
    names = draw(st.lists(paths, min_size=1, max_size=3, unique=True))
    # Narrower than 5, a stack of grey images in HDF5 looks like one in colour.
    shapes = st.tuples(st.integers(1, 7), st.integers(5, 9), st.sampled_from([1, 3, 4]))
    shape = draw(shapes)
    images = []
    for _ in range(count):
        here = shape if one_size else draw(shapes)
        images.append((here, "uint16" if not one_size and here[2] == 1 and draw(st.booleans()) else "uint8"))
    labelled = draw(st.booleans())
    labels = [draw(st.sampled_from(names)) if labelled else None for _ in range(count)]
    sided = labelled and draw(st.booleans())
    sides = [draw(st.sampled_from(["train", "val", "test"])) if sided else None for _ in range(count)]
    return Wanted(images, labels, sides)


def made(wish: Wanted) -> Dataset:
    images = [pixels(*shape, seed=row, dtype=dtype) for row, (shape, dtype) in enumerate(wish.images)]
    data = open_arrays(list(zip(images, wish.labels, strict=True))).with_columns(split=wish.sides)
    return probe(data, threads=1)


def rows(data: Dataset) -> Counter:
    """What must come back, whatever the order."""
    return Counter(
        (data.classes[label] if label >= 0 else None, side, image.shape, image.dtype.str, image.tobytes())
        for label, side, image in zip(data.labels.tolist(), data.column("split"), data.images(), strict=True)
    )


def changed_by_a_table(name: str) -> bool:
    """Whether a table would read a name as another, so that exporting it is refused."""
    is_number = re.fullmatch(r"-?[0-9]+\.0", name) is not None
    return name != name.strip() or name in ("", "[]") or name[0] + name[-1] == "[]" or "\r" in name or is_number


def check_ids(data: Dataset, out: Path) -> None:
    """Ids follow from where a sample lies in its source, are its own, and stay when the source is moved."""
    assert len(set(data.ids)) == len(data)
    for identity, uri in zip(data.ids, data.column("uri"), strict=True):
        location, _, row = uri.rpartition("#")
        assert identity == sample_id(uri) or identity == sample_id(location, int(row)), uri
    moved = out.parent / "elsewhere"
    moved.mkdir()
    out.rename(moved / out.name)
    assert open_source(moved / out.name).ids == data.ids


@pytest.mark.parametrize("format", FORMATS)
@given(st.data())
@settings(max_examples=40)
def test_what_is_written_is_read_back(format: str, data: st.DataObject) -> None:
    given = made(data.draw(wanted(one_size=format == "npz")))
    with tempfile.TemporaryDirectory() as root:
        out = Path(root) / f"out{FORMATS[format].ending}"
        try:
            assert export(given, out, format)
        except InputError as error:
            assert format in TABLES and any(map(changed_by_a_table, given.classes)), error
            return
        back = open_source(out)
        assert rows(back) == rows(given)
        assert set(back.classes) >= {name for name, count in given.counts().items() if count}
        check_ids(back, out)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=5), st.data())
@settings(max_examples=40)
def test_layouts_written_by_hand_are_read(labels: list[int], data: st.DataObject) -> None:
    height, width, channels = data.draw(st.tuples(st.integers(1, 9), st.integers(5, 9), st.sampled_from([1, 3])))
    images = pixels(len(labels), height, width, channels, seed=len(labels))
    with tempfile.TemporaryDirectory() as root:
        files = {
            "pair": hdf5_arrays(Path(root) / "a.h5", images=images, labels=labels),
            "one-hot": hdf5_arrays(Path(root) / "b.h5", x=images, y=np.eye(4)[labels]),
            "tar": shard(Path(root) / "c.tar", list(images), labels),
            "arrow": arrow(Path(root) / "d.arrow", [encoded(image) for image in images], labels),
        }
        groups: dict[str, list[np.ndarray]] = {}
        for image, label in zip(images, labels, strict=True):
            groups.setdefault(f"class {label}", []).append(image)
        files["groups"] = hdf5_groups(Path(root) / "e.h5", groups)
        for name, path in files.items():
            found = open_source(path)
            pairs = zip(found.labels.tolist(), found.images(), strict=True)
            got = sorted((found.classes[label][-1:], image.tobytes()) for label, image in pairs)
            expected = sorted((str(label), image.tobytes()) for label, image in zip(labels, images, strict=True))
            assert got == expected, name
    first = open_arrays((np.moveaxis(images, 3, 1), labels), OpenOptions(channels_first=True))
    assert np.array_equal(np.stack(list(first.images())), images)


@given(st.data())
@settings(max_examples=30)
def test_class_names_of_any_kind_survive_or_are_refused(data: st.DataObject) -> None:
    anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    names = data.draw(st.lists(anything, min_size=1, max_size=4, unique=True))
    given = probe(open_arrays([(pixels(5, 3, seed=row), name) for row, name in enumerate(names)]), threads=1)
    with tempfile.TemporaryDirectory() as root:
        for format in FORMATS:
            out = Path(root) / f"{format}{FORMATS[format].ending}"
            try:
                export(given, out, format)
            except InputError as error:
                assert format in ("hdf5", "webdataset") or any(map(changed_by_a_table, names)), error
            else:
                assert rows(open_source(out)) == rows(given), format


@given(
    st.lists(
        st.tuples(st.none() | st.integers(0, 3), st.sampled_from(["train", "test", "val"])), min_size=1, max_size=6
    ),
    st.booleans(),
    st.booleans(),
    st.tuples(st.integers(1, 5), st.integers(1, 5)),
)
@settings(max_examples=40)
def test_idx_and_hugging_face_arrow(rows_: list, packed: bool, stream: bool, size_hw: tuple[int, int]) -> None:
    """Written here as their own programs do: hardy writes neither."""
    images = pixels(len(rows_), *size_hw, 1, seed=len(rows_))
    with tempfile.TemporaryDirectory() as root:
        for name in ("idx", "arrow"):
            out = Path(root) / name / "data"
            wanted_rows: Counter = Counter()
            for side, stem in (("train", "train"), ("test", "t10k"), ("val", "val")):
                here = [row for row, (_, its) in enumerate(rows_) if its == side]
                labels = [rows_[row][0] for row in here]
                if name == "idx":
                    labels = [label or 0 for label in labels]
                if not here:
                    continue
                if name == "idx":
                    idx(out, stem, images[here][..., 0], labels, packed)
                else:
                    names = ["a", "b", "c", "d"]
                    pictures = [encoded(images[row]) for row in here]
                    file = arrow(out / side / "data-00000-of-00001.arrow", pictures, labels, names, stream)
                    write(file.parent / "state.json", b'{"_data_files": [{"filename": "%s"}]}' % file.name.encode())
                for row, label in zip(here, labels, strict=True):
                    word = None if label is None else str(label) if name == "idx" else "abcd"[label]
                    wanted_rows[word, side, images[row].shape, "|u1", images[row].tobytes()] += 1
            if name == "arrow":
                sides = json.dumps({"splits": sorted({side for _, side in rows_})})
                write(out / "dataset_dict.json", sides.encode())
            back = open_source(out)
            assert rows(back) == wanted_rows, name
            check_ids(back, out)


@given(st.data())
@settings(max_examples=30)
def test_tables_keep_groups_and_origins(data: st.DataObject) -> None:
    notes = st.none() | words.map(str.strip).filter(bool)
    given = made(data.draw(wanted(one_size=False)))
    kept = {name: [data.draw(notes) for _ in range(len(given))] for name in ("group", "source", "author", "licence")}
    given = given.with_columns(**kept)
    with tempfile.TemporaryDirectory() as root:
        for format in ("csv", "json", "jsonl"):
            try:
                export(given, Path(root) / format, format)
            except InputError as error:
                assert "cannot" in str(error)
                continue
            back = open_source(Path(root) / format)
            assert not back.refused
            for name, values in kept.items():
                assert back.column(name) == values, (format, name)
