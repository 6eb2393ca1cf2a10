"""Folders that are read by their tables, from the command line."""

import json
from pathlib import Path

import pytest

from hardy.cli.app import run_command
from hardy.sources import open_source
from tests import tables
from tests.builders import folder


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Two tables over pictures in one pile, with labels in a tree."""
    root = folder(tmp_path / "photos", {"all": 40})
    names = [f"all/{row:03d}.png" for row in range(40)]
    labels = [("pets/cat", "pets/dog", "wild/owl", "wild/fox")[row % 4] for row in range(40)]
    tables.table(root, "csv", {"file_name": names[:24], "label": labels[:24]}, stem="train")
    tables.table(root, "jsonl", {"file_name": names[24:], "label": labels[24:]}, stem="test")
    return root


def test_audit_says_what_it_read(photos: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run_command(["audit", str(photos)]) == 0
    said = capfd.readouterr().out
    assert "40 pictures of 4 classes" in said and "  train 24, test 16\n" in said and "read from" not in said
    (photos / "test.jsonl").unlink()
    assert run_command(["audit", str(photos)]) == 0
    said = capfd.readouterr().out
    assert "24 pictures of 4 classes" in said and f"  read from {photos / 'train.csv'}\n" in said


def test_level_is_honoured_by_audit_pack_and_train(
    photos: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["audit", str(photos), "--level", "1", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["counts"] == {"pets": 20, "wild": 20}
    assert run_command(["pack", str(photos), "--level", "1", "--out", str(tmp_path / "x.hardy")]) == 0
    store = open_source(tmp_path / "x.hardy")
    assert store.classes == ("pets", "wild") and store.split_sizes()["test"] == 16
    line = ["train", str(photos), "--level", "1", "--epochs", "1", "--out", str(tmp_path / "run")]
    assert run_command(line) == 0
    assert run_command(["evaluate", str(tmp_path / "run")]) == 0, "the same rows are found again"


def test_several_tables_are_a_usage_error_with_one_line(photos: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (photos / "train.tsv").write_bytes((photos / "train.csv").read_bytes().replace(b",", b"\t"))
    assert run_command(["audit", str(photos)]) == 2
    (line,) = capfd.readouterr().err.strip().splitlines()
    assert "(test.jsonl, train.csv, train.tsv)" in line and str(photos / "test.jsonl") in line
