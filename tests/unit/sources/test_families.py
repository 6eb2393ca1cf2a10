from pathlib import Path

import pytest

from hardy.errors import LayoutError
from hardy.sources import open_source
from tests.builders import folder


def enlarged(root: Path, text: str) -> Path:
    folder(root, {"train/a": 2, "train/b": 1, "test/a": 1})
    (root / "augmentation.jsonl").write_text(text)
    return root


def test_copies_are_of_one_group_with_their_parent(tmp_path: Path) -> None:
    line = '{"file":"train/a/001.png","of":"train/a/000.png","group":"f00"}\n'
    data = open_source(enlarged(tmp_path, f'{{"format":"x"}}\n{line}{{"rows":1}}\n'))
    assert dict(zip(data.column("uri"), data.column("group"), strict=True)) == {
        "test/a/000.png": None, "train/a/000.png": "f00", "train/a/001.png": "f00", "train/b/000.png": None,
    }  # fmt: skip
    assert data.refused == ()


def test_a_record_of_pictures_that_are_gone_does_no_harm(tmp_path: Path) -> None:
    data = open_source(enlarged(tmp_path, '{"file":"train/z/1.png","of":"train/z/0.png","group":"f00"}\n'))
    assert data.column("group") == [None] * 4


@pytest.mark.parametrize("text", ["{", '{"file":"x"}', "[1]\n{", "7"])
def test_a_damaged_record_is_not_passed_over(tmp_path: Path, text: str) -> None:
    with pytest.raises(LayoutError, match="augmentation.jsonl is damaged"):
        open_source(enlarged(tmp_path, text))
