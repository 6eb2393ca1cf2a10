"""From folders of photos to 224×224: images a second and memory, against those who do it too, on two cores.

    make bench-peers && HARDY_DATA=… .venv-bench/bin/python bench/ingest.py            about half an hour
    make bench-peers && HARDY_DATA=… .venv-bench/bin/python bench/ingest.py --quick    few files, one round

Two tables. *memory*: pixels as one uint8 array in memory. *disk*: a store, synced. The files are `flowers` repeated to
4,000 and `large-photos` to 200, each copy with a JPEG comment of its own, so that no two are equal; they are in the
page cache. Each measurement is a process of its own, on two cores; all sides in turn, three rounds. What a side imports
is loaded before the clock starts. Memory is the highest sum of PSS over all its processes, above that of
`import torch, numba, pyarrow, cv2`, in a round of its own, as watching takes time. PSNR is against Lanczos in float64.
hardy_scaled decodes large JPEGs of training rows at a smaller scale, as `hardy pack` does by default; hardy_exact does
not (`--exact`), and hardy_area_… shrink with `--filter area`, as OpenCV's loop does. The ceiling is our decoder
and resizing on two threads over bytes in memory, and nothing else.

`name value unit | peer value | ratio [lowest, highest round]`; over 1 we are better. Goals: 85% of the ceiling; 1.5
times the best peer on flowers and 4 times on large-photos, at equal or better PSNR and half its memory.
"""

import argparse
import os
import shutil
import statistics
import struct
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from footprint import Footprint, measure
from pairs import keep

MEMORY = (
    "hardy_area_exact",
    "hardy_area_scaled",
    "hardy_exact",
    "hardy_scaled",
    "pillow",
    "opencv",
    "torchvision",
    "keras",
    "datasets_map",
)
DISK = ("hardy_pack_exact", "hardy_pack_scaled", "gapcv", "datasets_disk")
PEERS = ("torchvision", "keras", "grain", "datasets", "gapcv", "pillow", "opencv-python-headless", "simplejpeg")
SIDES = Path(__file__).with_name("ingest_sides.py")


def versions() -> dict[str, str]:
    found = {}
    for name in ("hardy", "torch", *PEERS):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def make_files(source: Path, root: Path, count: int) -> int:
    """The JPEGs of a folder, over and over, each with a comment of its own; classes as they are, or one."""
    files = sorted(file for file in source.rglob("*") if file.is_file() and file.read_bytes()[:2] == b"\xff\xd8")
    made = 0
    while made < count:
        for file in files:
            data = file.read_bytes()
            comment = b"%08d" % made
            marked = data[:2] + b"\xff\xfe" + struct.pack(">H", 2 + len(comment)) + comment + data[2:]
            # A flat folder has no classes; packing wants two.
            name = file.parent.name if file.parent != source else f"half-{made % 2}"
            (root / name).mkdir(parents=True, exist_ok=True)
            (root / name / f"{made:06d}.jpg").write_bytes(marked)
            made += 1
    return made


def run(side: str, root: Path, cores: set[int], memory: bool = False) -> Footprint | None:
    with tempfile.TemporaryDirectory(dir=root.parent) as out:
        try:
            return measure(SIDES, [side, str(root), out], cores, 1_800, memory)
        except RuntimeError as error:
            print(f"{side} is left out: {str(error).strip().splitlines()[-1:] or error}", file=sys.stderr)
            return None


def compare(
    title: str, table: str, names: tuple[str, ...], root: Path, count: int, rounds: int, cores: set[int]
) -> None:
    sides = [*names, "ceiling_exact", "ceiling_scaled"]
    found: dict[str, list[Footprint]] = {side: [] for side in sides}
    for number in range(rounds):
        for side in sides if number % 2 == 0 else sides[::-1]:
            if len(found[side]) == number and (one := run(side, root, cores)):
                found[side].append(one)
    done = {side: runs for side, runs in found.items() if len(runs) == rounds}
    occupied = {side: one.peak_mb for side in done if (one := run(side, root, cores, memory=True))}
    for side, runs in done.items():
        keep("ingest", {"name": f"{table} {title} {side}", "seconds": [one.seconds for one in runs], "images": count,
                        "peak_mb": round(occupied.get(side, 0)), **runs[0].found}, versions())  # fmt: skip
        figures = f"{rate(runs, count):8,.0f} images/s {occupied.get(side, 0):7,.0f} MB{extras(runs[0])}"
        print(f"  {side:<20} {figures}", flush=True)
    ours = [side for side in done if side.startswith("hardy")]
    peers = [side for side in done if not side.startswith(("hardy", "ceiling"))]
    for side in ours:
        ceiling = "ceiling_exact" if side.endswith("exact") else "ceiling_scaled"
        if ceiling in done:
            line(f"{table} {title} {side}", done[side], ceiling, done[ceiling], count)
        if peers:
            best = max(peers, key=lambda peer: rate(done[peer], count))
            line(f"{table} {title} {side}", done[side], best, done[best], count)
            small = occupied.get(side, 0) / max(1.0, occupied.get(best, 0))
            print(f"memory of {table} {title} {side} {occupied.get(side, 0):,.0f} MB | "
                  f"{best} {occupied.get(best, 0):,.0f} | ratio {1 / max(small, 1e-9):.2f}", flush=True)  # fmt: skip


def rate(runs: list[Footprint], count: int) -> float:
    return count / statistics.median(one.seconds for one in runs)


def extras(one: Footprint) -> str:
    parts = [f" {one.found['processor_s']:6.1f} s of processor"]
    parts += [f" {one.found['psnr']:.2f} dB"] if "psnr" in one.found else []
    parts += [f" {one.found['megabytes']:,.0f} MB on disk"] if "megabytes" in one.found else []
    return "".join(parts)


def line(name: str, ours: list[Footprint], peer: str, theirs: list[Footprint], count: int) -> None:
    ratios = sorted(other.seconds / mine.seconds for mine, other in zip(ours, theirs, strict=True))
    print(
        f"{name} {rate(ours, count):,.0f} images/s | {peer} {rate(theirs, count):,.0f} | "
        f"ratio {statistics.median(ratios):.2f} [{ratios[0]:.2f}, {ratios[-1]:.2f}] n={len(ratios)}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few files, one round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=("memory", "disk"))
    parser.add_argument("--work", type=Path, help="where files are made, 3 GB; a temporary folder by default")
    arguments = parser.parse_args()
    data = os.environ.get("HARDY_DATA")
    if not data:
        sys.exit("HARDY_DATA is not set: it names the folder with flowers/ and large-photos/")
    cores = set(sorted(os.sched_getaffinity(0))[:2])
    print("; ".join(f"{name} {number}" for name, number in versions().items()), f"; {len(cores)} cores")
    counts = {"flowers": 300, "large-photos": 12} if arguments.quick else {"flowers": 4_000, "large-photos": 200}
    rounds = 1 if arguments.quick else arguments.rounds
    with tempfile.TemporaryDirectory(dir=arguments.work) as name:
        for title, wanted in counts.items():
            root = Path(name) / title
            count = make_files(Path(data) / title, root, wanted)
            run("hardy_exact", root, cores)  # compiled once, and the files are in memory
            for table, names in (("memory", MEMORY), ("disk", DISK)):
                if arguments.only in (None, table):
                    print(f"{table}, {title}: {count:,} files, {rounds} rounds", flush=True)
                    compare(title, table, names, root, count, rounds, cores)
            shutil.rmtree(root)


if __name__ == "__main__":
    main()
