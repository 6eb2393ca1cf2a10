"""Whatever lies in a file, opening and reading it gives rows or an error of our own that names it."""

import gzip
import io
import tempfile
import warnings
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardy.dataset.probe import probe
from hardy.errors import HardyError
from hardy.sources import open_source
from hardy.sources.folder import SPLIT_NAMES
from tests.builders import encoded, idx_bytes, parquet, pixels
from tests.layouts import arrow, hdf5_arrays, hdf5_groups, shard


@cache
def files() -> dict[str, dict[str, bytes]]:
    """A few rows in each layout of one file, or two."""
    images, labels = pixels(4, 5, 3), np.array([0, 1, 0, 1], np.uint8)
    plain, packed = io.BytesIO(), io.BytesIO()
    np.savez(plain, images=images, labels=labels)
    np.savez_compressed(packed, images=images, labels=np.array(["a", "b", "a", "b"]))
    with tempfile.TemporaryDirectory() as folder:
        pictures = [encoded(pixels(5, 3, seed=seed)) for seed in range(4)]
        saved = {}
        for name, array in (("images", images), ("labels", labels)):
            np.save(Path(folder) / name, array)
            saved[f"{name}.npy"] = (Path(folder) / f"{name}.npy").read_bytes()
        archive = shard(Path(folder) / "a.tar", [pixels(5, 3, seed=seed) for seed in range(4)], [0, 1, 0, 1])
        groups = hdf5_groups(Path(folder) / "a.h5", {"cats/persian": images, "dogs": list(images)})
        pair = hdf5_arrays(Path(folder) / "b.h5", images=images, labels=np.array(["a", "b", "a", "b"]))
        stream = arrow(Path(folder) / "a.arrow", pictures, [0, 1, 0, 1], ["a", "b"])
        mapped = arrow(Path(folder) / "b.arrow", pictures, [0, 1, 0, 1], ["a", "b"], stream=False)
        arrows = {"stream": stream.read_bytes(), "file": mapped.read_bytes()}
        table = parquet(Path(folder) / "a.parquet", pictures, [0, 1, 0, 1], ["a", "b"]).read_bytes()
        hdf5 = {"groups": groups.read_bytes(), "pair": pair.read_bytes()}
        tar = archive.read_bytes()
    return {
        "idx": {"train-images-idx3-ubyte": idx_bytes(images), "train-labels-idx1-ubyte": idx_bytes(labels)},
        "idx.gz": {
            "train-images-idx3-ubyte.gz": gzip.compress(idx_bytes(images), mtime=0),
            "train-labels-idx1-ubyte.gz": gzip.compress(idx_bytes(labels), mtime=0),
        },
        "npz": {"a.npz": plain.getvalue()},
        "npz packed": {"a.npz": packed.getvalue()},
        "parquet": {"a.parquet": table},
        "npy": saved,
        "tar": {"a.tar": tar},
        "hdf5": {"a.h5": hdf5["groups"]},
        "hdf5 pair": {"a.h5": hdf5["pair"]},
        "arrow": {"state.json": b'{"_data_files": [{"filename": "a.arrow"}]}', "a.arrow": arrows["stream"]},
        "arrow file": {"state.json": b'{"_data_files": [{"filename": "a.arrow"}]}', "a.arrow": arrows["file"]},
    }


@pytest.mark.filterwarnings("ignore:Exception ignored in")
@pytest.mark.parametrize(
    "layout",
    ["idx", "idx.gz", "npz", "npz packed", "parquet", "npy", "tar", "hdf5", "hdf5 pair", "arrow", "arrow file"],
)
@given(data=st.data())
@settings(max_examples=120)
def test_damaged_files_give_rows_or_our_own_error(layout: str, data: st.DataObject) -> None:
    whole = files()[layout]
    damaged = {name: bytearray(content) for name, content in whole.items()}
    target = damaged[data.draw(st.sampled_from(sorted(damaged)))]
    for _ in range(data.draw(st.integers(1, 3))):
        target[data.draw(st.integers(0, len(target) - 1))] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del target[data.draw(st.integers(0, len(target))) :]
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy and Pillow warn of what they pass over
        for name, content in damaged.items():
            (Path(folder) / name).write_bytes(content)
        try:
            opened = open_source(Path(folder))
            found = probe(opened, threads=1)
        except HardyError as error:
            assert folder in str(error)
        else:
            assert len(found) + len(found.refused) == len(opened)


names = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\0"), min_size=1, max_size=12)


@given(st.dictionaries(names.map(lambda n: n.strip(". ")).filter(bool), st.integers(1, 3), min_size=1, max_size=4))
@settings(max_examples=40)
def test_folders_of_any_name_are_classes(counts) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, count in counts.items():
            (Path(folder) / "photos" / name).mkdir(parents=True)
            for row in range(count):
                (Path(folder) / "photos" / name / f"{row}.png").write_bytes(b"not read while opening")
        if all(name.lower() in SPLIT_NAMES for name in counts):
            return
        data = open_source(Path(folder) / "photos")
        assert data.counts() == dict(sorted(counts.items()))
        assert len(set(data.ids)) == len(data)
