"""What is appended joins what is there, and what is there stays as it is."""

import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from hardy.dataset.prepared import prepared_batch
from hardy.dataset.probe import probe
from hardy.dataset.ready import Wishes
from hardy.errors import OutputError, StoreCorruptError
from hardy.sources import open_source
from hardy.store import append, open_store, pack, verify
from hardy.store.layout import read_manifest
from hardy.store.recipe import Recipe, Resized
from hardy.store.staging import staging_for
from tests.builders import content, encoded, folder, pixels, write
from tests.unit.store.test_store import RAW

RECIPES = {
    "original": Recipe(),
    "raw": Recipe("raw", RAW),
    "resized": Recipe("resized", resized=Resized((9, 9))),
}


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Two classes, 20 pictures each."""
    return folder(tmp_path / "photos", {"cats": 20, "dogs": 20})


def packed(photos: Path, profile: str = "original") -> Path:
    out = photos.parent / "a.hardy"
    pack(open_source(photos), out, recipe=RECIPES[profile], wishes=Wishes())
    return out


def more(photos: Path, count: int = 10, name: str = "cats") -> Path:
    for number in range(count):
        write(photos / name / f"more-{number:03d}.png", encoded(pixels(seed=50_000 + number)))
    return photos


@pytest.mark.parametrize("profile", ["original", "raw", "resized"])
def test_a_folder_that_grew_is_appended_as_it_is(photos: Path, profile: str) -> None:
    store = packed(photos, profile)
    before = open_store(store)
    table, shard = before.table, (store / "data-00000.arrow").read_bytes()
    found = append(store, open_source(more(photos)))
    assert (found.added, found.already, found.refused, found.classes) == (10, 40, (), ())
    after = open_store(store)
    assert after.table.slice(0, 40).equals(table)
    assert (store / "data-00000.arrow").read_bytes() == shard
    assert len(after) == 50
    assert verify(store).problems == ()
    source = probe(open_source(photos))
    assert set(after.ids) == set(source.ids)
    if profile == "raw":
        rows = np.array([source.ids.index(id) for id in after.ids])
        assert np.array_equal(np.stack(list(after.images())), prepared_batch(source, rows, RAW))
    if profile == "original":
        paths = dict(zip(source.ids, source.paths(), strict=True))
        assert all(after.payload(row) == Path(paths[id]).read_bytes() for row, id in enumerate(after.ids))


def test_appending_the_same_again_changes_nothing(photos: Path) -> None:
    store = packed(photos)
    append(store, open_source(more(photos)))
    before = content(store)
    found = append(store, open_source(photos))
    assert (found.added, found.already) == (0, 50)
    assert content(store) == before
    assert sorted(entry.name for entry in photos.parent.iterdir()) == ["a.hardy", "photos"]


def test_quotas_are_filled(photos: Path) -> None:
    store = packed(photos)
    quotas = read_manifest(store).quotas
    append(store, open_source(more(photos, 40)))
    assert read_manifest(store).quotas == quotas
    after = open_store(store)
    cats = Counter(side for side, label in zip(after.column("split"), after.labels, strict=True) if label == 0)
    assert cats == {side: round(quotas[side] * 60) for side in quotas} | {"train": 60 - sum(cats[s] for s in quotas)}


def test_an_equal_picture_joins_its_side(photos: Path) -> None:
    store = packed(photos)
    before = open_store(store)
    uri = next(uri for uri, side in zip(before.column("uri"), before.column("split"), strict=True) if side == "test")
    write(photos / "dogs" / "copy.png", (photos / uri).read_bytes())
    append(store, open_source(photos))
    after = open_store(store)
    assert after.column("split")[after.column("uri").index("dogs/copy.png")] == "test"


def test_a_bridge_is_set_aside_and_reported(photos: Path) -> None:
    store = packed(photos)
    before = open_store(store)
    pairs = list(zip(before.column("uri"), before.column("split"), strict=True))
    test = next(uri for uri, side in pairs if side == "test")
    write(photos / "train" / "dogs" / "copy.png", (photos / test).read_bytes())
    for number, name in enumerate(("cats", "dogs")):
        write(photos / "train" / name / "x.png", encoded(pixels(seed=900 + number)))
    data = open_source(photos / "train")
    found = append(store, data.with_columns(split=["train"] * len(data)))
    assert found.added == 2
    assert [entry.uri for entry in found.refused] == ["dogs/copy.png"]
    assert "two sides" in found.refused[0].reason
    manifest = read_manifest(store)
    assert manifest.found == manifest.accepted + manifest.quarantined
    assert open_store(store).refused == found.refused


@pytest.mark.parametrize("profile", ["original", "raw"])
def test_new_classes_come_last_and_other_programs_see_them(photos: Path, profile: str, tmp_path: Path) -> None:
    store = packed(photos, profile)
    more(photos, 5, "ants")
    found = append(store, open_source(photos))
    assert found.classes == ("ants",)
    after = open_store(store)
    assert after.classes == ("cats", "dogs", "ants")
    assert after.counts() == {"cats": 20, "dogs": 20, "ants": 5}
    assert verify(store).problems == ()
    names = sorted(file.name for file in store.iterdir())
    assert names == ["data-00000-1.arrow", "data-00001.arrow", "manifest.json", "quarantine-1.jsonl"]
    from tests.reference.test_store_readers import load

    assert load(store, tmp_path / "cache").features["label"].names == ["cats", "dogs", "ants"]


def test_another_picture_under_a_known_name_is_set_aside_unless_its_source_is_named(photos: Path) -> None:
    store = packed(photos)
    phone = folder(photos.parent / "phone" / "x", {"cats": 2}).parent / "x"
    for number in range(2):
        write(phone / "cats" / f"{number:03d}.png", encoded(pixels(seed=777 + number)))
    found = append(store, open_source(phone))
    assert (found.added, len(found.refused)) == (0, 2)
    assert "--name" in found.refused[0].reason
    assert append(store, open_source(phone), name="phone").added == 2
    after = open_store(store)
    assert Counter(after.column("source"))["phone"] == 2
    assert len(set(after.ids)) == len(after) == 42


def test_what_cannot_be_read_is_quarantined_once_and_let_in_when_it_is_mended(photos: Path) -> None:
    store = packed(photos)
    bad = write(photos / "cats" / "bad.png", b"no picture")
    for _ in range(2):
        found = append(store, open_source(photos))
        assert [entry.uri for entry in found.refused] == ["cats/bad.png"]
        manifest = read_manifest(store)
        assert (manifest.found, manifest.accepted, manifest.quarantined) == (41, 40, 1)
    bad.write_bytes(encoded(pixels(seed=4)))
    assert append(store, open_source(photos)).added == 1
    manifest = read_manifest(store)
    assert (manifest.found, manifest.accepted, manifest.quarantined) == (41, 41, 0)


def test_statistics_stay_unless_they_are_wished_anew(photos: Path) -> None:
    data = open_source(photos)
    store = photos.parent / "a.hardy"
    pack(data, store, recipe=Recipe("raw", RAW.unmeasured()), wishes=Wishes())
    before = open_store(store).preprocessing
    assert before is not None and before.is_measured
    append(store, open_source(more(photos)))
    assert open_store(store).preprocessing == before
    append(store, open_source(photos), remeasure=True)
    after = open_store(store)
    train = np.stack(list(after.split("train").images())) / 255
    assert after.preprocessing != before
    assert np.allclose(after.preprocessing.mean, train.mean(axis=(0, 1, 2)))


def test_a_stop_before_the_manifest_leaves_the_old_store(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = packed(photos)
    before = content(store)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    more(photos, 5, "ants")
    with monkeypatch.context() as patch:
        patch.setattr(sys.modules["hardy.store.append"], "write_json", stop)
        with pytest.raises(KeyboardInterrupt):
            append(store, open_source(photos))
    assert {name: there for name, there in content(store).items() if name in before} == before
    assert verify(store).problems == ()
    assert len(open_store(store)) == 40
    assert append(store, open_source(photos)).added == 5
    assert verify(store).problems == ()
    listed = {shard.name for shard in read_manifest(store).shards}
    assert {file.name for file in store.glob("*.arrow")} == listed


def test_two_at_once(photos: Path) -> None:
    store = packed(photos)
    with (
        staging_for(store, "other"),
        pytest.raises(OutputError, match=r"being written by another hardy \(process \d+\)"),
    ):
        append(store, open_source(more(photos)))


def test_a_store_without_its_manifest_is_not_appended_to(photos: Path) -> None:
    store = packed(photos)
    (store / "manifest.json").unlink()
    with pytest.raises(StoreCorruptError, match="pack it again"):
        append(store, open_source(more(photos)))


def test_the_user_s_own_files_in_a_store_are_left_alone(photos: Path) -> None:
    store = packed(photos)
    write(store / "data-notes.arrow", b"mine")
    write(store / "quarantine-why.jsonl", b"mine")
    append(store, open_source(more(photos)))
    assert (store / "data-notes.arrow").read_bytes() == (store / "quarantine-why.jsonl").read_bytes() == b"mine"
    assert json.loads((store / "manifest.json").read_bytes())["accepted"] == 50
