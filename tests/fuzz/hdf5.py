"""HDF5 files under fire; see tests/fuzz/fuzzer.py. What dies here dies in HDF5's own library."""

import sys
import tempfile
from pathlib import Path

import h5py
import numpy as np

from tests.builders import encoded, pixels
from tests.fuzz.fuzzer import Corpus, run
from tests.layouts import hdf5_arrays, hdf5_groups


def corpus() -> Corpus:
    """Class groups and pairs; plain, chunked, packed; old and new file formats."""
    images, labels = pixels(4, 5, 7, 3), np.array([0, 1, 0, 1])
    made: Corpus = {}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        jpeg = np.frombuffer(encoded(images[0], "JPEG"), np.uint8)
        hdf5_groups(root / "groups.h5", {"cats/persian": images, "dogs": [*images[:2], jpeg]})
        hdf5_arrays(root / "words.h5", x_train=images, y_train=np.array(["a", "b", "a", "b"]), x_test=images,
                    y_test=np.array(["b", "a", "a", "b"]))  # fmt: skip
        with h5py.File(root / "packed.h5", "w", libver="latest") as file:
            file.create_dataset("images", data=images, chunks=(2, 5, 7, 3), compression="gzip", shuffle=True)
            file.create_dataset("labels", data=labels, fletcher32=True)
            file["labels"].attrs["label_names"] = ["cat", "dog"]
            file["link"] = h5py.SoftLink("/images")
        for file in sorted(root.iterdir()):
            made[file.stem] = {"a.h5": file.read_bytes()}
    return made


if __name__ == "__main__":
    sys.exit(run("hdf5", corpus))
