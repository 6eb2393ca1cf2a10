"""The store's page is enough to read a store with nothing but pyarrow and NumPy."""

import os
import re
from pathlib import Path

import numpy as np
import pytest

from hardy.dataset.dataset import SCHEMA
from hardy.dataset.ready import Wishes
from hardy.sources import open_source
from hardy.store import append, open_store, pack
from hardy.store.layout import read_manifest
from tests.builders import encoded, folder, pixels, write
from tests.unit.store.test_append import RECIPES

PAGE = (Path(__file__).parents[2] / "docs" / "store.md").read_text()
SNIPPET = next(block for block in re.findall(r"```python\n(.*?)```", PAGE, re.S) if "manifest" in block)


@pytest.mark.parametrize("profile", ["original", "resized", "raw"])
def test_the_snippet_reads_a_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, profile: str) -> None:
    photos = folder(tmp_path / "photos", {"cats": 9, "dogs": 8})
    store = tmp_path / "photos.hardy"
    pack(open_source(photos), store, recipe=RECIPES[profile], wishes=Wishes())
    write(photos / "ants" / "1.png", encoded(pixels(seed=9)))
    append(store, open_source(photos))
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    exec(compile(SNIPPET, "docs/store.md", "exec"), names)
    ours = open_store(store)
    assert names["labels"] == [ours.classes[label] for label in ours.labels]
    if profile == "raw":
        assert np.array_equal(np.concatenate(names["images"]), np.stack(list(ours.images())))
    else:
        assert names["images"] == [ours.payload(row) for row in range(len(ours))]
    del names
    os.chdir("/")


def test_the_page_names_every_column_and_field(tmp_path: Path) -> None:
    photos = folder(tmp_path / "photos", {"cats": 5, "dogs": 5})
    pack(open_source(photos), tmp_path / "a.hardy", recipe=RECIPES["raw"], wishes=Wishes())
    fields = read_manifest(tmp_path / "a.hardy").to_dict()
    missing = [name for name in [*SCHEMA.names, "checksum", "image", "pixels", *fields] if f"`{name}`" not in PAGE]
    assert missing == []
