"""Sides that people already have. A split that moved would turn yesterday's training rows into tomorrow's test rows."""

from pathlib import Path

import numpy as np
import pytest
import xxhash

from hardy.cli.digits import write_digits
from hardy.dataset import ArrayReader, Dataset
from hardy.dataset.dataset import make_table
from hardy.dataset.identity import sample_id
from hardy.dataset.probe import probe
from hardy.dataset.split import assign_sides
from hardy.sources import open_source


def rows_like(kind: str) -> Dataset:
    """A table whose every value follows from arithmetic, so that no library's generator has a say."""
    count = {"plain": 1_797, "own test rows": 12_000}.get(kind, 5_003)
    numbers = np.arange(count, dtype=np.uint64)
    words = (numbers * np.uint64(2654435761) >> np.uint64(7)) % np.uint64(1 << 20)
    labels = [int(word) % 10 for word in words]
    if kind == "rare classes":
        labels = [min(int(word).bit_length() - 8 if word >= 256 else 0, 12) for word in words]
    columns: dict[str, list[str | None]] = {"content": [str(row) for row in range(count)]}
    if kind in ("equal contents", "groups and contents"):
        columns["content"] = [str(int(word) % 3_000) for word in words]
    if kind in ("groups", "groups and contents"):
        columns["group"] = [f"person {int(word) // 700}" if word % 3 else None for word in words]
    if kind == "pure groups":
        columns["group"] = [f"{label}/{row // 40}" for row, label in enumerate(labels)]
    if kind == "own test rows":
        columns["split"] = ["test" if row >= 10_000 else "train" for row in range(count)]
    names = [sample_id("digits", row) for row in range(count)]
    table = make_table(id=names, uri=names, label=labels, **columns)
    reader = ArrayReader(np.zeros((count, 1, 1, 1), np.uint8))
    return Dataset(table, tuple(map(str, range(13))), reader, np.arange(count), "memory")


KEPT = {
    ("plain", 0): "cbecda3e404bc013e8c278045a41ef0e",
    ("plain", 7): "86e703ce00c9400ed08b6d25d3b32f7a",
    ("rare classes", 0): "186120c24181a9bfe26ca266ee78297e",
    ("rare classes", 7): "fd899ff785d046724b641187a1973388",
    ("own test rows", 0): "8a765687887212e630fae634b931bb22",
    ("own test rows", 7): "589ce819a94287279894ba4377cae769",
    ("equal contents", 0): "26bd51c237240eb10625d19e250c8943",
    ("equal contents", 7): "c5845fe27dfd783f354b7be74fa76e6a",
    ("groups", 0): "44c2bfb655ae9a31c5ac34b21bb076fa",
    ("groups", 7): "47c816ab967e94d086fbe0511a0d9795",
    ("pure groups", 0): "1dae373f7f1fd17080c60194637cdb00",
    ("pure groups", 7): "e44aa51efe0fac6a925e22f7d4b93e8c",
    ("groups and contents", 0): "1e95ae8590b19b676042d8208027dca3",
    ("groups and contents", 7): "9a786a43d1bccbbc6787ef37abec5a85",
}


def fingerprint(data: Dataset) -> str:
    return xxhash.xxh3_128_hexdigest(" ".join(data.column("split")).encode())


@pytest.mark.parametrize(("kind", "seed"), KEPT)
def test_the_sides_that_the_rule_of_thumb_gives_never_move(kind: str, seed: int) -> None:
    assert fingerprint(assign_sides(rows_like(kind), seed=seed)) == KEPT[kind, seed]


def test_the_sides_of_the_demo_never_move(tmp_path: Path) -> None:
    write_digits(tmp_path / "digits")
    data = probe(open_source(tmp_path / "digits"))
    assert fingerprint(assign_sides(data)) == "7fa112326e49cbfe74e96f785faee503"
    assert fingerprint(assign_sides(data, seed=5)) == "607f7f09637e1dbef29ca24d4043a8ad"


def test_the_sides_of_mnist_never_move(hardy_data: Path) -> None:
    data = assign_sides(probe(open_source(hardy_data / "mnist")))
    assert data.split_sizes() == {"train": 57_000, "val": 3_000, "test": 10_000}
    assert data.fingerprint == "331326339db54773f92fc9c65c5350c8"
