import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hardy.dataset import Dataset
from hardy.dataset.identity import sample_id
from hardy.dataset.probe import probe
from hardy.errors import DecodeError, InputError, LayoutError
from hardy.sources import open_source, table
from hardy.sources.options import OpenOptions
from hardy.sources.table_reader import TableReader
from tests import tables
from tests.builders import encoded, folder, parquet, pixels, write
from tests.web import Server, serving

PICTURES = [encoded(pixels(seed=seed)) for seed in range(4)]
NAMES = [f"pictures/{seed}.png" for seed in range(4)]
LABELS = ["cat", "dog", "cat", "owl"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, picture in zip(NAMES, PICTURES, strict=True):
        write(tmp_path / "set" / name, picture)
    return tmp_path / "set"


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("HARDY_CACHE", str(tmp_path / "cache"))
    with serving() as server:
        yield server


def text(root: Path, content: str | bytes, name: str = "labels.csv") -> Path:
    return write(root / name, content.encode() if isinstance(content, str) else content)


def reasons(data: Dataset) -> dict[str, str]:
    return {entry.uri: entry.reason for entry in data.refused}


def class_names(data: Dataset) -> list[str | None]:
    return [None if label is None else data.classes[label] for label in data.column("label")]


@pytest.mark.parametrize("kind", tables.KINDS)
def test_every_kind_of_table_gives_the_same_dataset(root: Path, kind: str) -> None:
    columns = {
        "file_name": NAMES,
        "class": [*LABELS[:3], None],
        "split": ["Training", "valid", "holdout", None],
        "patient": ["p1", "p2", "p1", None],
        "licence": ["CC0", None, "MIT", "CC0"],
        "weight": [1.5, 2.5, 3.5, 4.5],
    }
    data = open_source(tables.table(root, kind, columns))
    assert data.classes == ("cat", "dog")
    assert data.column("label") == [0, 1, 0, None]
    assert data.column("split") == ["train", "val", "test", None]
    assert data.column("group") == ["p1", "p2", "p1", None]
    assert data.column("licence") == ["CC0", None, "MIT", "CC0"]
    assert data.ids == [sample_id(name) for name in NAMES]
    assert data.column("uri") == NAMES and data.paths() == [str(root / name) for name in NAMES]
    assert all(np.array_equal(data.image(row), pixels(seed=row)) for row in range(4))
    assert len(probe(data, threads=2)) == 4 and not data.refused


def test_the_handbooks_csv(root: Path) -> None:
    content = "label,location\n'cat', pictures/0.png\n‘dog’,pictures/1.png\n'dog','http://mysite.com/dog/2.jpg\n"
    data = open_source(text(root, content))
    assert class_names(data) == ["cat", "dog", "dog"]
    assert data.column("uri") == ["pictures/0.png", "pictures/1.png", "http://mysite.com/dog/2.jpg"]
    assert data.path(2) == data.paths()[2] == "http://mysite.com/dog/2.jpg"


def test_the_handbooks_embedded_pixels(root: Path) -> None:
    image = pixels(17, 11, 3)
    data = open_source(text(root, f"Label,location\n'cat',{image.tolist()}\n'dog','{image[..., 0].tolist()}'\n"))
    assert np.array_equal(data.image(0), image) and np.array_equal(data.image(1), image[..., :1])
    assert data.column("uri") == ["labels.csv#0", "labels.csv#1"]


def test_the_handbooks_json_with_single_quotes(root: Path) -> None:
    content = """[ {'label': 'cat', 'location': 'pictures/0.png' },\n {'label': "dog's", 'location': 'it\\'s.png'} ]"""
    data = open_source(text(root, content, "labels.json"))
    assert class_names(data) == ["cat", "dog's"] and data.column("uri") == ["pictures/0.png", "it's.png"]


def test_path_url_base64_data_uri_and_pixels_in_one_file(root: Path, web: Server) -> None:
    web.pages["/3.png"] = PICTURES[3]
    uri = tables.data_uri(PICTURES[1])
    locations: list[Any] = [NAMES[0], uri, uri.partition(",")[2], pixels(seed=2).tolist(), web.url("/3.png")]
    columns = {"label": ["a"] * 5, "location": locations}
    for kind in ("csv", "semicolon", "tsv", "json", "columns", "pandas", "jsonl"):
        path = tables.table(root / kind, kind, columns)
        write(root / kind / NAMES[0], PICTURES[0])
        data = table.read(path, OpenOptions(allow_private=True))
        assert not data.refused
        assert [data.image(row)[0, 0, 0] for row in range(5)] == [pixels(seed=s)[0, 0, 0] for s in (0, 1, 1, 2, 3)]
        assert np.array_equal(data.image(3), pixels(seed=2))
        assert data.paths()[4] == web.url("/3.png")
    assert web.asked == {"/3.png": 1}


def test_opening_asks_nothing_of_the_network(root: Path) -> None:
    data = open_source(text(root, "label,url\ncat,http://10.0.0.1/a.png\ndog,https://example.invalid/b.png\n"))
    assert len(data) == 2  # conftest would have failed any connection
    with pytest.raises(DecodeError, match=r"http://10\.0\.0\.1/a\.png: .*private address"):
        data.image(0)


def test_one_404_does_not_end_the_load_and_is_named(root: Path, web: Server) -> None:
    """gapcv aborts the whole load."""
    web.pages |= {"/0.png": PICTURES[0], "/2.png": PICTURES[2]}
    rows = "".join(f"{label},{web.url(f'/{row}.png')}\n" for row, label in enumerate(LABELS[:3]))
    data = table.read(text(root, f"label,url\n{rows}"), OpenOptions(allow_private=True))
    found = probe(data)
    assert class_names(found) == ["cat", "cat"]
    assert [(entry.uri, entry.reason) for entry in found.refused] == [
        (web.url("/1.png"), "the server answered 404 Not Found")
    ]
    web.pages["/1.png"] = PICTURES[1]
    again = probe(table.read(root / "labels.csv", OpenOptions(allow_private=True)))
    assert len(again) == 3 and web.asked == {"/0.png": 1, "/1.png": 2, "/2.png": 1}


def test_urls_are_fetched_ahead_and_failures_alone_again(root: Path, web: Server) -> None:
    web.pages["/0.png"] = PICTURES[0]
    content = f"image,label\n{web.url('/0.png')},a\npictures/1.png,b\n{web.url('/2.png')},b\n"
    data = table.read(text(root, content), OpenOptions(allow_private=True))
    reader = data.reader
    assert isinstance(reader, TableReader)
    assert [failure.url for failure in reader.prefetch(data.rows.tolist())] == [web.url("/2.png")]
    web.pages["/2.png"] = PICTURES[2]
    assert reader.prefetch(data.rows.tolist()) == [] == reader.prefetch([1])
    assert len(probe(data)) == 3 and web.asked == {"/0.png": 1, "/2.png": 2}


def test_a_missing_and_a_broken_file_are_refused_by_name_and_the_rest_stays(root: Path) -> None:
    """gapcv loses the name; one failed picture drops a class; Keras ends the epoch."""
    write(root / "pictures/broken.png", PICTURES[0][:50])
    found = probe(open_source(text(root, "image,label\npictures/0.png,cat\ngone.png,dog\npictures/broken.png,cat\n")))
    assert found.column("uri") == ["pictures/0.png"] and found.classes == ("cat", "dog")
    assert [entry.uri for entry in found.refused] == ["gone.png", "pictures/broken.png"]
    assert "No such file" in found.refused[0].reason and "truncated" in found.refused[1].reason


def test_labels_need_not_come_from_folders(root: Path) -> None:
    """Keras: labels only from folders; class order surprises."""
    data = open_source(text(root, "image,label\npictures/0.png,10\npictures/1.png,9\npictures/2.png,\n"))
    assert data.classes == ("9", "10") and class_names(data) == ["10", "9", None]


def test_train_validation_and_test_in_one_table(root: Path) -> None:
    """Keras: no train/val/test in one call."""
    rows = "".join(f"{name},a,{side}\n" for name, side in zip(NAMES, ("train", "train", "val", "test"), strict=True))
    assert open_source(text(root, f"image,label,subset\n{rows}")).split_sizes() == {"train": 2, "val": 1, "test": 1}


def test_sixteen_bit_pixels_keep_their_values_and_a_dark_one_its_depth(root: Path) -> None:
    """Keras saturates; gapcv gives 127 for 220."""
    bright, dark = pixels(17, 11, dtype="uint16"), np.full((17, 11), 220, np.uint16)
    columns = {"label": ["a", "b"], "location": [bright.tolist(), dark.tolist()]}
    data = open_source(tables.table(root, "json", columns))
    assert [data.image(row).dtype for row in range(2)] == [np.uint16] * 2
    assert np.array_equal(data.image(0)[..., 0], bright) and np.array_equal(data.image(1)[..., 0], dark)


def test_more_than_four_channels_are_kept(root: Path) -> None:
    image = pixels(17, 11, 6)
    assert np.array_equal(
        open_source(tables.table(root, "json", {"label": ["a"], "location": [image.tolist()]})).image(0), image
    )


@pytest.mark.parametrize(
    "content",
    [
        "location,label\npictures/0.png,cat\npictures/1.png,dog\n",
        "FILE NAME;Category\npictures/0.png;cat\npictures/1.png;dog\n",
        "Image-Path\tTARGET\npictures/0.png\tcat\npictures/1.png\tdog\n",
        "\ufeffpath,class\r\npictures/0.png,cat\r\npictures/1.png,dog\r\n",
        "path,class\rpictures/0.png,cat\rpictures/1.png,dog",
        "sep=;\npath;class\npictures/0.png;cat\npictures/1.png;dog\n",
        ",path,class\n0,pictures/0.png,cat\n1,pictures/1.png,dog\n",
        "pictures/0.png,cat\npictures/1.png,dog\n",
        "cat,pictures/0.png\ndog,pictures/1.png\n",
        "cat,pictures/0.png,train\ndog,pictures/1.png,train\n",
        "where,breed\npictures/0.png,cat\npictures/1.png,dog\n",
        "path,class,,\npictures/0.png,cat,,\npictures/1.png,dog,,\n",
        "id,path,label_id,class_name\n7,pictures/0.png,0,cat\n8,pictures/1.png,1,dog\n",
        "image,file,class\n17,pictures/0.png,cat\n18,pictures/1.png,dog\n",
    ],
)
def test_columns_are_found(root: Path, content: str) -> None:
    data = open_source(text(root, content))
    assert data.column("uri") == NAMES[:2] and class_names(data) == ["cat", "dog"]
    assert data.column("split") in ([None, None], ["train", "train"])


def test_files_without_an_ending_are_found_by_looking(root: Path) -> None:
    for name in ("one", "two"):
        write(root / name, PICTURES[0])
    data = open_source(text(root, "one,cat\ntwo,dog\n"))
    assert data.column("uri") == ["one", "two"] and class_names(data) == ["cat", "dog"]


def test_a_row_of_arrays_and_json_lines_of_arrays(root: Path) -> None:
    rows = [["cat", NAMES[0]], ["dog", NAMES[1]]]
    for name, content in (("a.json", json.dumps(rows)), ("a.jsonl", "\n".join(map(json.dumps, rows)))):
        assert class_names(open_source(text(root, content, name))) == ["cat", "dog"]


def test_json_lines_under_the_name_of_json_and_an_object_around_the_rows(root: Path) -> None:
    rows = [{"file": NAMES[0], "label": "cat"}, {"file": NAMES[1], "label": "dog"}]
    lines = open_source(text(root, "\n".join(map(json.dumps, rows)), "a.json"))
    wrapped = open_source(text(root, json.dumps({"images": rows}), "b.json"))
    assert class_names(lines) == class_names(wrapped) == ["cat", "dog"]


def test_the_user_says_which_column(root: Path) -> None:
    path = text(root, "a,b,c,d,e\npictures/0.png,pictures/1.png,cat,train,x\n,pictures/3.png,dog,test,y\n")
    options = OpenOptions(location_column="b", label_column="c", split_column="d", group_column="e")
    data = table.read(path, options)
    assert data.column("uri") == [NAMES[1], NAMES[3]] and class_names(data) == ["cat", "dog"]
    assert data.column("split") == ["train", "test"] and data.column("group") == ["x", "y"]


def test_the_user_says_which_column_by_number(root: Path) -> None:
    path = text(root, "k,gone/0,v,cat\nl,gone/1,w,dog\n")
    data = table.read(path, OpenOptions(location_column="1", label_column="3"))
    assert data.column("uri") == ["gone/0", "gone/1"] and class_names(data) == ["cat", "dog"]


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        (
            "image,label\na.png,cat\n",
            {"label_column": "klass"},
            r"no column 'klass' for the label; it has image, label",
        ),
        ("image,label\na.png,cat\n", {"location_column": "2"}, r"no column '2' for the location"),
        ("p,q\n1,2\n3,4\n", {}, r"columns 0, 1, and none holds paths, URLs or pixels; say which with --location"),
        ("image,p,q\na.png,s,u\nb.png,s,u\n", {}, r"could be the label \(p, q\); say which with --label-column"),
        ("image,label\n", {}, r"has a header \(image, label\) and no rows"),
        ("image,label\n,cat\n", {}, r"none of the 1 rows .* the first, #0, has no location"),
        ("", {}, "is empty"),
        (" \n\n", {}, "is empty"),
        (",,\n,\n", {}, "none holds paths"),
        ('image,label\n"a.png,cat\n', {}, "opens in line 2"),
        (b"image,label\nb\xe9.png,cat\n", {}, r"no UTF-8 \(line 2\); save it as UTF-8"),
        ("image,label\na.png,cat\n".encode("utf-16"), {}, "is UTF-16; save it as UTF-8"),
        ("image,label,split\na.png,cat,later\n", {}, r"the first, #0, the split is 'later'"),
    ],
)
def test_tables_that_cannot_be_read_say_why_and_what_to_do(root: Path, content, options, message: str) -> None:
    with pytest.raises(LayoutError, match=message) as caught:
        table.read(text(root, content), OpenOptions(**options))
    assert str(root / "labels.csv") in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.json", "", "is empty"),
        ("a.json", "{", "is no JSON"),
        ("a.json", "['cat", "is no JSON"),
        ("a.json", "[" * 100_000, "nested too deeply"),
        ("a.json", "'" + "[" * 100_000, "array of objects"),
        ("a.json", "3", "array of objects"),
        ("a.json", "[]", "array of objects"),
        ("a.json", "{}", "array of objects"),
        ("a.json", "[[]]", "a row per image"),
        ("a.json", "[1, 2]", "array of objects"),
        ("a.json", '{"image": ["a.png"], "label": ["a", "b"]}', "'image' has 1, 'label' has 2"),
        ("a.json", '{"image": ["a.png"], "label": "a"}', "array under 'label', got str"),
        ("a.json", '{"image": {"0": "a.png"}, "label": {"1": "a"}}', "other keys in 'label'"),
        ("a.json", '{"image": ["a.png"], "label": {"1": "a"}}', "other keys in 'label'"),
        ("a.json", "9" * 5000, "is no JSON"),
        ("a.jsonl", "{\n}", "no line of JSON"),
        ("a.jsonl", "1\n2", "none holds paths"),
        ("a.parquet", "hello", "Parquet"),
    ],
)
def test_other_broken_files(root: Path, name: str, content: str, message: str) -> None:
    with pytest.raises(LayoutError, match=message) as caught:
        open_source(text(root, content, name))
    assert str(root / name) in str(caught.value)


def test_rows_that_cannot_be_used_are_listed_and_the_rest_stays(root: Path) -> None:
    content = (
        "label,location,split\n"
        "cat,pictures/0.png,train\n"  # 0: fine
        "cat,../secret.png,train\n"
        "cat,/etc/passwd,train\n"
        "cat,ftp://example.org/a.png,train\n"
        "cat,,train\n"
        "cat,pictures/1.png,sometime\n"  # 5
        "cat,pictures/2.png,train,more\n"
        "\"['cat', 'dog']\",pictures/2.png,train\n"
        ",pictures/3.png,train\n"  # 8: fine, no label
        "cat\n"
        'cat,"[[1,2],[3]]",train\n'  # 10
        "cat,http://user:secret@example.org/a.png,train\n"
    )
    data = open_source(text(root, content))
    assert data.column("uri") == ["pictures/0.png", "pictures/3.png"] and class_names(data) == ["cat", None]
    found = reasons(data)
    expected = "outside|outside|ftp|no location|'sometime'|4 fields|a list|no location|different length|password"
    assert all(word in reason for word, reason in zip(expected.split("|"), found.values(), strict=True)), found
    assert list(found) == [f"labels.csv#{row}" for row in (1, 2, 3, 4, 5, 6, 7, 9, 10, 11)]
    assert "secret@" not in str(found)


def test_broken_json_lines_are_listed_and_the_rest_stays(root: Path) -> None:
    lines = [
        json.dumps({"file": NAMES[0], "label": "cat"}),
        "{oops",
        "17",
        json.dumps({"file": NAMES[1]}),
        '{"label": 1}',
    ]
    data = open_source(text(root, "\n".join(lines), "a.jsonl"))
    assert class_names(data) == ["cat", None]
    assert [
        word in reason for word, reason in zip(("no JSON", "int", "no location"), reasons(data).values(), strict=True)
    ]
    assert list(reasons(data)) == ["a.jsonl#1", "a.jsonl#2", "a.jsonl#4"]


def test_one_label_per_picture(root: Path) -> None:
    """Keras#9534 asks for several: they are refused in words, not mixed up."""
    content = "image,label\npictures/0.png,cat\npictures/1.png,dog\npictures/0.png,dog\npictures/1.png,dog\n"
    data = open_source(text(root, content))
    assert data.column("uri") == ["pictures/1.png"] * 2
    assert data.ids == [sample_id("pictures/1.png", 0), sample_id("pictures/1.png", 1)]
    assert list(reasons(data)) == ["labels.csv#0", "labels.csv#2"] and "cat, dog" in reasons(data)["labels.csv#0"]
    lists = [{"image": NAMES[0], "label": ["cat"]}, {"image": NAMES[1], "label": ["cat", "dog"]}]
    assert "several values" in reasons(open_source(text(root, json.dumps(lists), "a.json")))["a.json#1"]


def test_a_path_outside_only_when_the_user_says_so(root: Path) -> None:
    write(root.parent / "other" / "x.png", PICTURES[0])
    path = text(root, f"label,location\na,../other/x.png\nb,{root.parent / 'other' / 'x.png'}\nc,pictures/1.png\n")
    assert len(open_source(path)) == 1
    data = table.read(path, OpenOptions(allow_outside=True))
    assert class_names(data) == ["a", "b", "c"] and not data.refused
    assert all(np.array_equal(data.image(row), pixels(seed=row // 2)) for row in range(3))


def test_identity_survives_moving_sorting_adding_and_rewriting(root: Path) -> None:
    locations = [*NAMES[:2], "http://example.org/a.png", pixels(5, 3).tolist(), tables.data_uri(PICTURES[0])]
    rows = [{"label": "abcde"[row], "location": location} for row, location in enumerate(locations)]

    def ids(path: Path) -> dict[str, str]:
        data = open_source(path)
        return dict(zip(class_names(data), data.ids, strict=True))

    expected = ids(text(root, json.dumps(rows), "a.json"))
    assert len(set(expected.values())) == 5
    assert expected["a"] == sample_id(NAMES[0])
    assert ids(text(root, json.dumps(rows[::-1]), "b.json")) == expected
    assert ids(tables.table(root, "csv", {"label": list("abcde"), "location": locations})) == expected
    shutil.copytree(root, root.parent / "moved")
    assert ids(root.parent / "moved" / "b.json") == expected
    more = [{"label": "z", "location": NAMES[3], "extra": 1}, *rows]
    assert ids(text(root, json.dumps(more), "c.json")).items() >= expected.items()


def test_the_same_pictures_have_the_same_ids_in_a_folder(tmp_path: Path) -> None:
    listed = open_source(folder(tmp_path / "photos", {"cat": 2, "dog": 2}))
    names = [Path(uri).parent.name for uri in listed.column("uri")]
    data = open_source(tables.table(tmp_path / "photos", "jsonl", {"path": listed.column("uri"), "label": names}))
    assert data.ids == listed.ids and data.classes == listed.classes


def test_names_that_differ_in_unicode_form_only_are_two_samples(root: Path) -> None:
    rows = [{"path": "é.png", "label": "a"}, {"path": "e\u0301.png", "label": "a"}]
    data = open_source(text(root, json.dumps(rows), "a.json"))
    assert len(set(data.ids)) == 2


def test_parquet_with_pictures_stays_with_its_own_source(tmp_path: Path) -> None:
    path = parquet(tmp_path / "a.parquet", PICTURES[:2], [0, 1], ["a", "b"])
    assert not table.matches(path) and len(open_source(path)) == 2
    pq.write_table(pa.table({"image": PICTURES[:2], "label": [0, 1]}), tmp_path / "b.parquet")
    assert not table.matches(tmp_path / "b.parquet")


def test_parquet_with_categories_and_nested_pixels(tmp_path: Path) -> None:
    image = pixels(17, 11)
    labels = pa.array(["cat", "dog"]).dictionary_encode()
    pq.write_table(pa.table({"pixels": [image.tolist(), image.tolist()], "label": labels}), tmp_path / "a.parquet")
    data = open_source(tmp_path / "a.parquet")
    assert class_names(data) == ["cat", "dog"] and np.array_equal(data.image(0)[..., 0], image)


def test_a_table_of_locations_alone_is_for_prediction(root: Path) -> None:
    for content in ("image\npictures/0.png\npictures/1.png\n", "pictures/0.png\npictures/1.png\n"):
        data = open_source(text(root, content))
        assert data.classes == () and data.column("label") == [None, None]


def test_formulas_are_words(root: Path) -> None:
    """What a spreadsheet would run is a name like any other."""
    formula = "=HYPERLINK(http://example.org)"
    data = open_source(text(root, f"image,label\npictures/0.png,{formula}\npictures/1.png,@SUM(1)\n"))
    assert data.classes == (formula, "@SUM(1)")


def test_hostile_widths(root: Path) -> None:
    rows = [{"image": NAMES[0], "label": "a", **{f"k{row}-{n}": n for n in range(20)}} for row in range(300)]
    assert len(open_source(text(root, json.dumps(rows), "a.json"))) == 300
    wide = "image,label" + ",x" * 50_000 + "\n" + "pictures/0.png,a" + "," * 50_000 + "\n"
    assert len(open_source(text(root, wide))) == 1


@pytest.mark.parametrize(
    "content", ["a" + "\t" * 200_000, "a;" * 100_000, "a,b" + "\n" * 2_000_000, "label\nx" + "\0" * 10**7]
)
def test_shapes_that_once_took_seconds(root: Path, content: str) -> None:
    start = time.process_time()
    with pytest.raises(LayoutError, match="none holds paths"):
        open_source(text(root, content))
    assert time.process_time() - start < 5


def test_a_table_that_cannot_be_opened_is_named(root: Path) -> None:
    (root / "folder.csv").mkdir()
    with pytest.raises(InputError, match=r"folder\.csv"):
        open_source(root / "folder.csv")
