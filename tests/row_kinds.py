"""Sources of any number of rows of each kind, quick to make, and what packing them needs in a process of its own."""

import csv
import gzip
import io
import json
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.builders import encoded, pixels, write
from tests.layouts import arrow

SMALL = {
    "hardy.scratch.MEMORY_BYTES": 1 << 14,
    "hardy.scratch.PART_ROWS": 1 << 10,
    "hardy.dataset.spill.MEMORY_BYTES": 1 << 16,
    "hardy.dataset.spill.CHUNK_ROWS": 1 << 10,
    "hardy.dataset.kept.FEW": 1 << 10,
    "hardy.sources.folder.CHUNK_ROWS": 1 << 10,
    "hardy.sources.folder.RUN_NAMES": 1 << 10,
    "hardy.sources.names.MEMORY_BYTES": 1 << 16,
    "hardy.sources.table_pieces.PIECE": 1 << 14,
}
"""So that what is in memory while it is little is in a file from 1,000 rows on."""

PROGRAM = """
import importlib, json, sys, threading
from pathlib import Path
import numpy as np
import hardy, hardy.sources, hardy.dataset.kept
for name, value in {small}.items():
    module, _, attribute = name.rpartition(".")
    setattr(importlib.import_module(module), attribute, value)
def anonymous():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("RssAnon"))
folder, wished = Path(sys.argv[1]), json.loads(sys.argv[2])
options = hardy.OpenOptions(**{{name: wished.pop(name) for name in ("also", "label_column") if name in wished}})
store = folder / "a.hardy"
first = (np.arange(40 * 12) % 251).astype(np.uint8).reshape(40, 2, 2, 3), np.arange(40) % 2
hardy.pack(first, folder / "w", "raw")
append = wished.pop("append", False)
if append:
    hardy.pack(first, store, "raw")
peak, stop = [anonymous()], threading.Event()
def watch():
    while not stop.wait(0.002):
        peak[0] = max(peak[0], anonymous())
thread = threading.Thread(target=watch)
thread.start()
source = folder / wished.pop("source", "rows")
if append:
    hardy.append(store, source, options=options, **wished)
else:
    hardy.pack(source, store, "raw", size=(2, 2), options=options, **wished)
hardy.verify(store)
stop.set()
thread.join()
print(json.dumps([peak[0] * 1024, hardy.verify(store).rows]))
"""

CONTENTS = 500


def png(number: int) -> bytes:
    return encoded(pixels(2, 2, 3, seed=number))


def arrays(root: Path, rows: int, size_hw: tuple[int, int] = (2, 2)) -> None:
    generator = np.random.default_rng(rows)
    root.mkdir(parents=True)
    np.save(root / "images.npy", generator.integers(0, 256, (rows, *size_hw, 3), np.uint8))
    np.save(root / "labels.npy", np.arange(rows, dtype=np.uint8) % 10)


def links(root: Path, rows: int) -> None:
    """Files of 500 contents; many names may be one file."""
    first: list[Path] = []
    for row in range(rows):
        path = root / f"class {row % 10}" / f"{row:07d}.png"
        if row < CONTENTS:
            first.append(write(path, png(row)))
        else:
            path.hardlink_to(first[row * 7919 % CONTENTS])


def listing(root: Path, rows: int) -> Iterator[dict[str, str]]:
    """As many names as rows, of 500 pictures: folders may be links to one."""
    for number in range(CONTENTS):
        write(root / "0000" / f"{number:03d}.png", png(number))
    for row in range(rows):
        folder, number = divmod(row, CONTENTS)
        if folder and not number:
            (root / f"{folder:04d}").symlink_to(root / "0000", target_is_directory=True)
        yield {"path": f"{folder:04d}/{number:03d}.png", "label": f"class {row % 10}"}


def table_csv(root: Path, rows: int) -> dict[str, Any]:
    root.mkdir(parents=True)
    with (root / "labels.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, ["path", "label"])
        writer.writeheader()
        writer.writerows(listing(root, rows))
    return {"source": "rows/labels.csv"}


def table_jsonl(root: Path, rows: int) -> dict[str, Any]:
    root.mkdir(parents=True)
    with (root / "labels.jsonl").open("w") as file:
        file.writelines(json.dumps(row) + "\n" for row in listing(root, rows))
    return {"source": "rows/labels.jsonl"}


def table_json(root: Path, rows: int) -> dict[str, Any]:
    root.mkdir(parents=True)
    (root / "labels.json").write_text(json.dumps(list(listing(root, rows))))
    return {"source": "rows/labels.json"}


def table_parquet(root: Path, rows: int) -> dict[str, Any]:
    root.mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist(list(listing(root, rows))), root / "labels.parquet", row_group_size=10_000)
    return {"source": "rows/labels.parquet"}


def table_refused(root: Path, rows: int) -> dict[str, Any]:
    """Half of the rows cannot be read, a quarter cannot even be followed."""
    root.mkdir(parents=True)
    with (root / "labels.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "label"])
        for row, entry in enumerate(listing(root, rows)):
            place = (entry["path"], f"missing/{row}.png", f"missing/{row}.png", f"ftp://{row}/1.png")[row % 4]
            writer.writerow([place, entry["label"]])
    return {"source": "rows/labels.csv"}


def hub_parquet(root: Path, rows: int) -> None:
    root.mkdir(parents=True)
    contents = [png(number) for number in range(CONTENTS)]
    kind = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    table = pa.table(
        {
            "image": pa.array([{"bytes": contents[row % CONTENTS], "path": None} for row in range(rows)], kind),
            "label": pa.array([f"class {row % 10}" for row in range(rows)]),
        }
    )
    pq.write_table(table, root / "train-0.parquet", row_group_size=2_000)


def hub_arrow(root: Path, rows: int) -> dict[str, Any]:
    contents = [png(number) for number in range(CONTENTS)]
    pictures: list[bytes | None] = [contents[row % CONTENTS] for row in range(rows)]
    labels = [f"class {row % 10}" for row in range(rows)]
    arrow(root / "train.arrow", pictures, labels, rows_per_batch=1_000)
    return {"source": "rows/train.arrow"}


def webdataset(root: Path, rows: int, per_shard: int = 1_000) -> None:
    root.mkdir(parents=True)
    contents = [png(number) for number in range(CONTENTS)]
    for start in range(0, rows, per_shard):
        with tarfile.open(root / f"{start:07d}.tar", "w", format=tarfile.USTAR_FORMAT) as archive:
            for row in range(start, min(start + per_shard, rows)):
                for name, content in (("png", contents[row % CONTENTS]), ("cls", str(row % 10).encode())):
                    member = tarfile.TarInfo(f"{row:07d}.{name}")
                    member.size = len(content)
                    archive.addfile(member, io.BytesIO(content))


def one_tar(root: Path, rows: int) -> None:
    webdataset(root, rows, rows)


def hdf5_groups(root: Path, rows: int) -> None:
    root.mkdir(parents=True)
    generator = np.random.default_rng(0)
    with h5py.File(root / "a.h5", "w") as file:
        for number in range(10):
            images = generator.integers(0, 256, (rows // 10, 2, 2, 3), np.uint8)
            file.create_dataset(f"class {number}/photos", data=images, chunks=(min(500, rows // 10), 2, 2, 3))


def hdf5_words(root: Path, rows: int) -> None:
    root.mkdir(parents=True)
    with h5py.File(root / "a.h5", "w") as file:
        file["images"] = np.random.default_rng(0).integers(0, 256, (rows, 2, 2, 3), np.uint8)
        words = np.array([f"class {row % 10}" for row in range(rows)], object)
        file.create_dataset("labels", data=words, dtype=h5py.string_dtype())


def npz_words(root: Path, rows: int) -> None:
    root.mkdir(parents=True)
    images = np.random.default_rng(0).integers(0, 256, (rows, 2, 2, 3), np.uint8)
    np.savez_compressed(root / "a.npz", images=images, labels=np.array([f"class {row % 10}" for row in range(rows)]))


def idx_packed(root: Path, rows: int) -> None:
    root.mkdir(parents=True)
    images = np.random.default_rng(0).integers(0, 256, (rows, 2, 2), np.uint8)
    for name, array in (("images-idx3", images), ("labels-idx1", (np.arange(rows) % 10).astype(np.uint8))):
        head = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
        (root / f"train-{name}-ubyte.gz").write_bytes(gzip.compress(head + array.tobytes(), 1))


def joined(root: Path, rows: int) -> dict[str, Any]:
    arrays(root, rows // 2)
    arrays(root.parent / "more", rows - rows // 2)
    return {"also": [str(root.parent / "more")]}


def folded(root: Path, rows: int) -> dict[str, Any]:
    arrays(root, rows)
    return {"folds": 5, "fold": 1}


def appended(root: Path, rows: int) -> dict[str, Any]:
    arrays(root, rows)
    return {"append": True, "name": "more"}


KINDS: dict[str, Callable[[Path, int], dict[str, Any] | None]] = {
    "arrays": arrays,
    "folder": links,
    "table csv": table_csv,
    "table jsonl": table_jsonl,
    "table json": table_json,
    "table parquet": table_parquet,
    "table refused": table_refused,
    "hub parquet": hub_parquet,
    "hub arrow": hub_arrow,
    "append": appended,
    "also": joined,
    "folds": folded,
    "webdataset": webdataset,
    "one tar": one_tar,
    "hdf5 groups": hdf5_groups,
    "hdf5 words": hdf5_words,
    "npz words": npz_words,
    "idx gzip": idx_packed,
}


def peak(make: Callable[[Path, int], dict[str, Any] | None], rows: int, folder: Path) -> int:
    """The most anonymous memory of a process that packs so many rows, in bytes."""
    wished = make(folder / "rows", rows) or {}
    program = PROGRAM.format(small=SMALL)
    line = [sys.executable, "-W", "ignore", "-c", program, str(folder), json.dumps(wished)]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found: int = json.loads(done.stdout.splitlines()[-1])[0]
    return found
