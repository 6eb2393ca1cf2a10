"""Enlarged datasets on disk, and the same again."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import hardy
from hardy.api.augment import Augmented
from hardy.augmentation.offline import Setting, read_replay
from hardy.errors import InputError, OutputError
from hardy.sources import open_source
from hardy.store import append, open_store, verify
from tests.builders import content, encoded, folder, pixels, write

POLICY = "[Rotate: {limit: 30}, Translate: {fraction: 0.2}, GaussianNoise: {p: 0.5}, CoarseDropout]"


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    root = folder(tmp_path / "photos", {"cats": 12, "dogs": 13})
    for number in range(4):
        write(root / "dogs" / f"jpeg-{number}.jpg", encoded(pixels(23, 19, 1, seed=number), "JPEG"))
    return root


def augmented(photos: Path, out: Path, **changes: object) -> Augmented:
    return hardy.augment(photos, **{"policy": POLICY, "times": 2, "test": 0.2, "val": 0.1, "out": out, **changes})


def lines(out: Path) -> list[dict]:
    return [json.loads(line) for line in (out / "augmentation.jsonl").read_text().splitlines()]


def test_a_folder(photos: Path, tmp_path: Path) -> None:
    found = augmented(photos, tmp_path / "out")
    assert found.before == {"train": 21, "val": 2, "test": 6}
    assert found.after == {"train": 63, "val": 2, "test": 6}
    assert found.factor == 3
    head, *copies, tail = lines(tmp_path / "out")
    assert tail["rows"] == len(copies) == 42
    assert head["seed"] == 0 and head["times"] == 2 and [*head["policy"][0]] == ["Rotate"]
    source, again = hardy.open(photos), hardy.open(tmp_path / "out")
    assert again.split_sizes() == found.after
    assert again.refused == ()  # the record is no picture, and nothing to wonder about
    for copy in copies:
        assert copy["parent"] in source.ids
        assert copy["file"].startswith("train/") and (tmp_path / "out" / copy["file"]).is_file()
        parent = source.column("uri")[source.ids.index(copy["parent"])]
        assert (tmp_path / "out" / copy["of"]).read_bytes() == (photos / parent).read_bytes()
    held_out = [uri for uri, side in zip(again.column("uri"), again.column("split"), strict=True) if side != "train"]
    assert all(
        (photos / uri.partition("/")[2]).read_bytes() == (tmp_path / "out" / uri).read_bytes() for uri in held_out
    )


def test_copies_are_what_the_recorded_numbers_say(photos: Path, tmp_path: Path) -> None:
    augmented(photos, tmp_path / "out", quality=100)
    policy = hardy.Compose.load(POLICY)
    again = hardy.open(tmp_path / "out")
    rows = {uri: row for row, uri in enumerate(again.column("uri"))}
    for copy in lines(tmp_path / "out")[1:-1]:
        image = again.image(rows[copy["of"]])
        plan = policy.plan([copy["parent"]], 0, image.shape[:2], [copy["plan"]["copy"]])
        applied = {step.key: step for step in plan.steps if step.applied[0]}
        assert copy["plan"]["steps"].keys() == applied.keys()
        for key, numbers in copy["plan"]["steps"].items():
            assert all(np.array_equal(numbers[name], value[0]) for name, value in applied[key].parameters.items())
        alone = policy(image=image, id=copy["parent"], copy=copy["plan"]["copy"])["image"]
        assert np.array_equal(again.image(rows[copy["file"]]), alone)


def test_a_family_is_never_parted(photos: Path, tmp_path: Path) -> None:
    augmented(photos, tmp_path / "out", test=0, val=0, times=3)
    again = hardy.open(tmp_path / "out")
    assert again.split_sizes() == {"train": 4 * 29}
    assert len(set(again.column("group"))) == 29
    store = hardy.pack(tmp_path / "out", tmp_path / "b.hardy", test=0.3, val=0.2)
    sides: dict[str, set[str]] = {}
    for group, side in zip(store.column("group"), store.column("split"), strict=True):
        sides.setdefault(group, set()).add(side)
    assert all(len(found) == 1 for found in sides.values()) and len(sides) == 29
    assert len({next(iter(found)) for found in sides.values()}) == 3


def test_copies_of_copies_are_of_the_same_family(photos: Path, tmp_path: Path) -> None:
    augmented(photos, tmp_path / "one", test=0, val=0, times=1)
    augmented(tmp_path / "one", tmp_path / "two", test=0, val=0, times=1)
    again = hardy.open(tmp_path / "two")
    assert len(again) == 4 * 29 and len(set(again.column("group"))) == 29
    write(photos / "cats" / "000-aug1.png", encoded(pixels(seed=5)))  # a name that a copy would have
    augmented(photos, tmp_path / "three", test=0, val=0, times=1)
    assert len(hardy.open(tmp_path / "three")) == 2 * 30


@pytest.mark.parametrize("name", ["out", "out.hardy"])
def test_the_same_bytes_for_any_threads_and_again(photos: Path, tmp_path: Path, name: str) -> None:
    for threads in (1, 2, 5):
        augmented(photos, tmp_path / str(threads) / name, threads=threads)
    first = content(tmp_path / "1" / name)
    assert first == content(tmp_path / "2" / name) == content(tmp_path / "5" / name)
    hardy.augment(photos, out=tmp_path / "again" / name, replay=tmp_path / "1" / name)
    assert content(tmp_path / "again" / name) == first
    augmented(photos, tmp_path / "other" / name, seed=1)
    assert content(tmp_path / "other" / name) != first


@pytest.mark.parametrize("size", [None, (9, 13)])
def test_a_store(photos: Path, tmp_path: Path, size: tuple[int, int] | None) -> None:
    found = augmented(photos, tmp_path / "out.hardy", size=size, channels=size and 1)
    assert found.format == "store"
    store = open_store(tmp_path / "out.hardy")
    assert verify(tmp_path / "out.hardy").problems == ()
    assert store.split_sizes() == found.after
    parents = [parent for parent in store.column("parent") if parent]
    assert len(parents) == 42 and set(parents) <= set(hardy.open(photos).ids)
    assert [json.loads(plan)["copy"] for plan in store.column("plan") if plan] == [1, 2] * 21
    assert (store.preprocessing is None) == (size is None)
    if store.preprocessing is not None:
        assert store.image(0).shape == (9, 13, 1) and store.preprocessing.is_measured


def test_a_store_of_pixels_is_enlarged_to_one(tmp_path: Path) -> None:
    photos = folder(tmp_path / "photos", {"a": 12, "b": 12})
    hardy.pack(photos, tmp_path / "a.hardy", size=(9, 13))
    augmented(tmp_path / "a.hardy", tmp_path / "b.hardy", test=None, val=None)
    before, after = open_store(tmp_path / "a.hardy"), open_store(tmp_path / "b.hardy")
    assert after.image(0).shape == (9, 13, 3) and len(after) > len(before)
    assert after.preprocessing != before.preprocessing  # measured on what there is now
    with pytest.raises(InputError, match="makes pictures of 5×5, and a store of pixels holds 9×13: end it with Resize"):
        hardy.augment(tmp_path / "a.hardy", "[RandomCrop: {height: 5, width: 5}]", tmp_path / "c.hardy")
    hardy.augment(tmp_path / "a.hardy", "[RandomCrop: {height: 5, width: 5}]", tmp_path / "c")
    sizes = {hardy.open(tmp_path / "c").image(row).shape[:2] for row in range(30)}
    assert sizes == {(9, 13), (5, 5)}


def test_small_pictures_of_one_size_become_pixels(tmp_path: Path) -> None:
    photos = folder(tmp_path / "photos", {"a": 12, "b": 12}, channels=1)
    augmented(photos, tmp_path / "a.hardy")
    assert open_store(tmp_path / "a.hardy").reader.shape == (17, 11, 1)  # type: ignore[attr-defined]
    augmented(photos, tmp_path / "b.hardy", policy="[CenterCrop: {height: 9, width: 9}]")
    assert not hasattr(open_store(tmp_path / "b.hardy").reader, "shape")


def test_more_can_be_appended_to_an_enlarged_store(photos: Path, tmp_path: Path) -> None:
    store = tmp_path / "a.hardy"
    augmented(photos, store)
    before = open_store(store).table
    write(photos / "birds" / "1.png", encoded(pixels(seed=99)))
    found = append(store, open_source(photos))
    assert (found.added, found.classes) == (1, ("birds",))
    after = open_store(store)
    assert after.table.slice(0, len(before)).equals(before)
    assert after.column("parent")[-1] is None and verify(store).problems == ()
    plain = tmp_path / "plain.hardy"
    hardy.pack(folder(tmp_path / "more", {"cats": 5, "dogs": 5}), plain)
    append(plain, after, name="more")
    assert "parent" not in open_store(plain).table.column_names and verify(plain).problems == ()


def test_a_flipped_bit_in_a_plan_is_found(photos: Path, tmp_path: Path) -> None:
    augmented(photos, tmp_path / "a.hardy")
    shard = tmp_path / "a.hardy" / "data-00000.arrow"
    damaged = bytearray(shard.read_bytes())
    damaged[damaged.index(b'"angle_deg":') + 14] ^= 1
    shard.write_bytes(damaged)
    (row,) = verify(tmp_path / "a.hardy").damaged
    assert open_store(tmp_path / "a.hardy").column("plan")[row.row] is not None
    with pytest.raises(InputError, match="changed after it was written: .*data-00000.arrow is damaged"):
        hardy.augment(photos, replay=tmp_path / "a.hardy", out=tmp_path / "b.hardy")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace('"copy":1', '"copy":7', 1), "its checksum does not fit"),
        (lambda text: text.replace('"seed":0', '"seed":1', 1), "its checksum does not fit"),
        (lambda text: "\n".join(text.split("\n")[:-3]) + "\n", "is cut off: its last line is missing"),
        (lambda text: text[:-30], r"line 44 is not JSON"),
        (lambda text: text.replace("{", "", 1), r"line 1 is not JSON"),
        (lambda text: "", "is not JSON"),
        (lambda text: "[]\n" + text, "expected its settings in the first line"),
        (lambda text: text.replace("augmentation-1", "augmentation-9", 1), "its checksum does not fit"),
    ],
)
def test_a_record_that_was_changed_is_refused(photos: Path, tmp_path: Path, change, message: str) -> None:
    augmented(photos, tmp_path / "a")
    record = tmp_path / "a" / "augmentation.jsonl"
    record.write_text(change(record.read_text()))
    with pytest.raises(InputError, match=message):
        hardy.augment(photos, replay=record, out=tmp_path / "b")
    assert not (tmp_path / "b").exists()


def test_only_the_same_rows_are_made_again(photos: Path, tmp_path: Path) -> None:
    augmented(photos, tmp_path / "a")
    replay = read_replay(tmp_path / "a" / "augmentation.jsonl")
    with pytest.raises(InputError, match=f"says nothing of copy 9 of {'0' * 32}"):
        replay.plan("0" * 32, 9)
    with pytest.raises(InputError, match="other is not what .*augmentation.jsonl was made of: other pictures"):
        hardy.augment(folder(tmp_path / "other", {"cats": 12, "dogs": 13}), replay=tmp_path / "a", out=tmp_path / "b")
    write(photos / "dogs" / "000.png", encoded(pixels(seed=77)))
    with pytest.raises(InputError, match="photos is not what"):
        hardy.augment(photos, replay=tmp_path / "a", out=tmp_path / "b")
    with pytest.raises(InputError, match="--replay makes what .*: leave out --times, --test"):
        hardy.augment(photos, replay=tmp_path / "a", out=tmp_path / "b", times=3, test=0.1)
    with pytest.raises(InputError, match=r"a is a folder, .*b.hardy is the name of a store"):
        hardy.augment(photos, replay=tmp_path / "a", out=tmp_path / "b.hardy")
    with pytest.raises(InputError, match="holds no augmentation.jsonl"):
        read_replay(photos)
    with pytest.raises(InputError, match="does not exist"):
        read_replay(photos / "nothing")
    hardy.pack(photos, tmp_path / "plain.hardy")
    with pytest.raises(InputError, match="holds no altered copies"):
        read_replay(tmp_path / "plain.hardy")


@pytest.mark.parametrize("name", ["a", "a.hardy"])
def test_what_is_there_is_left_alone(photos: Path, tmp_path: Path, name: str) -> None:
    augmented(photos, tmp_path / name)
    before = content(tmp_path / name)
    augmented(photos, tmp_path / name)
    with pytest.raises(OutputError, match="such as --out .*a-2"):
        augmented(photos, tmp_path / name, times=1)
    with pytest.raises(OutputError, match="such as --out .*photos-2"):
        augmented(photos, photos)
    assert content(tmp_path / name) == before
    write(tmp_path / "file", b"mine")
    with pytest.raises(OutputError, match="file-2"):
        augmented(photos, tmp_path / "file")


def test_a_setting_comes_back() -> None:
    setting = Setting(
        ({"Invert": {"p": 0.5}},), 3, 2, "store", 80, 0.2, 500, 7, (9, 13), 1, "crop", (1, 2, 3), fingerprint="f"
    )
    assert Setting.from_dict(json.loads(json.dumps(setting.to_dict()))) == setting
    assert Setting.from_dict(Setting(()).to_dict()) == Setting(())
    for wrong in (None, {}, {"format": "hardy-augmentation-2"}, {**setting.to_dict(), "more": 1}):
        with pytest.raises(InputError):
            Setting.from_dict(wrong)
    for change in ({"times": 0}, {"times": -1}, {"quality": 0}, {"quality": 101}, {"seed": -1}, {"background": 256}):
        with pytest.raises(InputError):
            replace(setting, **change)


def test_a_policy_from_python_and_one_that_cannot_be_kept(photos: Path, tmp_path: Path) -> None:
    compose = hardy.Compose([hardy.HorizontalFlip(p=1)], seed=5)
    hardy.augment(photos, compose, tmp_path / "a", times=1)
    assert lines(tmp_path / "a")[0]["seed"] == 5
    with pytest.raises(InputError, match="is a function and cannot be saved"):
        hardy.augment(photos, hardy.Compose([lambda image, generator: image]), tmp_path / "b")
    with pytest.raises(InputError, match="nothing to make"):
        hardy.augment(photos, compose)
    with pytest.raises(InputError, match="--policy"):
        hardy.augment(photos, out=tmp_path / "b")
    with pytest.raises(InputError, match="CutMix mixes pictures"):
        hardy.augment(tmp_path / "nothing", "[CutMix]", tmp_path / "b")
