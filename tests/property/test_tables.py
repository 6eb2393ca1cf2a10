"""What is written to a table of any kind comes back: labels, sides, groups, pixels and ids."""

import json
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardy.dataset.identity import sample_id
from hardy.dataset.probe import probe
from hardy.errors import HardyError
from hardy.sources import open_source, table
from hardy.sources.options import OpenOptions
from tests import tables
from tests.builders import encoded, pixels, write

# What CSV itself changes is left out: line ends, blanks around a field, single quotes around it, lists.
words = (
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Nd"], exclude_characters="'‘’[\\/"), max_size=8)
    .map(str.strip)
    .filter(lambda text: text and not text.lower().startswith("data:"))
)
names = words.map(lambda text: f"{text.strip('. ')}.png")
sides = st.sampled_from(
    [("train", "train"), ("Training", "train"), ("VALID", "val"), ("holdout", "test"), (None, None)]
)


@pytest.mark.parametrize("kind", tables.KINDS)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["file", "data", "base64", "pixels"]),
            st.none() | words,
            sides,
            st.none() | words,
            st.tuples(st.integers(1, 5), st.integers(1, 5), st.sampled_from([1, 3])),
        ),
        min_size=1,
        max_size=5,
    ),
    folder=words.filter(lambda text: not text.startswith(".")),
)
@settings(max_examples=25)
def test_tables_come_back(kind: str, rows, folder: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        images = [pixels(*shape, seed=number) for number, (*_, shape) in enumerate(rows)]
        locations: list = []
        for number, ((form, *_), image) in enumerate(zip(rows, images, strict=True)):
            picture = encoded(image)
            if form == "file":
                locations.append(f"{folder}/{number}.png")
                write(root / locations[-1], picture)
            elif form == "pixels":
                locations.append(image.tolist() if kind != "parquet" else json.dumps(image.tolist()))
            else:
                uri = tables.data_uri(picture)
                locations.append(uri if form == "data" else uri.partition(",")[2])
        columns = {
            "label": [label for _, label, *_ in rows],
            "location": locations,
            "split": [side[0] for _, _, side, *_ in rows],
            "group": [group for *_, group, _ in rows],
        }
        data = open_source(tables.table(root, kind, columns))
        assert not data.refused and len(data) == len(rows)
        labels = data.column("label")
        assert [None if label is None else data.classes[label] for label in labels] == columns["label"]
        assert list(data.classes) == sorted({label for label in columns["label"] if label is not None})
        assert data.column("split") == [side[1] for _, _, side, *_ in rows]
        assert data.column("group") == columns["group"]
        assert all(np.array_equal(data.image(row), image) for row, image in enumerate(images))
        assert len(set(data.ids)) == len(rows)
        for row, (form, *_) in enumerate(rows):
            assert form != "file" or data.ids[row] == sample_id(locations[row])
        as_json = open_source(tables.table(root / "again", "json", columns | {"location": locations}))
        assert as_json.ids == data.ids


def test_paths_never_leave_the_folder() -> None:
    @given(st.lists(st.sampled_from(["..", ".", "a", "", "b", "\\", "..\\", "/", "link"]), min_size=1, max_size=8))
    @settings(max_examples=300)
    def check(parts: list[str]) -> None:
        (root / "set" / "labels.csv").write_text(f"label,location\na,{'/'.join(parts)}\nb,fine.png\n")
        data = table.read(root / "set" / "labels.csv")
        for row in range(len(data)):
            try:
                content = data.payload(row)
            except HardyError:
                continue
            assert content == b"inside"

    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        for name in ("a", "b", "a/b", "fine.png", "set/a/a", "set/b"):
            write(root / name, b"outside") if "." in name else (root / name).mkdir(parents=True, exist_ok=True)
        write(root / "secret", b"outside")
        write(root / "set" / "fine.png", b"inside")
        (root / "set" / "link").symlink_to("..")
        check()


lines = st.lists(
    st.sampled_from([
        b"label,location\n", b"cat,a.png\n", b"'cat', a.png", b'"', b",", b";", b"\t", b"\n", b"\r", b"\0", b"\xff",
        b"[[1,2],[3,4]]", b"[[", b"]", b"{", b"}", b'{"label":"a","location":"a.png"}', b":", b"'",
        b"data:image/png;base64,", b"http://x/a.png", b"../a.png", b"=1+1", b"null", b"NaN", b"1e999",
        b"\\ud800", b'"\\ud800"', b"\xef\xbb\xbf",
    ]),
    max_size=12,
)  # fmt: skip


@pytest.mark.parametrize("ending", ["csv", "tsv", "json", "jsonl", "parquet"])
@given(content=lines.map(b"".join) | st.binary(max_size=40))
@settings(max_examples=150)
def test_whatever_lies_in_a_table_gives_rows_or_our_own_error(ending: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = write(Path(place) / f"labels.{ending}", content)
        write(Path(place) / "a.png", encoded(pixels()))
        try:
            data = open_source(path)
            found = probe(data, threads=1) if all("//" not in uri for uri in data.column("uri")) else data
        except HardyError as error:
            assert place in str(error)
        else:
            assert len(found) + len(found.refused) == len(data) + len(data.refused)
            assert table.read(path, OpenOptions()).ids == data.ids
