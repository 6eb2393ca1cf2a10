from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hardy.dataset.identity import sample_id
from hardy.dataset.probe import probe
from hardy.errors import DecodeError, LayoutError
from hardy.sources import open_source
from tests.builders import encoded, parquet, pixels

PICTURES = [encoded(pixels(seed=seed)) for seed in range(8)]
LABELS = [0, 2, 1, 0, 2, 1, 0, 2]
NAMES = ["cat", "dog", "owl"]


def test_class_label_and_image_features(tmp_path: Path) -> None:
    parquet(tmp_path / "train-00000-of-00001.parquet", PICTURES[:5], LABELS[:5], NAMES)
    parquet(tmp_path / "test-00000-of-00001.parquet", PICTURES[5:], LABELS[5:], NAMES)
    data = open_source(tmp_path)
    assert data.classes == ("cat", "dog", "owl")
    assert data.split_sizes() == {"train": 5, "test": 3}
    assert data.split("train").labels.tolist() == LABELS[:5]
    assert data.split("train").ids[4] == sample_id("train-00000-of-00001.parquet", 4)
    for side, seeds in (("train", range(5)), ("test", range(5, 8))):
        for row, seed in enumerate(seeds):
            assert np.array_equal(data.split(side).image(row), pixels(seed=seed))


def test_rows_in_any_order_across_more_row_groups_than_stay_in_memory(tmp_path: Path) -> None:
    pictures = [encoded(np.full((1, 1, 1), level, np.uint8)) for level in range(40)]
    data = open_source(parquet(tmp_path / "a.parquet", pictures, [0, 1] * 20, NAMES, rows_per_group=2))
    order = np.random.default_rng(0).permutation(40)
    assert [data.image(int(row)).item() for row in order] == order.tolist()


def test_labels_that_are_words_or_bare_numbers(tmp_path: Path) -> None:
    words = open_source(parquet(tmp_path / "a.parquet", PICTURES[:3], ["owl", "cat", None]))
    assert (words.classes, words.labels.tolist()) == (("cat", "owl"), [1, 0, -1])
    numbers = open_source(parquet(tmp_path / "b.parquet", PICTURES[:3], [2, 0, None]))
    assert (numbers.classes, numbers.labels.tolist()) == (("0", "1", "2"), [2, 0, -1])


def test_hugging_faces_minus_one_is_no_label(tmp_path: Path) -> None:
    data = open_source(parquet(tmp_path / "a.parquet", PICTURES[:2], [-1, 1], NAMES))
    assert data.column("label") == [None, 1]


def test_bare_bytes_will_do(tmp_path: Path) -> None:
    pq.write_table(pa.table({"picture": pa.array(PICTURES[:2], pa.binary()), "label": [0, 1]}), tmp_path / "a.parquet")
    assert np.array_equal(open_source(tmp_path / "a.parquet").image(1), pixels(seed=1))


def test_a_row_without_bytes_is_refused_by_name(tmp_path: Path) -> None:
    data = open_source(parquet(tmp_path / "a.parquet", [PICTURES[0], None], [0, 1], NAMES))
    with pytest.raises(DecodeError, match=r"a\.parquet#1: .*no bytes"):
        data.image(1)
    assert [entry.uri for entry in probe(data).refused] == ["a.parquet#1"]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"img": PICTURES[:2]}, "one of labels"),
        ({"label": [0, 1]}, "one of images"),
        ({"img": PICTURES[:2], "label": [[0], [1]]}, "integers or strings"),
        ({"img": PICTURES[:2], "label": [0.5, 1.5]}, "integers or strings"),
    ],
)
def test_columns_that_do_not_fit(tmp_path: Path, columns: dict, message: str) -> None:
    pq.write_table(pa.table(columns), tmp_path / "broken.parquet")
    with pytest.raises(LayoutError, match=message) as caught:
        open_source(tmp_path / "broken.parquet")
    assert "broken.parquet" in str(caught.value)


def test_a_label_beyond_the_names(tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match="label is 3, but there are 3 class names"):
        open_source(parquet(tmp_path / "a.parquet", PICTURES[:2], [0, 3], NAMES))


def test_files_with_other_class_names(tmp_path: Path) -> None:
    parquet(tmp_path / "a.parquet", PICTURES[:2], [0, 1], NAMES)
    parquet(tmp_path / "b.parquet", PICTURES[:2], [0, 1], NAMES[::-1])
    with pytest.raises(LayoutError, match=r"b\.parquet has other class names"):
        open_source(tmp_path)


@pytest.mark.parametrize("kind", ["empty", "cut", "text"])
def test_what_is_no_parquet_file_is_named(tmp_path: Path, kind: str) -> None:
    path = parquet(tmp_path / "broken.parquet", PICTURES, LABELS, NAMES)
    whole = path.read_bytes()
    path.write_bytes({"empty": b"", "cut": whole[: len(whole) // 2], "text": b"hello"}[kind])
    with pytest.raises(LayoutError, match=r"broken\.parquet"):
        open_source(path)


@pytest.mark.parametrize("compression", ["none", "snappy", "gzip", "zstd"])
def test_damage_within_the_pictures_is_refused_by_name_or_harmless(tmp_path: Path, compression: str) -> None:
    path = parquet(tmp_path / "a.parquet", PICTURES, LABELS, NAMES, compression=compression)
    opened = open_source(path)
    damaged = bytearray(path.read_bytes())
    for place in range(60, 400, 7):
        damaged[place] ^= 0x55
    path.write_bytes(damaged)
    found = probe(opened, threads=1)
    assert len(found) + len(found.refused) == 8
    assert found.refused


@pytest.mark.parametrize("change", ["cut", "fewer rows", "gone"])
def test_a_file_that_changes_after_opening_is_an_error_that_names_the_row(tmp_path: Path, change: str) -> None:
    path = parquet(tmp_path / "a.parquet", PICTURES, LABELS, NAMES, rows_per_group=8)
    opened = open_source(path)
    if change == "cut":
        path.write_bytes(path.read_bytes()[:-20])
    elif change == "gone":
        path.unlink()
    else:
        parquet(path, PICTURES[:2], LABELS[:2], NAMES)
    with pytest.raises(DecodeError, match=r"a\.parquet#5"):
        opened.image(5)


def test_labels_that_are_no_utf8_are_named(tmp_path: Path) -> None:
    broken = pa.array([b"cat", b"caf\xe9"], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"img": pa.array(PICTURES[:2], pa.binary()), "label": broken}), tmp_path / "a.parquet")
    with pytest.raises(LayoutError, match=r"a\.parquet"):
        open_source(tmp_path / "a.parquet")


def test_cifar_10_opens_with_10_classes_and_60_000_rows(hardy_data: Path) -> None:
    data = open_source(hardy_data / "cifar10")
    assert len(data) == 60_000
    assert data.split_sizes() == {"train": 50_000, "test": 10_000}
    assert data.classes[:3] == ("airplane", "automobile", "bird") and len(data.classes) == 10
    assert set(data.counts("train").values()) == {5_000}
    for row in (0, 9_999, 10_000, 59_999):
        assert data.image(row).shape == (32, 32, 3)
