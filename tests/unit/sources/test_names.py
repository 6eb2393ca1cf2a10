"""Listings in pieces, sorted in runs."""

import random
from pathlib import Path

import pytest

from hardy.sources import open_source
from hardy.sources.names import FolderNames, Names
from tests.builders import encoded, pixels, write


@pytest.mark.parametrize("run", [1, 3, 100])
def test_names_come_back_sorted(run: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardy.sources.names._PIECE_NAMES", 2)
    monkeypatch.setattr("hardy.sources.names.MEMORY_BYTES", 10)
    expected = [["é.png", "a\n.png", "ΩA.png", "A.png", *(f"{number}.png" for number in range(13))], ["b"], []]
    with Names() as names:
        kept = []
        for some in expected:
            random.Random(run).shuffle(some)
            kept.append(FolderNames(names))
            for start in range(0, len(some), run):
                kept[-1].add(some[start : start + run])
        found = [[name for part in folder.lists() for name in part] for folder in kept]
        assert found == [sorted(some) for some in expected]
        assert [len(folder) for folder in kept] == [17, 1, 0]


def test_a_folder_listed_in_pieces_is_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    image = encoded(pixels())
    for number in range(17):
        write(tmp_path / "photos" / ("train", "val")[number % 3 == 0] / f"class {number % 2}" / f"{number}.png", image)
    whole = open_source(tmp_path / "photos")
    for name, value in (("folder.RUN_NAMES", 2), ("folder.CHUNK_ROWS", 3), ("names.MEMORY_BYTES", 10)):
        monkeypatch.setattr(f"hardy.sources.{name}", value)
    monkeypatch.setattr("hardy.dataset.spill.MEMORY_BYTES", 10)
    pieces = open_source(tmp_path / "photos")
    assert pieces.table.column("id").num_chunks > 1
    assert pieces.table == whole.table
    assert pieces.rows.tolist() == whole.rows.tolist()
    assert pieces.reader.read(16) == image
