"""Reading a raw store back into a buffer that is used again, beside memcpy of as many bytes in the same run.

    python bench/readback.py            about two minutes; 3 GB of disk
    python bench/readback.py --quick    under a minute

Batches of 256 rows of 32×32×3 and 224×224×3, contiguous and random, warm (in the page cache) and cold (dropped from
it), with and without asking ahead. memcpy copies from an array in memory of the size of the store, one piece after the
other, so that it finds its source in the processor's cache no oftener than we do.

`name value unit | peer value | ratio [its 95% interval]`. Goals, warm: 0.8 of memcpy contiguous, 0.5 random.
"""

import argparse
import os
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
from pairs import keep, report, time_pair

from hardy.dataset.identity import sample_id
from hardy.store import open_store, pack

BATCH = 256
VERSIONS = {name: version(name) for name in ("pyarrow", "numpy", "numba")}


def make_store(folder: Path, size: int, rows: int) -> Path:
    """Random pixels."""
    from hardy.dataset import ArrayReader, Dataset, Preprocessing
    from hardy.dataset.dataset import make_table

    pixels = np.random.default_rng(0).integers(0, 256, (rows, size, size, 3), np.uint8)
    names = [f"{row:07d}" for row in range(rows)]
    ids = [sample_id(name) for name in names]
    table = make_table(id=ids, uri=names, label=np.arange(rows) % 2, split=["train"] * rows)
    data = Dataset(table, ("a", "b"), ArrayReader(pixels), np.arange(rows), "memory")
    recipe = Preprocessing(3, (size, size), mean=(0.5,) * 3, std=(0.3,) * 3)
    pack(data, folder / f"{size}.hardy", "raw", recipe)
    return folder / f"{size}.hardy"


def warm(path: Path, size: int, rows: int, seconds: float) -> None:
    reader = open_store(path).reader
    out = np.empty((BATCH, size, size, 3), np.uint8)
    source = np.zeros((rows, size, size, 3), np.uint8)
    source[:] = 7
    reader.read_batch(np.arange(rows)[: min(rows, 20_000)])
    place = [0, 0]

    def contiguous() -> None:
        place[0] = (place[0] + BATCH) % (rows - BATCH)
        reader.read_into(np.arange(place[0], place[0] + BATCH), out)

    generator = np.random.default_rng(1)
    orders = [generator.integers(0, rows, BATCH) for _ in range(64)]

    def random() -> None:
        place[0] = (place[0] + 1) % len(orders)
        reader.read_into(orders[place[0]], out)

    def memcpy() -> None:
        place[1] = (place[1] + BATCH) % (rows - BATCH)
        np.copyto(out, source[place[1] : place[1] + BATCH])

    for name, call in (("contiguous", contiguous), ("random", random)):
        report(
            "readback", f"readback warm {size}×{size}×3 {name}", "memcpy", time_pair(call, memcpy, seconds), VERSIONS
        )


def cold(path: Path, size: int, rows: int) -> None:
    """Milliseconds a batch, from the disk; the medians of a few."""
    generator = np.random.default_rng(2)
    out = np.empty((BATCH, size, size, 3), np.uint8)
    for name in ("contiguous", "random"):
        found: dict[bool, list[float]] = {False: [], True: []}
        for number in range(6):
            drop(path)
            start = int(generator.integers(0, rows - BATCH))
            order = np.arange(start, start + BATCH) if name == "contiguous" else generator.integers(0, rows, BATCH)
            reader = open_store(path).reader
            drop(path)
            began = time.perf_counter()
            if number % 2:
                reader.prefetch(order.tolist())
            reader.read_into(order, out)
            found[bool(number % 2)].append((time.perf_counter() - began) * 1e3)
        plain, ahead = (float(np.median(found[asked])) for asked in (False, True))
        title = f"readback cold {size}×{size}×3 {name}"
        print(f"{title} {ahead:.1f} ms asked for ahead | not {plain:.1f} | ratio {plain / ahead:.2f}", flush=True)
        keep("readback", {"name": title, "ahead_ms": ahead, "plain_ms": plain}, VERSIONS)


def drop(path: Path) -> None:
    """Out of the page cache."""
    for file in path.glob("*.arrow"):
        with file.open("rb") as stream:
            os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="smaller stores, two seconds a pair")
    quick = parser.parse_args().quick
    print("; ".join(f"{name} {number}" for name, number in VERSIONS.items()), "; one thread")
    with tempfile.TemporaryDirectory() as name:
        for size, rows in ((32, 50_000), (224, 1_500)) if quick else ((32, 400_000), (224, 8_000)):
            path = make_store(Path(name), size, rows)
            warm(path, size, rows, 2.0 if quick else 10.0)
            cold(path, size, rows)


if __name__ == "__main__":
    main()
