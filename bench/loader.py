"""Batches for a network from a store of pixels and from JPEGs, against those who do it too, on two cores.

    make bench-peers && HARDY_DATA=… .venv-bench/bin/python bench/loader.py            an hour and a half
    make bench-peers && HARDY_DATA=… .venv-bench/bin/python bench/loader.py --short    20 minutes
    make bench-peers && HARDY_DATA=… .venv-bench/bin/python bench/loader.py --quick    one round of half a second each

*cifar* 32×32×3 and *mnist* 28×28×1 from pixels, batches of 256; *flowers* and *large-photos* from JPEGs to 224×224,
batches of 64. All sides do the same five steps and give float32 tensors with class numbers, see bench/loader_task.py;
bench/loader_check.py tries whether they do. Every run is a process of its own on two cores, files in the page cache;
five rounds, the sides of each in a random order. A run counts the batches of eight seconds after the first one and a
warm moment. Memory is the highest sum of PSS over all processes, above that of `import torch, numba, pyarrow, cv2`, in
a round of its own. The ceiling decodes and does nothing else. `--short`: a second each, and peers that come to less
than a third of the best one's rate in the first round are not measured again.

`name value unit | peer value | ratio [lowest, highest round]`; over 1 we are better. Goals: 25 times the best peer on
cifar; 85% of the ceiling and 2.5 times on flowers, first batch in half a second, less memory than peers with two
workers; 3 times on large-photos.
"""

import argparse
import io
import math
import os
import random
import statistics
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
from footprint import Footprint, measure
from ingest import make_files
from pairs import keep

SIDES = Path(__file__).with_name("loader_sides.py")
WORKERS = tuple(f"{library}_{workers}" for library in ("albumentations", "torchvision") for workers in (0, 1, 2))
OURS = ("hardy_2", "hardy_1", "hardy_scaled", "ceiling")
SMALL = (
    "hardy_2",
    "hardy_1",
    *WORKERS,
    "torch_threads",
    "kornia_1",
    "kornia_2",
    "keras_1",
    "keras_2",
    "hf_datasets",
    "spdl",
)
PHOTOS = (
    "hardy_2", "hardy_1", "hardy_scaled", "ceiling", *WORKERS, "torch_threads", "keras_1", "keras_2", "hf_datasets",
    "spdl", "webdataset", "grain_threads", "grain_processes", "litdata", "ffcv",
)  # fmt: skip
LIBRARIES = (
    "hardy", "torch", "torchvision", "albumentations", "opencv-python-headless", "torchdata", "kornia", "keras",
    "datasets", "spdl", "webdataset", "grain", "litdata",
)  # fmt: skip

TASKS = (
    ("cifar", "cifar10", 0),
    ("mnist", "mnist", 0),
    ("flowers", "flowers", 4_000),
    ("large-photos", "large-photos", 200),
)


def versions() -> dict[str, str]:
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def make_small(data: Path, root: Path, name: str) -> None:
    """Pixels as a raw store of ours, as arrays, and as a saved HF dataset."""
    import hardy

    opened = hardy.open(data / name)
    opened = opened.split("train") if "train" in opened.split_sizes() else opened
    opened = opened.select(np.arange(min(len(opened), 50_000)))
    hardy.pack(opened, root / "a.hardy", profile="raw")
    store = hardy.open(root / "a.hardy")
    save_arrays(root, store.reader.read_batch(np.arange(len(store))), store.labels)  # type: ignore[attr-defined]


def save_arrays(root: Path, images: np.ndarray, labels: np.ndarray) -> None:
    np.save(root / "images.npy", images)
    np.save(root / "labels.npy", labels)
    try:
        import datasets
    except ImportError:
        return
    kinds = {"image": datasets.Array3D(images.shape[1:], "uint8"), "label": datasets.Value("int64")}
    rows = datasets.Dataset.from_generator(
        _rows, features=datasets.Features(kinds), gen_kwargs={"root": str(root)}, cache_dir=str(root / "c")
    )
    rows.save_to_disk(str(root / "hf"))


def _rows(root: str) -> Iterator[dict[str, object]]:
    for image, label in zip(np.load(f"{root}/images.npy", mmap_mode="r"), np.load(f"{root}/labels.npy"), strict=True):
        yield {"image": image, "label": int(label)}


def make_shards(root: Path) -> None:
    """What WebDataset, LitData and HF datasets want, of the files in a folder per class."""
    import tarfile

    files = sorted(root.glob("photos/*/*.jpg"))
    names = sorted({file.parent.name for file in files})
    labels = [names.index(file.parent.name) for file in files]
    (root / "shards").mkdir()
    for number in range(2):
        with tarfile.open(root / "shards" / f"{number}.tar", "w") as shard:
            for place in range(number, len(files), 2):
                shard.add(files[place], f"{place:06d}.jpg")
                word = tarfile.TarInfo(f"{place:06d}.cls")
                word.size = len(str(labels[place]))
                shard.addfile(word, io.BytesIO(str(labels[place]).encode()))
    try:
        import datasets
        import litdata
    except ImportError:
        return
    litdata.optimize(
        fn=_item, inputs=list(zip(map(str, files), labels, strict=True)), output_dir=str(root / "litdata"),
        chunk_bytes="64MB", num_workers=1,
    )  # fmt: skip
    folder = datasets.load_dataset(
        "imagefolder", data_dir=str(root / "photos"), split="train", cache_dir=str(root / "c")
    )
    folder.save_to_disk(str(root / "hf"))


def _item(one: tuple[str, int]) -> dict[str, object]:
    return {"image": Path(one[0]).read_bytes(), "label": one[1]}


def run(side: str, kind: str, root: Path, cores: set[int], seconds: float, memory: bool) -> Footprint | None:
    try:
        return measure(SIDES, [side, kind, str(root), str(seconds)], cores, 900, memory)
    except RuntimeError as error:
        said = str(error).strip().splitlines() or ["it ended without a word"]
        print(f"{side} is left out: {said[-1]}", file=sys.stderr, flush=True)
        return None


def rates(runs: list[Footprint]) -> list[float]:
    return [one.found["images"] / one.seconds for one in runs]


def rate(runs: list[Footprint]) -> float:
    return statistics.median(rates(runs))


def left_behind(found: dict[str, list[Footprint]]) -> set[str]:
    """Peers that come to less than a third of the best one's rate."""
    peers = {side: rate(runs) for side, runs in found.items() if runs and side not in OURS}
    return {side for side, value in peers.items() if value < max(peers.values()) / 3}


def compare(
    title: str, kind: str, root: Path, sides: tuple[str, ...], rounds: int, seconds: float, short: bool
) -> None:
    cores = set(sorted(os.sched_getaffinity(0))[:2])
    found: dict[str, list[Footprint]] = {side: [] for side in sides}
    behind: set[str] = set()
    for number in range(rounds):
        for side in random.Random(number).sample(sides, len(sides)):
            if len(found[side]) == number and (one := run(side, kind, root, cores, seconds, False)):
                found[side].append(one)
        if number == 0 and short:
            behind = left_behind(found)
            sides = tuple(side for side in sides if side not in behind)
    done = {side: runs for side, runs in found.items() if len(runs) == rounds or side in behind}
    for side, runs in done.items():
        one = None if side in behind else run(side, kind, root, cores, min(seconds, 4.0), True)
        describe(title, side, runs, one.peak_mb if one else float("nan"))
    done = {side: runs for side, runs in done.items() if side not in behind}
    peers = [side for side in done if side not in OURS]
    for ours in [side for side in done if side.startswith("hardy")]:
        best = max(peers, key=lambda side: rate(done[side]), default=None)
        for other in filter(None, ("ceiling" if "ceiling" in done else None, best)):
            ratios = sorted(mine / theirs for mine, theirs in zip(rates(done[ours]), rates(done[other]), strict=True))
            print(f"{title} {ours} {rate(done[ours]):,.0f} images/s | {other} {rate(done[other]):,.0f} | ratio "
                  f"{statistics.median(ratios):.2f} [{ratios[0]:.2f}, {ratios[-1]:.2f}] n={rounds}",
                  flush=True)  # fmt: skip


def describe(title: str, side: str, runs: list[Footprint], peak_mb: float) -> None:
    """Print and keep what is found about a side."""
    first = statistics.median(each.found["first_s"] for each in runs)
    cost = statistics.median(each.found["processor_s"] / each.found["images"] * 1000 for each in runs)
    keep("loader", {"name": f"{title} {side}", "rates": rates(runs), "first_s": first, "cpu_s_per_1000": cost,
                    "peak_mb": None if math.isnan(peak_mb) else round(peak_mb)}, versions())  # fmt: skip
    print(f"  {side:<17}{rate(runs):9,.0f} images/s [{min(rates(runs)):,.0f}, {max(rates(runs)):,.0f}] n={len(runs)} "
          f"{cost:7.3f} s of processor per 1,000 {peak_mb:6,.0f} MB, first {first:.2f} s", flush=True)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one round of half a second each")
    parser.add_argument("--short", action="store_true", help="a second each, and peers far behind only once")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=8.0, help="of a measurement")
    parser.add_argument("--only", choices=("cifar", "mnist", "flowers", "large-photos"))
    parser.add_argument("--sides", help="some of them, with commas")
    parser.add_argument("--work", type=Path, help="where files are made, 3 GB; a temporary folder by default")
    arguments = parser.parse_args()
    data = os.environ.get("HARDY_DATA")
    if not data:
        sys.exit("HARDY_DATA is not set: it names the folder with cifar10/, mnist/, flowers/ and large-photos/")
    rounds = 1 if arguments.quick else arguments.rounds
    seconds = 0.5 if arguments.quick else 1.0 if arguments.short else arguments.seconds
    print("; ".join(f"{name} {number}" for name, number in versions().items()))
    for title, source, count in TASKS:
        if arguments.only not in (None, title):
            continue
        with tempfile.TemporaryDirectory(dir=arguments.work) as name:
            root, kind = Path(name), "photos" if count else "small"
            if count:
                make_files(Path(data) / source, root / "photos", count)
                make_shards(root)
            else:
                make_small(Path(data), root, source)
            wanted = PHOTOS if count else SMALL
            sides = tuple(side for side in wanted if not arguments.sides or side in arguments.sides.split(","))
            cores = set(sorted(os.sched_getaffinity(0))[:2])
            run("hardy_2", kind, root, cores, 1.0, False)  # compiled once
            print(f"{title}: {rounds} rounds of {seconds:g} s", flush=True)
            compare(title, kind, root, sides, rounds, seconds, arguments.short)


if __name__ == "__main__":
    main()
