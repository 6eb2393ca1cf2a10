"""Batches for a network from a store of pixels and from JPEGs, against those who do it too, on two cores.

    make bench-peers && HARDY_DATA=… .venv-bench/bin/python bench/loader.py            an hour
    make bench-peers && HARDY_DATA=… .venv-bench/bin/python bench/loader.py --quick    one round of a second each

*cifar* 32×32×3 and *mnist* 28×28×1 from pixels, batches of 256; *flowers* and *large-photos* from JPEGs to 224×224,
batches of 64. All sides do the same five steps and give float32 tensors, see bench/loader_sides.py. Every run is a
process of its own on two cores, files in the page cache; five rounds, the sides of each in a random order. A run counts
the batches of eight seconds after the first one. Memory is the highest sum of PSS over all processes, above that of
`import torch, numba, pyarrow, cv2`, in a round of its own. The ceiling decodes and does nothing else.

`name value unit | peer value | ratio [lowest, highest round]`; over 1 we are better. Goals: 25 times the best peer on
cifar; 85% of the ceiling and 2.5 times on flowers, first batch in half a second, less memory than peers with two
workers; 3 times on large-photos.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from footprint import Footprint, measure
from ingest import make_files, versions
from pairs import keep

SIDES = Path(__file__).with_name("loader_sides.py")
WORKERS = (
    "albumentations_0",
    "albumentations_1",
    "albumentations_2",
    "torchvision_0",
    "torchvision_1",
    "torchvision_2",
)
SMALL = ("hardy_2", "hardy_1", *WORKERS, "kornia", "keras", "hf_datasets", "spdl")
PHOTOS = (
    "hardy_2",
    "hardy_scaled",
    "ceiling",
    *WORKERS,
    "keras",
    "hf_datasets",
    "spdl",
    "webdataset",
    "grain",
    "litdata",
)

TASKS = (
    ("cifar", "cifar10", 0),
    ("mnist", "mnist", 0),
    ("flowers", "flowers", 4_000),
    ("large-photos", "large-photos", 200),
)


def make_small(data: Path, root: Path, name: str) -> None:
    """Pixels as a raw store of ours, as one array, and as a saved HF dataset."""
    import hardy

    opened = hardy.open(data / name)
    opened = opened.split("train") if "train" in opened.split_sizes() else opened
    opened = opened.select(np.arange(min(len(opened), 50_000)))
    hardy.pack(opened, root / "a.hardy", profile="raw")
    store = hardy.open(root / "a.hardy")
    images = store.reader.read_batch(np.arange(len(store)))  # type: ignore[attr-defined]
    np.save(root / "images.npy", images)
    try:
        import datasets
    except ImportError:
        return
    features = datasets.Features({"image": datasets.Array3D(images.shape[1:], "uint8")})
    file = str(root / "images.npy")
    rows = datasets.Dataset.from_generator(
        _rows, features=features, gen_kwargs={"file": file}, cache_dir=str(root / "c")
    )
    rows.save_to_disk(str(root / "hf"))


def _rows(file: str) -> Iterator[dict[str, np.ndarray]]:
    for image in np.load(file, mmap_mode="r"):
        yield {"image": image}


def make_photos(data: Path, root: Path, name: str, count: int) -> None:
    """Files in a folder per class, and what WebDataset and LitData want."""
    import tarfile

    make_files(data / name, root / "photos", count)
    files = sorted(root.glob("photos/*/*.jpg"))
    (root / "shards").mkdir()
    for number in range(2):
        with tarfile.open(root / "shards" / f"{number}.tar", "w") as shard:
            for place, file in enumerate(files[number::2]):
                shard.add(file, f"{place:06d}.jpg")
    try:
        import litdata
    except ImportError:
        return
    litdata.optimize(
        fn=_item, inputs=[str(file) for file in files], output_dir=str(root / "litdata"), chunk_bytes="64MB",
        num_workers=1,
    )  # fmt: skip


def _item(file: str) -> dict[str, object]:
    from PIL import Image

    return {"image": Image.open(file)}


def run(side: str, kind: str, root: Path, cores: set[int], seconds: float, memory: bool) -> Footprint | None:
    try:
        return measure(SIDES, [side, kind, str(root), str(seconds)], cores, 900, memory)
    except RuntimeError as error:
        print(f"{side} is left out: {str(error).strip().splitlines()[-1:]}", file=sys.stderr, flush=True)
        return None


def rates(runs: list[Footprint]) -> list[float]:
    return [one.found["images"] / one.seconds for one in runs]


def compare(title: str, kind: str, root: Path, sides: tuple[str, ...], rounds: int, seconds: float) -> None:
    cores = set(sorted(os.sched_getaffinity(0))[:2])
    found: dict[str, list[Footprint]] = {side: [] for side in sides}
    for number in range(rounds):
        for side in random.Random(number).sample(sides, len(sides)):
            if len(found[side]) == number and (one := run(side, kind, root, cores, seconds, False)):
                found[side].append(one)
    done = {side: runs for side, runs in found.items() if len(runs) == rounds}
    for side, runs in done.items():
        one = run(side, kind, root, cores, min(seconds, 4.0), True)
        peak = one.peak_mb if one else float("nan")
        first = statistics.median(each.found["first_s"] for each in runs)
        cost = statistics.median(each.found["processor_s"] / each.found["images"] * 1000 for each in runs)
        low, high = min(rates(runs)), max(rates(runs))
        keep("loader", {"name": f"{title} {side}", "rates": rates(runs), "first_s": first, "cpu_s_per_1000": cost,
                        "peak_mb": round(peak)}, versions())  # fmt: skip
        print(f"  {side:<17}{statistics.median(rates(runs)):9,.0f} images/s [{low:,.0f}, {high:,.0f}] "
              f"{cost:7.3f} s of processor per 1,000 {peak:6,.0f} MB, first {first:.2f} s", flush=True)  # fmt: skip
    peers = [side for side in done if not side.startswith(("hardy", "ceiling"))]
    for ours in [side for side in done if side.startswith("hardy")]:
        best = max(peers, key=lambda side: statistics.median(rates(done[side])), default=None)
        for other in filter(None, ("ceiling" if "ceiling" in done else None, best)):
            ratios = sorted(mine / theirs for mine, theirs in zip(rates(done[ours]), rates(done[other]), strict=True))
            print(f"{title} {ours} {statistics.median(rates(done[ours])):,.0f} images/s | {other} "
                  f"{statistics.median(rates(done[other])):,.0f} | ratio {statistics.median(ratios):.2f} "
                  f"[{ratios[0]:.2f}, {ratios[-1]:.2f}] n={rounds}", flush=True)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one round of a second each")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--only", choices=("cifar", "mnist", "flowers", "large-photos"))
    parser.add_argument("--sides", help="some of them, with commas")
    parser.add_argument("--work", type=Path, help="where files are made, 3 GB; a temporary folder by default")
    arguments = parser.parse_args()
    data = os.environ.get("HARDY_DATA")
    if not data:
        sys.exit("HARDY_DATA is not set: it names the folder with cifar10/, mnist/, flowers/ and large-photos/")
    rounds, seconds = (1, 1.0) if arguments.quick else (arguments.rounds, arguments.seconds)
    print("; ".join(f"{name} {number}" for name, number in versions().items()))
    for title, source, count in TASKS:
        if arguments.only not in (None, title):
            continue
        with tempfile.TemporaryDirectory(dir=arguments.work) as name:
            root, kind = Path(name), "photos" if count else "small"
            if count:
                make_photos(Path(data), root, source, count)
            else:
                make_small(Path(data), root, source)
            wanted = PHOTOS if count else SMALL
            sides = tuple(side for side in wanted if not arguments.sides or side in arguments.sides.split(","))
            cores = set(sorted(os.sched_getaffinity(0))[:2])
            run("hardy_2", kind, root, cores, 1.0, False)  # compiled once
            print(f"{title}: {rounds} rounds of {seconds:g} s", flush=True)
            compare(title, kind, root, sides, rounds, seconds)


if __name__ == "__main__":
    main()
