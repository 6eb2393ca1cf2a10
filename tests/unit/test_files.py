import os
from pathlib import Path

import pytest
import xxhash

from hardy.errors import InputError, OutputError
from hardy.files import free_name, hash_bytes, hash_file, read_json, staged_folder, write_file, write_json
from tests.builders import content


def test_a_file_is_there_whole_and_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "er" / "a.txt"
    write_file(target, "first")
    write_file(target, b"second")
    assert content(tmp_path) == {"deep/er/a.txt": b"second"}


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.txt"
    write_file(target, "old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        write_file(target, "new")
    assert target.read_text() == "old"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="file"):
        write_file(tmp_path / "file" / "below.txt", "x")
    assert (tmp_path / "file").read_text() == "in the way"


@pytest.mark.parametrize("value", [None, [], {"é": [1, 2.5, "x\n"]}, 0.1])
def test_json_comes_back(tmp_path: Path, value: object) -> None:
    write_json(tmp_path / "a.json", value)
    assert read_json(tmp_path / "a.json") == value


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe\xff", b'{"a": 1} trailing', b"[" * 100_000])
def test_what_is_no_json_is_named(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "broken.json").write_bytes(data)
    with pytest.raises(InputError, match=r"broken\.json"):
        read_json(tmp_path / "broken.json")


def test_json_that_is_missing_or_a_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.json is missing"):
        read_json(tmp_path / "gone.json")
    with pytest.raises(InputError, match="cannot read"):
        read_json(tmp_path)


def test_a_staged_folder_appears_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "above" / "store"
    with staged_folder(target) as folder:
        assert not target.exists()
        (folder / "a").write_text("1")
    assert content(tmp_path) == {"above/store/a": b"1"}


def test_a_staged_folder_vanishes_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), staged_folder(tmp_path / "store") as folder:
        (folder / "a").write_text("1")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_names_that_only_look_unfinished_are_somebodys_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "store.partial").mkdir()
    (tmp_path / "store.partial" / "letter").write_text("mine")
    (tmp_path / "a.json.partial").write_text("mine")
    with staged_folder(tmp_path / "store") as folder:
        (folder / "new").write_text("new")
    write_file(tmp_path / "a.json", "{}")
    assert content(tmp_path) == {
        "store/new": b"new", "store.partial/letter": b"mine", "a.json": b"{}", "a.json.partial": b"mine",
    }  # fmt: skip


def test_two_at_once_do_not_share_a_folder(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="somebody else"), staged_folder(tmp_path / "store") as first:
        (first / "who").write_text("first")
        with staged_folder(tmp_path / "store") as second:
            (second / "who").write_text("second")
    assert content(tmp_path) == {"store/who": b"second"}


def test_a_staged_folder_never_replaces_what_is_there(tmp_path: Path) -> None:
    with pytest.raises(OutputError), staged_folder(tmp_path / "store") as folder:
        (folder / "mine").write_text("mine")
        (tmp_path / "store").mkdir()
        (tmp_path / "store" / "theirs").write_text("theirs")
    assert content(tmp_path) == {"store/theirs": b"theirs"}


def test_the_first_free_name(tmp_path: Path) -> None:
    assert free_name(tmp_path / "a.hardy") == tmp_path / "a.hardy"
    (tmp_path / "a.hardy").mkdir()
    assert free_name(tmp_path / "a.hardy") == tmp_path / "a-2.hardy"
    (tmp_path / "a-2.hardy").mkdir()
    assert free_name(tmp_path / "a.hardy") == tmp_path / "a-3.hardy"


@pytest.mark.parametrize("size", [0, 1, (4 << 20) - 1, 4 << 20, (4 << 20) + 1])
def test_a_file_hashes_as_its_bytes_across_the_block_size(tmp_path: Path, size: int) -> None:
    data = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    (tmp_path / "a").write_bytes(data)
    assert hash_file(tmp_path / "a") == hash_bytes(data) == xxhash.xxh3_128(data).hexdigest()
