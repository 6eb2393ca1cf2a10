"""Listing a folder: 200,000 small files in 100 class folders, files a second and memory, against those who list too.

    python bench/scan.py            with the peers that are installed, three rounds in turn
    python bench/scan.py --quick    20,000 files

Each measurement is a process of its own, so that its memory is its own; the page cache is warm. torchvision's
`ImageFolder` keeps names and labels only; hardy keeps ids, relative paths, labels and sides in an Arrow table; Hugging
Face's `imagefolder` copies the listing into a cache of its own, which is emptied each time.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

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


def make_files(root: Path, files: int, folders: int = 100) -> None:
    """Small files named as pictures: what is in them is not read."""
    for folder in range(folders):
        (root / f"class-{folder:03d}").mkdir()
        for number in range(files // folders):
            (root / f"class-{folder:03d}" / f"picture-{number:06d}.jpg").write_bytes(b"\xff\xd8\xff")


def measure(side: str, root: Path) -> dict[str, float]:
    """One listing in a process of its own."""
    program = PROGRAM.format(imports=SIDES[side], work=WORK[side])
    with tempfile.TemporaryDirectory() as cache:
        line = [sys.executable, "-W", "ignore", "-c", program, str(root), cache]
        result = subprocess.run(line, capture_output=True, text=True, check=True, cwd=Path(__file__).parent)
    return json.loads(result.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="20,000 files")
    parser.add_argument("--files", type=int, default=200_000)
    arguments = parser.parse_args()
    files = 20_000 if arguments.quick else arguments.files
    sides = [side for side in SIDES if side == "hardy" or find_spec(side)]
    with tempfile.TemporaryDirectory() as name:
        began = time.perf_counter()
        make_files(Path(name), files)
        print(f"{files:,} files made in {time.perf_counter() - began:.0f} s; sides: {', '.join(sides)}", flush=True)
        rounds: dict[str, list[dict[str, float]]] = {side: [] for side in sides}
        for _ in range(3):
            for side in sides:
                rounds[side].append(measure(side, Path(name)))
    own = statistics.median(row["seconds"] for row in rounds["hardy"])
    memory = statistics.median(row["megabytes"] for row in rounds["hardy"])
    print(f"hardy.open {files / own:,.0f} files/s, {memory:.0f} MB above the imports")
    for side in sides[1:]:
        theirs = statistics.median(row["seconds"] for row in rounds[side])
        ratios = sorted(
            peer["seconds"] / mine["seconds"] for peer, mine in zip(rounds[side], rounds["hardy"], strict=True)
        )
        megabytes = statistics.median(row["megabytes"] for row in rounds[side])
        print(
            f"open {files / own:,.0f} files/s | {side} {files / theirs:,.0f} files/s, {megabytes:.0f} MB | "
            f"ratio {statistics.median(ratios):.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f})"
        )


if __name__ == "__main__":
    main()
