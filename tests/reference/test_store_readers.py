"""A store opens in other programs, with its pictures and class names alive."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.dataset
import pytest

from hardy.dataset.probe import probe
from hardy.dataset.split import assign_sides
from hardy.sources import open_source
from hardy.store import open_store, pack
from tests.builders import digits, folder, measured

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")  # theirs


@pytest.fixture
def original(tmp_path: Path) -> Path:
    """Pictures of two classes as they were found."""
    root = folder(tmp_path / "photos", {"cats": 5, "dogs": 6})
    pack(assign_sides(probe(open_source(root))), tmp_path / "a.hardy")
    return tmp_path / "a.hardy"


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Grey pixels of one size."""
    data = digits(12)
    pack(data, tmp_path / "b.hardy", "raw", measured(data))
    return tmp_path / "b.hardy"


def load(store: Path, cache: Path) -> object:
    import datasets

    datasets.disable_progress_bars()
    files = [str(file) for file in sorted(store.glob("*.arrow"))]
    return datasets.load_dataset("arrow", data_files=files, split="train", cache_dir=str(cache))


def test_hugging_face_sees_images_and_class_names(original: Path, tmp_path: Path) -> None:
    theirs, ours = load(original, tmp_path / "cache"), open_store(original)
    assert type(theirs.features["image"]).__name__ == "Image"
    assert theirs.features["label"].names == list(ours.classes) == ["cats", "dogs"]
    assert theirs["id"][:] == ours.ids
    assert theirs["label"][:] == ours.labels.tolist()
    for row in (0, 5, 10):
        assert np.array_equal(np.asarray(theirs[row]["image"]), ours.image(row))


def test_hugging_face_opens_raw_pixels(raw: Path, tmp_path: Path) -> None:
    theirs, ours = load(raw, tmp_path / "cache"), open_store(raw)
    assert theirs.features["label"].names == ["a", "b"]
    for row in (0, 11):
        assert np.array_equal(np.array(theirs[row]["pixels"], np.uint8).reshape(17, 11, 1), ours.image(row))


@pytest.mark.parametrize("name", ["original", "raw"])
def test_pyarrow_opens_it(name: str, request: pytest.FixtureRequest) -> None:
    path = request.getfixturevalue(name)
    with pa.memory_map(str(path / "data-00000.arrow")) as file:
        table = pa.ipc.open_file(file).read_all()
        ours = open_store(path)
        assert table.column("id").to_pylist() == ours.ids
        assert table.schema.field("label").type == pa.int64()
        if name == "original":
            assert table.schema.field("image").type == pa.struct([("bytes", pa.binary()), ("path", pa.string())])
            assert table.column("image")[3].as_py()["bytes"] == ours.payload(3)
        else:
            assert np.array_equal(np.array(table.column("pixels")[3].as_py()), ours.image(3).ravel())


def test_pandas_reads_it_as_feather(original: Path) -> None:
    import pandas

    frame = pandas.read_feather(original / "data-00000.arrow")
    assert frame["label"].tolist() == open_store(original).labels.tolist()
    assert frame["image"][0]["bytes"] == open_store(original).payload(0)


@pytest.mark.parametrize("name", ["original", "raw"])
def test_polars_scans_it(name: str, request: pytest.FixtureRequest) -> None:
    polars = pytest.importorskip("polars")
    path = request.getfixturevalue(name)
    ours = open_store(path)
    frame = polars.scan_ipc(str(path / "*.arrow")).select("id", "label", "split").collect()
    assert frame["id"].to_list() == ours.ids
    assert frame["label"].to_list() == ours.labels.tolist()
    counted = polars.scan_ipc(str(path / "*.arrow")).group_by("split").len().collect()
    assert dict(counted.iter_rows()) == ours.split_sizes()


def test_polars_sees_the_pictures(original: Path) -> None:
    polars = pytest.importorskip("polars")
    frame = polars.scan_ipc(str(original / "*.arrow")).select(polars.col("image").struct.field("bytes")).collect()
    assert frame["bytes"][3] == open_store(original).payload(3)


def test_duckdb_asks_it_through_pyarrow(original: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    rows = pyarrow.dataset.dataset(sorted(map(str, original.glob("*.arrow"))), format="ipc")
    found = duckdb.sql("select split, count(*), sum(octet_length(image.bytes)) from rows group by split").fetchall()
    ours, expected = open_store(original), {}
    for side, count in ours.split_sizes().items():
        here = ours.split(side)
        expected[side] = count, sum(len(here.payload(row)) for row in range(count))
    assert {side: (count, size) for side, count, size in found} == expected
    assert rows.count_rows() == len(ours)


@pytest.mark.filterwarnings("ignore")  # theirs, many
def test_ray_data_maps_it(original: Path) -> None:
    """Ray is too large for the extra `test`; where it is installed, this runs."""
    ray = pytest.importorskip("ray")
    ray_data = pytest.importorskip("ray.data")
    tables = [pa.ipc.open_file(pa.memory_map(str(file))).read_all() for file in sorted(original.glob("*.arrow"))]
    ray.init(num_cpus=1, include_dashboard=False, configure_logging=False, log_to_driver=False)
    try:
        rows = ray_data.from_arrow(tables).map(lambda row: {"id": row["id"], "size": len(row["image"]["bytes"])})
        ours = open_store(original)
        assert {row["id"]: row["size"] for row in rows.take_all()} == {
            id: len(ours.payload(number)) for number, id in enumerate(ours.ids)
        }
    finally:
        ray.shutdown()
