from pathlib import Path

import pytest

from hardy.errors import StoreCorruptError
from hardy.sources import open_source
from hardy.store import pack
from tests.builders import digits


def test_a_store_opens_like_any_layout(tmp_path: Path) -> None:
    data = digits()
    pack(data, tmp_path / "a.hardy")
    opened = open_source(tmp_path / "a.hardy")
    assert opened.fingerprint == data.fingerprint
    assert opened.split_sizes() == data.split_sizes()


def test_a_store_without_its_manifest_is_not_taken_for_a_folder_of_other_files(tmp_path: Path) -> None:
    pack(digits(), tmp_path / "a.hardy")
    (tmp_path / "a.hardy" / "manifest.json").unlink()
    with pytest.raises(StoreCorruptError, match=r"manifest\.json is missing"):
        open_source(tmp_path / "a.hardy")
