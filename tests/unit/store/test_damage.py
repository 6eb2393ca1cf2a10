"""A store that is not what was packed says so, and names the file."""

import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from hardy.dataset.identity import sample_id
from hardy.errors import StoreCorruptError, StoreError, StoreVersionError
from hardy.files import hash_bytes
from hardy.store import open_store, pack, verify
from tests.builders import digits, measured

FLIPS = 1_000


@pytest.fixture(scope="module", params=["original", "raw"])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small store; tests work on a copy."""
    path = tmp_path_factory.mktemp("whole") / "a.hardy"
    data = digits(12)
    pack(data, path, request.param, measured(data) if request.param == "raw" else None)
    return path


@pytest.fixture
def store(whole: Path, tmp_path: Path) -> Path:
    """A copy to damage."""
    return Path(shutil.copytree(whole, tmp_path / "a.hardy"))


def problems(store: Path) -> tuple[str, ...]:
    try:
        return verify(store).problems
    except StoreVersionError as error:  # a flipped bit in the version
        return (str(error),)


def test_a_whole_store_has_no_problems(store: Path) -> None:
    found = verify(store)
    assert (found.rows, found.shards, found.problems) == (12, 1, ())
    assert found.bytes == sum((store / name).stat().st_size for name in ("data-00000.arrow", "quarantine.jsonl"))


def test_any_single_flipped_bit_is_found(store: Path) -> None:
    generator = np.random.default_rng(0)
    files = [file for file in sorted(store.iterdir()) if file.stat().st_size]
    sizes = np.array([file.stat().st_size for file in files])
    places = [*generator.integers(0, sizes.sum(), FLIPS // 2), *(sizes.sum() - 1 - np.arange(FLIPS // 2) * 7)]
    missed = []
    for place in places:  # half over everything, half in the manifest, which comes last
        number = int(np.searchsorted(np.cumsum(sizes), place, side="right"))
        file, offset = files[number], int(place - (np.cumsum(sizes)[number] - sizes[number]))
        before = file.read_bytes()
        after = bytearray(before)
        after[offset] ^= 1 << int(generator.integers(8))
        file.write_bytes(after)
        found = problems(store)
        if not any(file.name in line or str(store) in line for line in found):
            missed.append((file.name, offset))
        file.write_bytes(before)
    assert missed == []
    assert verify(store).problems == ()


@pytest.mark.parametrize("place", ["picture", "label", "uri", "split", "checksum", "path"])
@pytest.mark.parametrize("row", [0, 7, 11])
def test_the_damaged_row_is_named(store: Path, place: str, row: int) -> None:
    shard = store / "data-00000.arrow"
    whole = bytearray(shard.read_bytes())
    offset = address(shard, place, row)
    if offset is None:
        pytest.skip("raw rows have no path")
    whole[offset] ^= 0x80  # in a text it is no UTF-8 any more
    shard.write_bytes(whole)
    found = verify(store)
    assert [(entry.shard, entry.row, entry.position) for entry in found.damaged] == [("data-00000.arrow", row, row)]
    uri = open_source_uri(row)
    if place != "uri":
        assert (found.damaged[0].uri, found.damaged[0].id) == (uri, sample_id(uri))
        assert f"row {row} ({uri})" in found.problems[0]


def open_source_uri(row: int) -> str:
    return digits(12).column("uri")[row]


def address(shard: Path, place: str, row: int) -> int | None:
    """Where in the file something of a row lies."""
    with pa.memory_map(str(shard)) as file:
        base = file.read_buffer(file.size()).address
        file.seek(0)
        batch = pa.ipc.open_file(file).get_batch(0)
        if place == "picture" and "pixels" in batch.schema.names:
            column = batch.column("pixels")
            return column.flatten().buffers()[1].address - base + row * column.type.list_size + 5
        if place in ("label", "checksum"):
            return batch.column(place).buffers()[1].address - base + 8 * row
        if place in ("picture", "path"):
            if "image" not in batch.schema.names:
                return None
            column = batch.column("image").field("bytes" if place == "picture" else "path")
        else:
            column = batch.column(place)
        _, offsets, data = column.buffers()
        return data.address - base + int(np.frombuffer(offsets, np.int32)[row]) + 1


def test_several_damaged_rows_are_named(store: Path) -> None:
    shard = store / "data-00000.arrow"
    whole = bytearray(shard.read_bytes())
    for row in (2, 9):
        offset = address(shard, "label", row)
        assert offset is not None
        whole[offset] ^= 1
    shard.write_bytes(whole)
    assert [entry.row for entry in verify(store).damaged] == [2, 9]


def test_damage_between_rows_is_told_from_damage_to_them(store: Path) -> None:
    shard = store / "data-00000.arrow"
    whole = bytearray(shard.read_bytes())
    whole[6] ^= 1  # padding behind the magic
    shard.write_bytes(whole)
    found = verify(store)
    assert found.damaged == ()
    assert len(found.problems) == 1


def test_a_truncated_shard_is_found_and_not_opened(store: Path) -> None:
    shard = store / "data-00000.arrow"
    shard.write_bytes(shard.read_bytes()[:-1])
    assert any("data-00000.arrow" in line for line in problems(store))
    with pytest.raises(StoreCorruptError, match=r"data-00000\.arrow"):
        open_store(store)


@pytest.mark.parametrize("name", ["data-00000.arrow", "quarantine.jsonl"])
def test_a_missing_file_is_named(store: Path, name: str) -> None:
    (store / name).unlink()
    assert any(name in line and "No such file" in line for line in problems(store))
    with pytest.raises(StoreCorruptError, match=name):
        open_store(store)


def test_a_shard_of_the_right_size_that_is_no_arrow_file_is_named(store: Path) -> None:
    shard = store / "data-00000.arrow"
    shard.write_bytes(b"\0" * shard.stat().st_size)
    with pytest.raises(StoreCorruptError, match=r"data-00000\.arrow"):
        open_store(store)


def test_damage_to_the_structure_is_an_error_of_the_store_or_harmless(store: Path) -> None:
    """Flips in the schema at the front and in the footer at the end; opening touches no pixels."""
    shard = store / "data-00000.arrow"
    before = shard.read_bytes()
    generator = np.random.default_rng(1)
    near = [*range(0, 1200, 13), *range(len(before) - 3000, len(before), 29)]
    for place in near:
        after = bytearray(before)
        after[place] ^= 1 << int(generator.integers(8))
        shard.write_bytes(after)
        try:
            opened = open_store(store)
        except StoreError as error:
            assert "a.hardy" in str(error)
        else:
            assert len(opened) == 12


def test_a_missing_manifest_means_that_packing_never_ended(store: Path) -> None:
    (store / "manifest.json").unlink()
    with pytest.raises(StoreCorruptError, match=r"manifest\.json is missing.*pack it again"):
        open_store(store)
    assert problems(store)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", "null", "{}", '"x"', '{"format_version": "1"}', '{"checksum": null}']
)
def test_a_manifest_that_is_something_else_is_named(store: Path, text: str) -> None:
    (store / "manifest.json").write_text(text)
    with pytest.raises(StoreCorruptError, match="manifest"):
        open_store(store)
    assert problems(store)


def edited(store: Path, **changes: object) -> None:
    """Change the manifest and make its checksum fit, as no accident would."""
    value = json.loads((store / "manifest.json").read_bytes())
    del value["checksum"]
    value |= changes
    value["checksum"] = hash_bytes(json.dumps(value, sort_keys=True, ensure_ascii=False).encode())
    (store / "manifest.json").write_text(json.dumps(value))


def test_a_newer_format_is_refused_with_what_to_do(store: Path) -> None:
    edited(store, format_version=2)
    for use in (open_store, verify):
        with pytest.raises(StoreVersionError, match="format 2, this hardy reads up to 1: pip install --upgrade"):
            use(store)


def test_a_newer_format_is_refused_whatever_else_it_has(store: Path) -> None:
    (store / "manifest.json").write_text('{"format_version": 7, "shape": "unknown"}')
    with pytest.raises(StoreVersionError, match="format 7"):
        open_store(store)


@pytest.mark.parametrize(
    "changes",
    [
        {"accepted": 11},
        {"classes": 3},
        {"shards": [{"name": "data-00000.arrow"}]},
        {"profile": "raw", "preprocessing": {"channels": 2}},
        {"preprocessing": "raw"},
        {"unknown": 1},
    ],
)
def test_a_manifest_that_contradicts_the_store_is_refused(store: Path, changes: dict) -> None:
    edited(store, **changes)
    with pytest.raises(StoreCorruptError, match=r"a\.hardy"):
        open_store(store)


def test_a_bit_that_changes_no_number_is_found_as_well(store: Path) -> None:
    file = store / "manifest.json"
    text = json.dumps(json.loads(file.read_bytes()), indent=2, ensure_ascii=False) + "\n"
    assert file.read_text() == text
    file.write_text(text.replace('"accepted": 12', '"accepted":  12'))
    assert any("not the file that was written" in line for line in problems(store))
    assert len(open_store(store)) == 12


def test_rows_that_do_not_add_up_are_found(store: Path) -> None:
    edited(store, accepted=11)
    assert any("11" in line for line in problems(store))
