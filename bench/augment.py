"""The augmentation pipeline against Albumentations, torchvision v2, Kornia and imgaug, decoded pictures, one thread.

    make bench-augment                     installs the peers into .venv-bench, and runs this; about ten minutes
    python bench/augment.py --quick        under a minute, where the peers are installed already

Random-resized-crop, flip, affine, colour jitter, normalise → float32 CHW, batches of 64 (16 at 512): 32 → 32,
256 → 224, 512 → 512. Both sides alternate. `name value unit | peer value | ratio [its 95% interval]`; over 1 we are
faster. Everything counts: drawing the numbers as well as touching the pixels. Peers are called as their manuals say:
Albumentations an image at a time (arrays), torchvision v2 an image at a time (tensors), Kornia and imgaug a batch. PSNR
is of geometry alone, against one OpenCV warp of the same matrices, and against our own float64. At the end two threads,
and the time to the first batch, with nothing compiled and with all; `augment_singles.py` has each transform alone.
"""

import argparse
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from tempfile import TemporaryDirectory
from typing import Any

os.environ["NO_ALBUMENTATIONS_UPDATE"] = "1"  # it asks a server at import otherwise

import cv2
import numpy as np
from augment_peers import PEERS, Settings
from pairs import keep, report, time_pair

import hardy
from hardy.augmentation import apply
from hardy.augmentation.fuse import fuse
from hardy.rng import id_words

BATCH = 64
SIZES = {32: 32, 224: 256, 512: 512}  # output: input
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
PACKAGES = ("albumentations", "torchvision", "kornia", "imgaug", "numpy", "opencv-python", "numba", "torch")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a second a pair, Albumentations only")
    quick = parser.parse_args().quick
    warnings.filterwarnings("ignore")
    cv2.setNumThreads(1)
    versions = {name: found for name in PACKAGES if (found := installed(name))}
    print("; ".join(f"{name} {number}" for name, number in versions.items()), "; one thread each", flush=True)
    for size, source in SIZES.items():
        images = photos(source, BATCH if size < 512 else BATCH // 4)
        for settings in (Settings(size), Settings(size, hue=0.1), Settings(size, area=True)):
            if quick and settings != Settings(size):
                continue
            ours = pipeline(settings, images)
            for name, make in PEERS.items():
                if quick and name != "Albumentations":
                    continue
                try:
                    peer = make(settings, images, MEAN, STD)
                    peer()
                except Exception as error:  # a peer that does not run here is said, and left out
                    print(f"{name} is left out: {type(error).__name__}: {str(error)[:90]}", file=sys.stderr)
                    continue
                pair = time_pair(ours, peer, 1.0 if quick else 6.0)
                note = f" batch={len(images)} ({pair.ours_ms / len(images) * 1e3:.1f} µs an image)"
                report("augment", f"pipeline {size} {settings.title}", name, pair, versions, note)
        nearness(size, images, versions)
        limit(size, images, versions)
    threads(versions)
    starts(versions)


def starts(versions: dict[str, str]) -> None:
    """How long a fresh process takes to its first batch: with nothing compiled, and with what that has left behind."""
    with TemporaryDirectory() as folder:
        for name in ("cold", "warm"):
            run = subprocess.run(
                [sys.executable, "-c", _FIRST],
                env={**os.environ, "HARDY_CACHE": folder},
                capture_output=True,
                text=True,
                check=True,
            )
            seconds = float(run.stdout)
            print(f"start {name}: {seconds:.2f} s from the import's end to the first batch of 64 at 224", flush=True)
            keep("augment", {"name": f"start {name}", "seconds": seconds}, versions)


_FIRST = """
import time, numpy as np, hardy
from hardy.augmentation import apply
from hardy.rng import id_words
began = time.perf_counter()
alter = hardy.Compose([hardy.RandomResizedCrop((224, 224)), hardy.HorizontalFlip(), hardy.Affine(rotate=(-15, 15), p=1),
                       hardy.ColorJitter(p=1)])
plan = alter.plan(id_words([f"{n:032x}" for n in range(64)]), 0, (256, 256))
apply(plan, np.zeros((64, 256, 256, 3), np.uint8), output="float32", layout="NCHW", mean=0.5, std=0.2)
print(time.perf_counter() - began)
"""


def photos(size: int, count: int) -> np.ndarray:
    """Made ones, with detail of every scale; what is on them costs no side anything."""
    generator, total = np.random.default_rng(0), np.zeros((count, size, size, 3), np.float32)
    for scale in (1, 4, 16):
        small = generator.normal(0, 25, (count, -(-size // scale), -(-size // scale), 3)).astype(np.float32)
        total += np.stack([cv2.resize(each, (size, size), interpolation=cv2.INTER_CUBIC) for each in small])
    return (total + 128).clip(0, 255).astype(np.uint8)


def compose(settings: Settings, colour: bool = True) -> hardy.Compose:
    transforms: list[Any] = [
        hardy.RandomResizedCrop(
            (settings.size, settings.size), scale=(0.3, 1), area_for_downscale="image" if settings.area else None
        ),
        hardy.HorizontalFlip(),
        hardy.Affine(
            rotate=(-15, 15), scale=(0.9, 1.1), translate_percent=(-0.05, 0.05), p=1,
            interpolation="area" if settings.area else "linear",
        ),
    ]  # fmt: skip
    if colour:
        transforms.append(jitter(settings))
    return hardy.Compose(transforms, seed=0)


def jitter(settings: Settings) -> Any:
    from hardy.augmentation import TRANSFORMS

    if "ColorJitter" in TRANSFORMS:
        return TRANSFORMS["ColorJitter"](0.2, 0.2, 0.2, settings.hue, p=1)  # type: ignore[call-arg]
    from augment_peers import Jitter

    return Jitter(hue=settings.hue)


def pipeline(settings: Settings, images: np.ndarray) -> Callable[[], Any]:
    alter, words = compose(settings), id_words([f"{n * 0x9E3779B97F4A7C15:032x}" for n in range(1, len(images) + 1)])
    out = np.empty((len(images), 3, settings.size, settings.size), np.float32)
    epoch = iter(range(10**9))

    def run() -> Any:
        plan = alter.plan(words, next(epoch), images.shape[1:3])
        return apply(plan, images, output="float32", layout="NCHW", mean=MEAN, std=STD, out=out)

    return run


def nearness(size: int, images: np.ndarray, versions: dict[str, str]) -> None:
    """PSNR between ours and OpenCV's single warp of the same matrix."""
    words = id_words([f"{n:032x}" for n in range(1, len(images) + 1)])
    plan = compose(Settings(size), colour=False).plan(words, 0, images.shape[1:3])
    stage = fuse(plan)[0]
    assert stage.matrices is not None
    ours = apply(plan, images)
    truth = apply(plan[:4], images[:4], backend="reference", output="float32") * 255
    errors, floor = [], []
    for row, (image, matrix) in enumerate(zip(images, stage.matrices, strict=True)):
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        errors.append(cv2.warpAffine(image, matrix[:2], (size, size), flags=flags).astype(float) - ours[row])
        if row < len(truth):
            floor.append(ours[row] - truth[row])
    between, ours_to_truth = (float(10 * np.log10(255**2 / np.mean(np.square(e)))) for e in (errors, floor))
    print(
        f"psnr {size} OpenCV {between:.1f} dB to ours; ours {ours_to_truth:.1f} dB to float64 before rounding",
        flush=True,
    )
    keep("augment", {"name": f"psnr {size}", "opencv_db": between, "reference_db": ours_to_truth}, versions)


def limit(size: int, images: np.ndarray, versions: dict[str, str]) -> None:
    """Nanoseconds an output pixel of the fused pass alone, and of memcpy of the same bytes."""
    words = id_words([f"{n:032x}" for n in range(1, len(images) + 1)])
    plan = compose(Settings(size)).plan(words, 0, images.shape[1:3])
    out = np.empty((len(images), 3, size, size), np.float32)
    other = np.ones_like(out)
    options = {"output": "float32", "layout": "NCHW", "mean": MEAN, "std": STD, "out": out}
    pair = time_pair(partial(apply, plan, images, **options), partial(np.copyto, out, other), 1.0)
    pixels = len(images) * size * size
    note = f" ({pair.ours_ms * 1e6 / pixels:.2f} ns a pixel; memcpy {pair.peer_ms * 1e6 / pixels:.2f})"
    report("augment", f"fused pass {size}", "memcpy of the output", pair, versions, note)


def threads(versions: dict[str, str]) -> None:
    """How much faster two threads are than one, beside two threads that only compute."""
    images = photos(256, BATCH)
    halves = [pipeline(Settings(224), images[: BATCH // 2]), pipeline(Settings(224), images[BATCH // 2 :])]
    spin = [np.random.default_rng(n).random((400, 400)) for n in range(2)]
    with ThreadPoolExecutor(2) as pool:
        for name, work in (("pipeline 224", halves), ("compute alone", [partial(_spin, each) for each in spin])):
            one, two = [], []
            for _ in range(9):
                began = time.perf_counter()
                for call in work:
                    call()
                middle = time.perf_counter()
                list(pool.map(lambda call: call(), work))
                one.append(middle - began)
                two.append(time.perf_counter() - middle)
            ratio = float(np.median(np.array(one) / np.array(two)))
            print(f"threads {name} {np.median(two) * 1e3:.2f} ms | one thread {np.median(one) * 1e3:.2f} | {ratio:.2f}")
            keep("augment", {"name": f"threads {name}", "ratio": ratio}, versions)


def _spin(values: np.ndarray) -> None:
    for _ in range(20):
        np.sqrt(values)


def installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


if __name__ == "__main__":
    main()
