"""IDX, NPZ and NPY files under fire; see tests/fuzz/fuzzer.py."""

import gzip
import io
import sys

import numpy as np

from tests.builders import idx_bytes, pixels
from tests.fuzz.fuzzer import Corpus, run


def saved(array: np.ndarray) -> bytes:
    """An .npy file."""
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def corpus() -> Corpus:
    """A few rows in each layout, packed and plain."""
    images, labels = pixels(4, 5, 3), np.array([0, 1, 0, 1], np.uint8)
    plain, packed = io.BytesIO(), io.BytesIO()
    np.savez(plain, images=images, labels=labels)
    np.savez_compressed(packed, x_train=images / 255, y_train=np.eye(2)[labels], classes=np.array(["a", "b"]))
    x, y = idx_bytes(images), idx_bytes(labels)
    return {
        "idx": {"train-images-idx3-ubyte": x, "train-labels-idx1-ubyte": y},
        "idx.gz": {
            "train-images-idx3-ubyte.gz": gzip.compress(x, mtime=0),
            "train-labels-idx1-ubyte.gz": gzip.compress(y, mtime=0),
        },
        "npy": {"images.npy": saved(images), "labels.npy": saved(labels)},
        "npy alone": {"a.npy": saved(images.astype(np.float32) / 255)},
        "npz": {"a.npz": plain.getvalue()},
        "npz packed": {"a.npz": packed.getvalue()},
    }


if __name__ == "__main__":
    sys.exit(run("idx_npz", corpus))
