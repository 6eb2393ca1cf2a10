"""Opening a source of many rows needs no more memory than opening one of few."""

import gc
import importlib
import tracemalloc
from pathlib import Path

import pyarrow as pa
import pytest

from hardy.sources import OpenOptions, open_source
from tests.row_kinds import KINDS, SMALL

FEW, MANY = 2_000, 6_000
LISTED = [kind for kind in KINDS if kind not in ("append", "folds", "folder")]


def listed_bytes(kind: str, rows: int, folder: Path) -> int:
    """The most that Python, and what Arrow, holds of a listing."""
    wished = KINDS[kind](folder / "rows", rows) or {}
    source = folder / wished.get("source", "rows")
    gc.collect()
    before = pa.total_allocated_bytes()
    tracemalloc.start()
    try:
        data = open_source(source, OpenOptions(also=tuple(wished.get("also", ()))))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(data) + len(data.refused) == rows
    return peak + pa.total_allocated_bytes() - before


@pytest.mark.parametrize("kind", LISTED)
def test_a_row_more_takes_some_bytes_at_most(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SMALL:
        importlib.import_module(name.rpartition(".")[0])
        monkeypatch.setattr(name, 1 << 13 if name.endswith("BYTES") else 1 << 10)
    listed_bytes(kind, 600, tmp_path / "first")  # what is made once: caches, modules
    few, many = (listed_bytes(kind, rows, tmp_path / str(rows)) for rows in (FEW, MANY))
    more = (many - few) / (MANY - FEW)
    # A record batch of 1,024 rows, and not of 65,536, is what most of it is. Lists of objects took 200 to 1,000.
    assert more < 50, f"{more:.0f} bytes a row"
