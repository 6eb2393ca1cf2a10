"""A million rows of 32×32×3: seconds and memory to pack, open, append 1,000, verify; and what 100 million would take.

    python bench/million.py                              some minutes; 7 GB of disk
    python bench/million.py --quick                      50,000 rows, under a minute
    python bench/million.py --rows 10_000_000 --side 8   8×8 pictures, so that the disk holds them; half an hour
    python bench/million.py --folder                     PNG files in class folders; 4 kB of disk each

Rows are arrays in NPY files, mapped, or files. Each step is a process of its own. Memory is above that of
`import torch, numba, pyarrow, cv2`: what is the process's own (anonymous), and the pages of mapped files, which the
system takes back when it needs them. Each is the highest of samples taken every 20 ms, also by row. From 10 million
rows on it says what 100 million would take, by the rule of three: the time, and the memory that grows from a quarter of
the rows, which are measured first, to all of them. Neither is a measurement.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import cv2
import numpy as np
from pairs import keep

STEPS = ("pack", "open", "append", "verify")
LEAST_ROWS = 10_000_000
"""Below, what is kept in memory while it is little still grows, which says nothing about a hundred million."""
PROGRAM = """
import json, sys, time
import torch, numba, pyarrow, cv2
import numpy as np
step, folder, side = sys.argv[1], sys.argv[2], int(sys.argv[3])
def state():
    found = dict(line.split(':') for line in open('/proc/self/status') if line.startswith(('RssAnon', 'RssFile')))
    return {name: int(value.split()[0]) / 1024 for name, value in found.items()}
print(json.dumps(state()), flush=True)
import hardy
from pathlib import Path
store = Path(folder) / 'a.hardy'
began = time.perf_counter()
if step == 'pack':
    hardy.pack(Path(folder) / 'rows', store, profile='raw', size=(side, side), channels=3)
elif step == 'open':
    opened = hardy.open(store)
    opened.reader.read_batch(np.arange(0, len(opened), max(1, len(opened) // 256))[:256])
elif step == 'append':
    assert hardy.append(store, Path(folder) / 'more', name='more').added == 1000
else:
    assert not hardy.verify(store).problems
print(json.dumps({'seconds': time.perf_counter() - began}), flush=True)
"""


def write_arrays(folder: Path, rows: int, side: int) -> None:
    """Random pictures and labels in NPY files."""
    generator = np.random.default_rng(rows)
    folder.mkdir()
    out = np.lib.format.open_memmap(folder / "images.npy", "w+", np.uint8, (rows, side, side, 3))
    for start in range(0, rows, 10_000):
        out[start : start + 10_000] = generator.integers(0, 256, out[start : start + 10_000].shape, np.uint8)
    out.flush()
    np.save(folder / "labels.npy", (np.arange(rows) % 10).astype(np.uint8))


def write_files(folder: Path, rows: int, side: int) -> None:
    """Random pictures as PNG files in ten folders."""
    generator = np.random.default_rng(rows)
    for row in range(rows):
        inside = folder / f"class-{row % 10}"
        if row < 10:
            inside.mkdir(parents=True)
        _, content = cv2.imencode(".png", generator.integers(0, 256, (side, side, 3), np.uint8))
        (inside / f"{row:09d}.png").write_bytes(content.tobytes())


def run(step: str, folder: Path, side: int) -> dict[str, float]:
    """One step; memory is sampled from outside, as the kernel keeps no record of its highest value by kind."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, step, str(folder), str(side)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    before = json.loads(process.stdout.readline())
    peak, stop = dict(before), threading.Event()

    def watch() -> None:
        while not stop.wait(0.02):
            try:
                status = Path(f"/proc/{process.pid}/status").read_text()
            except OSError:
                return
            for line in status.splitlines():
                name, _, value = line.partition(":")
                if name in peak:
                    peak[name] = max(peak[name], int(value.split()[0]) / 1024)

    watching = threading.Thread(target=watch)
    watching.start()
    line = process.stdout.readline()
    process.wait()
    stop.set()
    watching.join()
    if not line:
        sys.exit(f"{step} failed")
    return {
        "seconds": json.loads(line)["seconds"],
        "anonymous_mb": peak["RssAnon"] - before["RssAnon"],
        "mapped_mb": peak["RssFile"] - before["RssFile"],
    }


def measure(rows: int, side: int, write: Callable[[Path, int, int], None]) -> dict[str, dict[str, float]]:
    """All steps."""
    with tempfile.TemporaryDirectory() as name:
        write(Path(name) / "rows", rows, side)
        write(Path(name) / "more", 1_000, side)
        found = {}
        for step in STEPS:
            found[step] = run(step, Path(name), side)
            memory = {kind: found[step][f"{kind}_mb"] for kind in ("anonymous", "mapped")}
            parts = [f"{size:.0f} MB {kind} ({size * 2**20 / rows:.1f} B a row)" for kind, size in memory.items()]
            print(f"{step} {rows:,} rows {found[step]['seconds']:.2f} s, {', '.join(parts)}", flush=True)
        return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="50,000 rows")
    parser.add_argument("--rows", type=int, default=1_000_000, help="1,000,000 by default")
    parser.add_argument("--side", type=int, default=32, help="of the pictures, 32 by default")
    parser.add_argument("--folder", action="store_true", help="files in place of arrays")
    wished = parser.parse_args()
    rows = 50_000 if wished.quick else wished.rows
    write = write_files if wished.folder else write_arrays
    versions = {name: version(name) for name in ("pyarrow", "numpy", "numba")}
    few, many = measure(rows // 4, wished.side, write), measure(rows, wished.side, write)
    for step in STEPS:
        more = (many[step]["anonymous_mb"] - few[step]["anonymous_mb"]) / (rows - rows // 4)
        hours = many[step]["seconds"] / rows * 1e8 / 3600
        total = many[step]["anonymous_mb"] + more * (1e8 - rows)
        if rows >= LEAST_ROWS:
            print(
                f"{step}: {more * 2**20:.1f} B for each row more; 100 million, by rule of three: {hours:.2f} h, "
                f"{total:,.0f} MB anonymous"
            )
        kind = "files" if wished.folder else "arrays"
        keep("million", {"name": f"{step} {rows} {kind}", **many[step], "bytes_a_row_more": more * 2**20}, versions)


if __name__ == "__main__":
    main()
