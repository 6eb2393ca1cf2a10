"""Opening a source of many rows needs no more memory than opening one of few."""

import gc
import importlib
import tracemalloc
from pathlib import Path

import pyarrow as pa
import pytest

from hardy.sources import OpenOptions, open_source
from tests.row_kinds import KINDS, SMALL

FEW, MANY = 1_500, 4_500
QUICK = ("arrays", "table csv", "hub arrow", "webdataset", "npz words")
LISTED = [
    pytest.param(kind, marks=() if kind in QUICK else pytest.mark.slow)
    for kind in KINDS
    if kind not in ("append", "folds", "folder")
]


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
        monkeypatch.setattr(name, 1 << 13 if name.endswith("BYTES") else 1 << 9)
    monkeypatch.setattr("hardy.dataset.kept.FEW", 256)  # objects: less than of what is refused here
    listed_bytes(kind, 600, tmp_path / "first")  # what is made once: caches, modules
    few, many = (listed_bytes(kind, rows, tmp_path / str(rows)) for rows in (FEW, MANY))
    more = (many - few) / (MANY - FEW)
    # Most of it is what Python and Arrow note of a record batch, which has 512 rows here and not 65,536. With files as
    # large as they are in use it is below 50, see bench/row_kinds.py; lists of objects took 200 to 1,000.
    assert more < 100, f"{more:.0f} bytes a row"
