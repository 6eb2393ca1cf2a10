"""A pack that is stopped, anywhere, goes on and ends with the same bytes; two at once and full disks are told."""

import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from hardy.dataset.ready import Wishes
from hardy.errors import OutputError, StoreError
from hardy.sources import open_source
from hardy.store import exactly, open_store, pack, rows
from hardy.store.foresee import held_out_rows
from hardy.store.recipe import Recipe
from hardy.store.staging import Staging, partial_folder, staging_for
from tests.builders import content, dataset, encoded, folder, pixels, write
from tests.unit.store.test_store import RAW

RECIPES = {"original": Recipe(), "raw": Recipe("raw", RAW.unmeasured())}


class Stop(KeyboardInterrupt):
    """Ctrl-C, from inside."""


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many record batches and shards of few rows."""
    monkeypatch.setattr("hardy.store.spool.ROWS_PER_BATCH", 3)
    monkeypatch.setattr("hardy.store.spool.SHARD_BYTES", 4_000)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    root = folder(tmp_path / "photos", {"cats": 13, "dogs": 12})
    write(root / "cats" / "bad.png", b"no picture")
    return root


def packed(photos: Path, out: Path, profile: str) -> bool:
    return pack(open_source(photos), out, recipe=RECIPES[profile], wishes=Wishes())


def stopping(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, after: int) -> None:
    """Raise at the n-th call of a method, once it has done its work."""
    real: Callable = getattr(owner, name)
    calls = iter(range(after))

    def stop(*args: object) -> object:
        result = real(*args)
        if next(calls, None) is None:
            raise Stop
        return result

    monkeypatch.setattr(owner, name, stop)


@pytest.mark.parametrize("profile", ["original", "raw"])
@pytest.mark.parametrize("batches", [0, 1, 3, 7])
def test_stopped_while_writing(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, profile: str, batches: int
) -> None:
    packed(photos, tmp_path / "whole.hardy", profile)
    with monkeypatch.context() as patch:
        stopping(patch, Staging, "add", batches)
        with pytest.raises(Stop):
            packed(photos, tmp_path / "a.hardy", profile)
    assert not (tmp_path / "a.hardy").exists()
    assert packed(photos, tmp_path / "a.hardy", profile)
    assert content(tmp_path / "a.hardy") == content(tmp_path / "whole.hardy")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.hardy", "photos", "whole.hardy"]


@pytest.mark.parametrize("profile", ["original", "raw"])
@pytest.mark.parametrize("where", ["seal", "write_quarantine", "write_json", "with_sides"])
def test_stopped_while_sealing(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, profile: str, where: str
) -> None:
    packed(photos, tmp_path / "whole.hardy", profile)
    real = getattr(sys.modules["hardy.store.write"], where)

    def stop(*args: object) -> None:
        real(*args)
        raise Stop

    with monkeypatch.context() as patch:
        patch.setattr(f"hardy.store.write.{where}", stop)
        with pytest.raises(Stop):
            packed(photos, tmp_path / "a.hardy", profile)
    assert packed(photos, tmp_path / "a.hardy", profile)
    assert content(tmp_path / "a.hardy") == content(tmp_path / "whole.hardy")


def test_what_was_done_is_not_done_again(photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        stopping(patch, Staging, "add", 5)
        with pytest.raises(Stop):
            packed(photos, tmp_path / "a.hardy", "raw")
    data = open_source(photos)
    read: list[int] = []
    real = type(data.reader).read
    monkeypatch.setattr(type(data.reader), "read", lambda self, row: (read.append(row), real(self, row))[1])
    pack(data, tmp_path / "a.hardy", recipe=RECIPES["raw"], wishes=Wishes())
    assert sorted(read) == list(range(18, 26))


def test_other_sides_go_on_as_well(photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        stopping(patch, Staging, "add", 5)
        with pytest.raises(Stop):
            packed(photos, tmp_path / "a.hardy", "raw")
    said: list[str] = []

    class Listener:
        def say(self, line: str) -> None:
            said.append(line)

        def advance(self, *_: object) -> None:
            pass

    pack(open_source(photos), tmp_path / "a.hardy", progress=Listener(), recipe=RECIPES["raw"], wishes=Wishes(seed=7))
    assert "going on with what was done before: 18 of 26 pictures" in said


@pytest.mark.parametrize("change", ["another recipe", "another listing"])
def test_what_another_request_left_is_not_used(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    with monkeypatch.context() as patch:
        stopping(patch, Staging, "add", 5)
        with pytest.raises(Stop):
            packed(photos, tmp_path / "a.hardy", "raw")
    profile = "original" if change == "another recipe" else "raw"
    if change == "another listing":
        write(photos / "cats" / "000b.png", encoded(pixels(seed=123)))
    packed(photos, tmp_path / "whole.hardy", profile)
    packed(photos, tmp_path / "a.hardy", profile)
    assert content(tmp_path / "a.hardy") == content(tmp_path / "whole.hardy")


@pytest.mark.parametrize("which", ["packed", "refused", "gone"])
def test_a_source_that_changes_in_between_is_packed_as_it_is_now(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    with monkeypatch.context() as patch:
        stopping(patch, Staging, "add", 6)
        with pytest.raises(Stop):
            packed(photos, tmp_path / "a.hardy", "raw")
    name = photos / "cats" / ("bad.png" if which == "refused" else "007.png")
    if which == "gone":
        name.unlink()
        name.with_name("008.png").replace(name)
        name.with_name("008.png").write_bytes(encoded(pixels(seed=9)))
    else:
        name.write_bytes(encoded(pixels(seed=99)))
    packed(photos, tmp_path / "whole.hardy", "raw")
    packed(photos, tmp_path / "a.hardy", "raw")
    assert content(tmp_path / "a.hardy") == content(tmp_path / "whole.hardy")


def test_arrays_that_change_in_between_are_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def made(seed: int) -> object:
        data = dataset([0, 1] * 10, pixels(20, 9, 5, 3, seed=seed))
        return data.with_columns(
            **dict.fromkeys(("content", "width", "height", "mode", "format", "bytes"), [None] * 20)
        )

    with monkeypatch.context() as patch:
        stopping(patch, Staging, "add", 4)
        with pytest.raises(Stop):
            pack(made(1), tmp_path / "a.hardy", recipe=RECIPES["raw"], wishes=Wishes())
    pack(made(2), tmp_path / "a.hardy", recipe=RECIPES["raw"], wishes=Wishes())
    pack(made(2), tmp_path / "whole.hardy", recipe=RECIPES["raw"], wishes=Wishes())
    assert content(tmp_path / "a.hardy") == content(tmp_path / "whole.hardy")


@pytest.mark.parametrize("damage", ["flipped", "cut", "gone", "journal"])
def test_damage_to_what_was_done_is_done_again(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    packed(photos, tmp_path / "whole.hardy", "raw")
    with monkeypatch.context() as patch:
        stopping(patch, Staging, "add", 7)
        with pytest.raises(Stop):
            packed(photos, tmp_path / "a.hardy", "raw")
    staged = partial_folder(tmp_path / "a.hardy")
    shard = staged / "store" / "data-00001.arrow"
    whole = bytearray(shard.read_bytes())
    if damage == "flipped":
        shard.write_bytes(flipped(whole))
    elif damage == "cut":
        shard.write_bytes(whole[: len(whole) // 2])
    elif damage == "gone":
        shard.unlink()
    else:
        with (staged / "journal.jsonl").open("ab") as journal:
            journal.write(b'{"shard": 9, "beg')
    packed(photos, tmp_path / "a.hardy", "raw")
    assert content(tmp_path / "a.hardy") == content(tmp_path / "whole.hardy")


def flipped(whole: bytearray) -> bytes:
    """A bit of the second half, where the last batch's pixels are."""
    whole[len(whole) * 3 // 4] ^= 4
    return bytes(whole)


def test_two_packs_at_once(photos: Path, tmp_path: Path) -> None:
    began, end = threading.Event(), threading.Event()

    def hold() -> None:
        with staging_for(tmp_path / "a.hardy", "first"):
            began.set()
            end.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert began.wait(60)
        with pytest.raises(OutputError, match=rf"being written by another hardy \(process {os.getpid()}\)"):
            packed(photos, tmp_path / "a.hardy", "raw")
        packed(photos, tmp_path / "b.hardy", "raw")
    finally:
        end.set()
        thread.join()
    packed(photos, tmp_path / "a.hardy", "raw")
    assert content(tmp_path / "a.hardy") == content(tmp_path / "b.hardy")


def test_the_lock_of_a_dead_process_is_taken_over(photos: Path, tmp_path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from hardy.store.staging import staging_for\n"
        "with staging_for(Path(sys.argv[1]), 'x'): os.kill(os.getpid(), 9)"
    )
    dead = subprocess.run([sys.executable, "-c", program, str(tmp_path / "a.hardy")], check=False)
    assert dead.returncode == -9
    assert (partial_folder(tmp_path / "a.hardy") / "lock").read_text()
    assert packed(photos, tmp_path / "a.hardy", "raw")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.hardy", "photos"]


def test_a_full_disk_is_told_and_what_was_done_is_kept(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hardy.store.spool.SHARD_BYTES", 1 << 20)
    packed(photos, tmp_path / "whole.hardy", "raw")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))  # to a program this is what a full disk is
    try:
        with pytest.raises(OutputError, match=r"cannot write .*kept in .*a\.hardy\.partial: make room and run"):
            packed(photos, tmp_path / "a.hardy", "raw")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not (tmp_path / "a.hardy").exists()
    assert partial_folder(tmp_path / "a.hardy").exists()
    packed(photos, tmp_path / "a.hardy", "raw")
    assert content(tmp_path / "a.hardy") == content(tmp_path / "whole.hardy")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written(photos: Path, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    with pytest.raises(OutputError, match="Permission denied"):
        packed(photos, tmp_path / "closed" / "a.hardy", "raw")


def test_a_place_that_cannot_be(photos: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match="cannot write"):
        packed(photos, tmp_path / "file" / "a.hardy", "raw")


def test_pixels_that_the_disk_gives_back_changed_are_noticed(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = sys.modules["hardy.store.write"].seal

    def lie(staging: Staging, *args: object) -> object:
        shard = staging.store / "data-00000.arrow"
        shard.write_bytes(flipped(bytearray(shard.read_bytes())))
        return real(staging, *args)

    monkeypatch.setattr("hardy.store.write.seal", lie)
    monkeypatch.setattr("hardy.store.spool.SHARD_BYTES", 1 << 20)
    with pytest.raises(StoreError, match="did not read back"):
        packed(photos, tmp_path / "a.hardy", "raw")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["photos"]


def test_a_file_that_is_written_while_it_is_read_is_set_aside(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = open_source(photos)
    real = type(data.reader).read

    def read(self: object, row: int) -> object:
        found = real(self, row)
        if row == 3:
            data.root.joinpath(data.column("uri")[3]).write_bytes(b"longer than it was" * 99)
        return found

    monkeypatch.setattr(type(data.reader), "read", read)
    pack(data, tmp_path / "a.hardy", recipe=RECIPES["raw"], wishes=Wishes())
    refused = {entry.uri: entry.reason for entry in open_store(tmp_path / "a.hardy").refused}
    assert "while it was read" in refused[data.column("uri")[3]]


def test_held_out_rows_are_decoded_exactly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sides are known for sure at the end only: equal pictures come to lie on one, which nobody foresees."""
    for number in range(12):
        for name in ("cats", "dogs"):
            seed = (number if number < 6 else number // 3) + 100 * (name == "dogs")
            image = np.kron(pixels(9, 7, 3, seed=seed), np.ones((16, 16, 1), np.uint8))
            write(tmp_path / "photos" / name / f"{number:03d}.jpg", encoded(image, "JPEG"))
    data, whole = open_source(tmp_path / "photos"), {}
    for decode in ("exact", "scaled"):
        pack(data, tmp_path / decode, recipe=Recipe("raw", RAW.unmeasured(), decode=decode), wishes=Wishes())
        whole[decode] = open_store(tmp_path / decode)
    exact, scaled = (np.stack(list(whole[name].images())) for name in ("exact", "scaled"))
    differs = (exact != scaled).any(axis=(1, 2, 3))
    trained = np.array(whole["exact"].column("split")) == "train"
    foreseen = held_out_rows(data, Recipe("raw", RAW.unmeasured(), decode="scaled"), Wishes())
    assert foreseen is not None
    assert (foreseen & ~trained).any()
    assert (~foreseen & ~trained).any()
    assert differs[trained & ~foreseen].all()
    assert not differs[~trained].any()
    with monkeypatch.context() as patch:  # stopped in the middle of it
        stopping(patch, exactly, "_put", 0)
        with pytest.raises(Stop):
            pack(data, tmp_path / "b", recipe=Recipe("raw", RAW.unmeasured(), decode="scaled"), wishes=Wishes())
    pack(data, tmp_path / "b", recipe=Recipe("raw", RAW.unmeasured(), decode="scaled"), wishes=Wishes())
    assert content(tmp_path / "b") == content(tmp_path / "scaled")


def test_what_is_foreseen_is_decoded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(24):
        image = np.kron(pixels(9, 7, 3, seed=number), np.ones((16, 16, 1), np.uint8))
        write(tmp_path / "photos" / "ab"[number % 2] / f"{number:03d}.jpg", encoded(image, "JPEG"))
    real, decoded = rows.unpack, []

    def unpack(*args: object) -> object:
        decoded.append(args)
        return real(*args)

    monkeypatch.setattr(rows, "unpack", unpack)
    recipe = Recipe("raw", RAW.unmeasured(), decode="scaled")
    pack(open_source(tmp_path / "photos"), tmp_path / "a", recipe=recipe, wishes=Wishes())
    assert len(decoded) == 24
    assert sum(enough is None for _, enough in decoded) == 24 - open_store(tmp_path / "a").split_sizes()["train"]
