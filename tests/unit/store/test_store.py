"""What was packed comes back, in both profiles."""

import os
from pathlib import Path

import numpy as np
import pytest

from hardy.dataset import Preprocessing, Refused
from hardy.dataset.prepared import prepared_batch
from hardy.dataset.probe import probe
from hardy.dataset.split import assign_sides
from hardy.errors import InputError, OutputError
from hardy.files import free_name
from hardy.sources import open_source
from hardy.store import is_store, open_store, pack, verify
from tests.builders import content, dataset, digits, encoded, folder, measured, pixels, write

RAW = Preprocessing(3, (9, 5), mean=(0.5,) * 3, std=(0.25,) * 3)


def photos(root: Path) -> object:
    return assign_sides(probe(open_source(folder(root, {"cats": 7, "dogs": 8}))))


@pytest.mark.parametrize("profile", ["original", "raw"])
def test_the_table_comes_back(tmp_path: Path, profile: str) -> None:
    data = photos(tmp_path / "photos")
    assert pack(data, tmp_path / "a.hardy", profile, RAW if profile == "raw" else None)
    store = open_store(tmp_path / "a.hardy")
    assert store.table.equals(data.table)
    assert store.classes == data.classes
    assert store.fingerprint == data.fingerprint
    assert store.preprocessing == (RAW if profile == "raw" else None)
    assert is_store(tmp_path / "a.hardy")
    assert verify(tmp_path / "a.hardy").problems == ()


def test_an_original_store_holds_the_files_bytes(tmp_path: Path) -> None:
    data = photos(tmp_path / "photos")
    pack(data, tmp_path / "a.hardy")
    store = open_store(tmp_path / "a.hardy")
    for row, path in enumerate(data.paths()):
        assert store.payload(row) == Path(path).read_bytes()
        assert np.array_equal(store.image(row), data.image(row))


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_pixels_from_arrays_come_back_from_an_original_store(tmp_path: Path, dtype: str) -> None:
    images = pixels(4, 17, 11, 1, dtype=dtype)
    pack(assign_sides(dataset([0, 1] * 2, images)), tmp_path / "a.hardy")
    assert np.array_equal(np.stack(list(open_store(tmp_path / "a.hardy").images())), images)


def test_a_raw_store_holds_prepared_pixels(tmp_path: Path) -> None:
    data = photos(tmp_path / "photos")
    pack(data, tmp_path / "a.hardy", "raw", RAW)
    store = open_store(tmp_path / "a.hardy")
    expected = prepared_batch(data, np.arange(15), RAW)
    assert np.array_equal(np.stack(list(store.images())), expected)
    rows = np.array([14, 0, 7, 7])
    assert np.array_equal(prepared_batch(store, rows, RAW), expected[rows])
    assert np.array_equal(store.select(rows).image(1), expected[0])


@pytest.mark.parametrize("profile", ["original", "raw"])
def test_rows_across_shards_and_record_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, profile: str) -> None:
    monkeypatch.setattr("hardy.store.spool.ROWS_PER_BATCH", 4)
    monkeypatch.setattr("hardy.store.spool.SHARD_BYTES", 3_000)
    data = digits(30)
    pack(data, tmp_path / "a.hardy", profile, measured(data) if profile == "raw" else None)
    assert len(list((tmp_path / "a.hardy").glob("data-*.arrow"))) > 2
    store = open_store(tmp_path / "a.hardy")
    rows = np.random.default_rng(0).permutation(30)
    assert np.array_equal(prepared_batch(store, rows, measured(data)), prepared_batch(data, rows, measured(data)))
    assert store.ids == data.ids
    assert verify(tmp_path / "a.hardy").rows == 30


@pytest.mark.parametrize("profile", ["original", "raw"])
def test_packing_twice_gives_the_same_bytes(tmp_path: Path, profile: str) -> None:
    data = photos(tmp_path / "photos")
    for name in ("a.hardy", "b.hardy"):
        assert pack(data, tmp_path / name, profile, RAW if profile == "raw" else None)
    assert content(tmp_path / "a.hardy") == content(tmp_path / "b.hardy")


def test_the_store_does_not_depend_on_where_the_pictures_lay(tmp_path: Path) -> None:
    for name in ("here", "there"):
        pack(photos(tmp_path / name / "photos"), tmp_path / f"{name}.hardy")
    assert content(tmp_path / "here.hardy") == content(tmp_path / "there.hardy")


def test_the_same_store_is_left_as_it_is(tmp_path: Path) -> None:
    data = photos(tmp_path / "photos")
    assert pack(data, tmp_path / "a.hardy") is True
    before = {file: file.stat().st_mtime_ns for file in (tmp_path / "a.hardy").iterdir()}
    assert pack(data, tmp_path / "a.hardy") is False
    assert {file: file.stat().st_mtime_ns for file in (tmp_path / "a.hardy").iterdir()} == before


@pytest.mark.parametrize("what", ["another store", "another profile", "a folder", "an empty folder", "a file"])
def test_something_else_is_refused_and_untouched(tmp_path: Path, what: str) -> None:
    data = photos(tmp_path / "photos")
    out = tmp_path / "a.hardy"
    if what == "another store":
        pack(data.select(np.arange(14)), out)
    elif what == "another profile":
        pack(data, out, "raw", RAW)
    elif what == "a file":
        out.write_text("mine")
    else:
        out.mkdir()
        if what == "a folder":
            (out / "thesis.txt").write_text("mine")
    before = content(tmp_path)
    with pytest.raises(OutputError, match=free_name(out).name):
        pack(data, out)
    assert content(tmp_path) == before


@pytest.mark.parametrize("profile", ["original", "raw"])
@pytest.mark.parametrize("change", ["empty", "gone", "another picture"])
def test_a_picture_that_changed_since_it_was_read_is_set_aside_by_name(
    tmp_path: Path, profile: str, change: str
) -> None:
    data = photos(tmp_path / "photos")
    changed = tmp_path / "photos" / "dogs" / "003.png"
    if change == "gone":
        changed.unlink()
    else:
        write(changed, b"" if change == "empty" else encoded(pixels(seed=99)))
    pack(data, tmp_path / "a.hardy", profile, RAW if profile == "raw" else None)
    store = open_store(tmp_path / "a.hardy")
    reason = {"empty": "the file is empty", "gone": "No such file or directory"}
    assert [(entry.uri, entry.reason) for entry in store.refused] == [
        ("dogs/003.png", reason.get(change, "it changed since it was first read"))
    ]
    assert len(store) == 14
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.hardy", "photos"]


def test_found_is_accepted_and_quarantined(tmp_path: Path) -> None:
    root = folder(tmp_path / "photos", {"cats": 4, "dogs": 4})
    write(root / "cats" / "bad.jpg", b"no picture")
    write(root / "cats" / "notes.txt", b"hello")
    opened = open_source(root)
    pack(assign_sides(probe(opened)), tmp_path / "a.hardy")
    store = open_store(tmp_path / "a.hardy")
    refused = {entry.uri: entry for entry in store.refused}
    assert set(refused) == {"cats/bad.jpg", "cats/notes.txt"}
    assert "not a picture" in refused["cats/bad.jpg"].reason
    assert len(store) + sum(1 for entry in store.refused if entry.id) == len(opened)
    assert set(store.ids) | {refused["cats/bad.jpg"].id} == set(opened.ids)


@pytest.mark.parametrize(
    "name", ["a\u2028b.txt", "a\x85b.txt", "a\nb.txt", 'a"b.txt', "é\u2029.txt", "a\x0cb.txt", "a\x1cb"]
)
def test_refused_files_with_odd_names_come_back(tmp_path: Path, name: str) -> None:
    data = photos(tmp_path / "photos")
    entry = Refused(name, "not named like a picture")
    object.__setattr__(data, "refused", (entry,))
    pack(data, tmp_path / "a.hardy")
    assert open_store(tmp_path / "a.hardy").refused == (entry,)


def test_every_file_is_synced_before_the_store_appears(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced = set()
    real = os.fsync

    def fsync(descriptor: int) -> None:
        assert not (tmp_path / "a.hardy").exists() or os.path.samestat(os.fstat(descriptor), tmp_path.stat())
        synced.add(os.fstat(descriptor).st_ino)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    pack(photos(tmp_path / "photos"), tmp_path / "a.hardy")
    missing = [file.name for file in (tmp_path / "a.hardy").iterdir() if file.stat().st_ino not in synced]
    assert missing == []


def test_wrong_calls_are_answered(tmp_path: Path) -> None:
    data = digits()
    with pytest.raises(InputError, match="raw store needs a preprocessing"):
        pack(data, tmp_path / "a.hardy", "raw")
    with pytest.raises(InputError, match="raw store needs a preprocessing"):
        pack(data, tmp_path / "a.hardy", "original", RAW)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("profile", ["original", "raw"])
def test_no_rows_are_refused_or_come_back_as_none(tmp_path: Path, profile: str) -> None:
    data = digits().select(np.zeros(30, bool))
    try:
        pack(data, tmp_path / "a.hardy", profile, RAW if profile == "raw" else None)
    except InputError as error:
        assert "no rows" in str(error)
        assert not (tmp_path / "a.hardy").exists()
    else:
        assert len(open_store(tmp_path / "a.hardy")) == 0


def test_moving_a_store_changes_nothing(tmp_path: Path) -> None:
    data = photos(tmp_path / "photos")
    pack(data, tmp_path / "a.hardy")
    (tmp_path / "far").mkdir()
    (tmp_path / "a.hardy").rename(tmp_path / "far" / "b.hardy")
    store = open_store(tmp_path / "far" / "b.hardy")
    assert store.ids == data.ids
    assert store.fingerprint == data.fingerprint


def test_one_pixel_and_one_channel(tmp_path: Path) -> None:
    data = assign_sides(dataset([0, 1] * 2, pixels(4, 1, 1, 1)))
    pack(data, tmp_path / "a.hardy", "raw", measured(data))
    assert np.array_equal(np.stack(list(open_store(tmp_path / "a.hardy").images())), np.stack(list(data.images())))


def test_what_is_a_store(tmp_path: Path) -> None:
    assert not is_store(tmp_path)
    assert not is_store(tmp_path / "nowhere")
    assert not is_store(write(tmp_path / "x" / "manifest.json", b"{}"))
    assert not is_store(tmp_path / "x")  # other programs call files so, too
    write(tmp_path / "x" / "manifest.json", b'{"data_fingerprint": ')
    assert is_store(tmp_path / "x")  # damaged, and a store that says so
    write(tmp_path / "y" / "1.png", encoded(pixels()))
    assert not is_store(tmp_path / "y")
