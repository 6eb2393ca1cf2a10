"""A million rows of 32×32×3: seconds and memory to pack, open, append 1,000, verify; and what 100 million would take.

    python bench/million.py            some minutes; 4 GB of disk
    python bench/million.py --quick    50,000 rows, under a minute

Rows are arrays in a NPY file, mapped. Each step is a process of its own. Memory is above that of
`import torch, numba, pyarrow, cv2`: first what is the process's own (anonymous), then with the pages of mapped files,
which the system takes back when it needs them. The lines for 100 million are a rule of three, no measurement.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
from importlib.metadata import version
from pathlib import Path

import numpy as np
from pairs import keep

PROGRAM = """
import json, sys, time
import torch, numba, pyarrow, cv2
import numpy as np
step, folder, rows = sys.argv[1], sys.argv[2], int(sys.argv[3])
def state():
    found = dict(line.split(':') for line in open('/proc/self/status') if line.startswith(('RssAnon', 'VmHWM')))
    return {name: int(value.split()[0]) / 1024 for name, value in found.items()}
print(json.dumps(state()), flush=True)
import hardy
from pathlib import Path
from hardy.dataset import ArrayReader, Dataset
from hardy.dataset.dataset import make_table
from hardy.dataset.identity import sample_id
def data(name, count):
    pixels = np.load(Path(folder) / f'{name}.npy', mmap_mode='r')[:count]
    names = [f'{name}/{row:08d}' for row in range(count)]
    table = make_table(id=[sample_id(n) for n in names], uri=names, label=np.arange(count) % 10)
    classes = tuple('abcdefghij')
    return Dataset(table, classes, ArrayReader(pixels), np.arange(count), 'memory')
store = Path(folder) / 'a.hardy'
given = data('more', 1000) if step == 'append' else data('rows', rows) if step == 'pack' else None
began = time.perf_counter()
if step == 'pack':
    hardy.pack(given, store, profile='raw', size=(32, 32), channels=3)
elif step == 'open':
    opened = hardy.open(store)
    opened.reader.read_batch(np.arange(0, len(opened), max(1, len(opened) // 256))[:256])
elif step == 'append':
    assert hardy.append(store, given).added == 1000
else:
    assert not hardy.verify(store).problems
print(json.dumps({'seconds': time.perf_counter() - began, **state()}), flush=True)
"""


def run(step: str, folder: Path, rows: int) -> dict[str, float]:
    """One step; the highest anonymous memory is sampled from outside, as the kernel keeps no record of it."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, step, str(folder), str(rows)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    before = json.loads(process.stdout.readline())
    peak, stop = [0.0], threading.Event()

    def watch() -> None:
        while not stop.wait(0.02):
            try:
                status = Path(f"/proc/{process.pid}/status").read_text()
            except OSError:
                return
            anonymous = next((line for line in status.splitlines() if line.startswith("RssAnon")), "RssAnon: 0 kB")
            peak[0] = max(peak[0], int(anonymous.split()[1]) / 1024)

    watching = threading.Thread(target=watch)
    watching.start()
    line = process.stdout.readline()
    process.wait()
    stop.set()
    watching.join()
    if not line:
        sys.exit(f"{step} failed")
    after = json.loads(line)
    return {
        "seconds": after["seconds"],
        "anonymous_mb": peak[0] - before["RssAnon"],
        "resident_mb": after["VmHWM"] - before["VmHWM"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="50,000 rows")
    rows = 50_000 if parser.parse_args().quick else 1_000_000
    versions = {name: version(name) for name in ("pyarrow", "numpy", "numba")}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generator = np.random.default_rng(0)
        for file, count in (("rows", rows), ("more", 1_000)):
            out = np.lib.format.open_memmap(folder / f"{file}.npy", "w+", np.uint8, (count, 32, 32, 3))
            for start in range(0, count, 10_000):
                out[start : start + 10_000] = generator.integers(0, 256, out[start : start + 10_000].shape, np.uint8)
            out.flush()
            del out
        for step in ("pack", "open", "append", "verify"):
            found = run(step, folder, rows)
            print(
                f"{step} {rows:,} rows {found['seconds']:.2f} s, {found['anonymous_mb']:.0f} MB of its own, "
                f"{found['resident_mb']:.0f} MB with mapped files",
                flush=True,
            )
            hundred = 1e8 / rows
            print(f"  100 million, by rule of three: {found['seconds'] * hundred / 3600:.2f} h, "
                  f"{found['anonymous_mb'] * hundred / 1024:.0f} GB", flush=True)  # fmt: skip
            keep("million", {"name": f"{step} {rows} rows", **found}, versions)


if __name__ == "__main__":
    main()
