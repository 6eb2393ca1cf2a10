"""Listing a folder: 200,000 small files in 100 class folders, files a second and memory, against those who list too.

    python bench/scan.py            with the peers that are installed, in turn; then with 1,000,000 files
    python bench/scan.py --quick    10,000 files, then 50,000

Each measurement is a process of its own, so that its memory is its own; the page cache is warm. torchvision's
`ImageFolder` keeps names and labels only; hardy keeps ids, relative paths, labels and sides in an Arrow table; Hugging
Face's `imagefolder` copies the listing into a cache of its own, which is emptied each time; it is left out of the
larger listing, which would take it minutes. All files are files of their own, no links, in the folder for temporary
files: 1,000,000 of them take as many inodes and about 4 GB for as long as the script runs.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from pairs import keep

VERSIONS = {name: version(name) for name in ("pyarrow", "numpy")}
SIDES = {
    "hardy": "import hardy.sources, torch, numba, pyarrow, cv2",
    "torchvision": "import torchvision_operators, torchvision.datasets, torch, numba, pyarrow, cv2",
    "datasets": "import datasets, torch, numba, pyarrow, cv2",
}
WORK = {
    "hardy": "n = len(hardy.sources.open_source(pathlib.Path(root)))",
    "torchvision": "n = len(torchvision.datasets.ImageFolder(root).samples)",
    "datasets": "n = len(datasets.load_dataset('imagefolder', data_dir=root, split='train', cache_dir=cache))",
}
PROGRAM = """
import json, pathlib, resource, sys, time
root, cache = sys.argv[1:3]
{imports}
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
began = time.perf_counter()
{work}
seconds = time.perf_counter() - began
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps(dict(n=n, seconds=seconds, megabytes=(after - before) / 1024)))
"""


def make_files(root: Path, files: int, present: int = 0, folders: int = 100) -> None:
    """Small files named as pictures, up to so many: what is in them is not read."""
    began = time.perf_counter()
    for folder in range(folders):
        inside = root / f"class-{folder:03d}"
        inside.mkdir(exist_ok=True)
        for number in range(present // folders, files // folders):
            (inside / f"picture-{number:06d}.jpg").write_bytes(b"\xff\xd8\xff")
    print(f"{files:,} files, made in {time.perf_counter() - began:.0f} s", flush=True)


def measure(side: str, root: Path) -> dict[str, float]:
    """One listing in a process of its own."""
    program = PROGRAM.format(imports=SIDES[side], work=WORK[side])
    with tempfile.TemporaryDirectory() as cache:
        line = [sys.executable, "-W", "ignore", "-c", program, str(root), cache]
        result = subprocess.run(line, capture_output=True, text=True, check=True, cwd=Path(__file__).parent)
    return json.loads(result.stdout.splitlines()[-1])


def compare(root: Path, files: int, peer: str, rounds: int) -> float:
    """The two sides in turn; our median in seconds."""
    rows = [(measure("hardy", root), measure(peer, root)) for _ in range(rounds)]
    if any(row["n"] != files for pair in rows for row in pair):
        raise SystemExit(f"hardy or {peer} found another number than {files:,} files")
    ours, theirs = (
        {key: statistics.median(pair[side][key] for pair in rows) for key in ("seconds", "megabytes")}
        for side in (0, 1)
    )
    ratios = sorted(theirs["seconds"] / ours["seconds"] for ours, theirs in rows)
    print(
        f"open {files:,} files {files / ours['seconds']:,.0f} files/s, {ours['megabytes']:.0f} MB above the imports | "
        f"{peer} {files / theirs['seconds']:,.0f} files/s, {theirs['megabytes']:.0f} MB | "
        f"{statistics.median(ratios):.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f}) n={rounds}",
        flush=True,
    )
    keep("scan", {"name": f"open {files}", "peer": peer, "ours": ours, "theirs": theirs, "ratios": ratios}, VERSIONS)
    return ours["seconds"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="10,000 files, then 50,000")
    quick = parser.parse_args().quick
    files = 10_000 if quick else 200_000
    peers = [peer for peer in ("torchvision", "datasets") if find_spec(peer)]
    VERSIONS.update({name: version(name) for name in peers})
    print("; ".join(f"{name} {number}" for name, number in VERSIONS.items()), "; each in a process of its own")
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        make_files(root, files)
        before = compare(root, files, "torchvision", rounds=5 if quick else 11) if "torchvision" in peers else 0.0
        if "datasets" in peers:
            compare(root, files, "datasets", rounds=1)
        if "torchvision" in peers:
            make_files(root, 5 * files, files)
            after = compare(root, 5 * files, "torchvision", rounds=5 if quick else 11)
            print(f"growth: 5 times the files take {after / before:.2f} times as long")


if __name__ == "__main__":
    main()
