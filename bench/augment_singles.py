"""Every transform alone, on photos of 500×375, one thread: a batch of them, and a picture at a time.

    make bench-augment                       runs this as well
    python bench/augment_singles.py --quick  a third of a second a pair
    python bench/augment_singles.py --only Rotate,Invert

Both sides alternate in one run, and end with pixels in memory of their own: a peer's result that is a view into what
it was given (a crop) is copied as well. The batch is 16 pictures: ours drawn and altered in one go; Albumentations
picture by picture, which is all it has; torchvision v2 and Kornia the whole batch as a tensor, for which torchvision
draws once.
`name value unit | peer value | ratio [its 95% interval]`; over 1 we are faster. PSNR between the results where both
sides do the same. At the end all rows in which a peer is faster.
"""

import argparse
import os
import sys
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

os.environ["NO_ALBUMENTATIONS_UPDATE"] = "1"  # it asks a server at import otherwise

import cv2
import numpy as np
from augment import PACKAGES, installed, photos
from augment_rows import Row, rows
from pairs import Pair, report, time_pair

import hardy
from hardy.augmentation import apply
from hardy.rng import id_words

SIZE_HW = (375, 500)
BATCH = 16
LEVEL = 0.95  # a ratio from here on is called level
FLOOR = 0.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a third of a second a pair")
    parser.add_argument("--only", default="", help="names, separated by commas")
    parser.add_argument("--peers", default="Albumentations,torchvision v2,Kornia", help="names, separated by commas")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    cv2.setNumThreads(1)
    versions = {name: found for name in PACKAGES if (found := installed(name))}
    print("; ".join(f"{name} {number}" for name, number in versions.items()), "; one thread each", flush=True)
    seconds, wanted = 0.3 if options.quick else 2.0, [name for name in options.only.split(",") if name]
    found: dict[str, dict[str, list[float]]] = {"batch": {}, "single": {}}
    for row in rows():
        if wanted and row.title.split()[0] not in wanted:
            continue
        for peer, make in PEERS.items():
            if peer in options.peers.split(","):
                _compare(row, peer, make, seconds, versions, found)
    for interface, ratios in found.items():
        _summary(interface, ratios)


def _compare(row: Row, peer: str, make: Any, seconds: float, versions: dict[str, str], found: Any) -> None:
    images = photos(500, BATCH)[:, : SIZE_HW[0]].copy()
    try:
        sides = make(row, images)
        if sides is None:
            return
        psnr = sides["psnr"]()
    except Exception as error:  # a peer that does not run here is said, and left out
        print(f"{row.title}: {peer} is left out: {type(error).__name__}: {str(error)[:90]}", file=sys.stderr)
        return
    for interface, ours in (("batch", _batch(row, images)), ("single", _single(row, images))):
        if interface not in sides:
            continue
        pair: Pair = time_pair(ours, sides[interface], seconds)
        note = f" PSNR {psnr:.1f} dB" if psnr is not None else ""
        report("augment", f"{interface} {row.title}", peer, pair, versions, note)
        found[interface].setdefault(row.title, []).append(pair.ratio)


def _summary(interface: str, ratios: dict[str, list[float]]) -> None:
    worst = {title: min(values) for title, values in ratios.items()}
    lost = {title: ratio for title, ratio in worst.items() if ratio < LEVEL}
    first = len(worst) - len(lost)
    print(f"{interface}: first or level in {first} of {len(worst)} rows; below {FLOOR} in", end=" ")
    print(sum(ratio < FLOOR for ratio in worst.values()))
    for title, ratio in sorted(lost.items(), key=lambda item: item[1]):
        print(f"  lost {interface} {title} {ratio:.2f}")


def _batch(row: Row, images: np.ndarray) -> Callable[[], Any]:
    alter = hardy.Compose([row.ours])
    words = id_words([f"{n * 0x9E3779B97F4A7C15:032x}" for n in range(1, len(images) + 1)])
    epoch = iter(range(10**9))
    return lambda: apply(alter.plan(words, next(epoch), images.shape[1:3]), images)


def _single(row: Row, images: np.ndarray) -> Callable[[], Any]:
    alter, image, epoch = hardy.Compose([row.ours]), images[0], iter(range(10**9))
    return lambda: alter(image=image, id="ab" * 16, epoch=next(epoch))


def _ours_once(row: Row, images: np.ndarray) -> np.ndarray:
    return np.asarray(hardy.Compose([row.ours])(image=images[0])["image"])


def _albumentations(row: Row, images: np.ndarray) -> dict[str, Callable[[], Any]] | None:
    if row.albumentations is None:
        return None
    import albumentations as A

    alter = A.Compose([row.albumentations(A)], seed=0)
    return {
        "batch": lambda: (
            np.stack([alter(image=image)["image"] for image in images])
            if _keeps_size(row)
            else [alter(image=image)["image"] for image in images]
        ),
        "single": lambda: np.require(alter(image=images[0])["image"], requirements=("C", "O")),
        "psnr": lambda: _psnr(_ours_once(row, images), alter(image=images[0])["image"]) if row.equal else None,
    }


def _torchvision(row: Row, images: np.ndarray) -> dict[str, Callable[[], Any]] | None:
    if row.torchvision is None:
        return None
    import torchvision_operators  # noqa: F401, I001
    import torch
    from torchvision.transforms import v2

    torch.set_num_threads(1)
    alter = row.torchvision(v2)
    batch = torch.from_numpy(images).permute(0, 3, 1, 2).contiguous()
    single = batch[0].contiguous()
    return {
        "batch": lambda: alter(batch).contiguous(),
        "single": lambda: alter(single).contiguous(),
        "psnr": lambda: _psnr(_ours_once(row, images), alter(single).permute(1, 2, 0).numpy()) if row.equal else None,
    }


def _kornia(row: Row, images: np.ndarray) -> dict[str, Callable[[], Any]] | None:
    if row.kornia is None:
        return None
    import kornia.augmentation as K
    import torch

    torch.set_num_threads(1)
    alter = row.kornia(K)
    batch = (torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255).contiguous()
    single = batch[:1].contiguous()
    return {"batch": partial(alter, batch), "single": partial(alter, single), "psnr": lambda: None}


def _keeps_size(row: Row) -> bool:
    return row.title != "RandomRotate90"


def _psnr(ours: np.ndarray, theirs: np.ndarray) -> float:
    if ours.shape != theirs.shape:
        return float("nan")
    error = float(np.mean((ours.astype(np.float64) - theirs) ** 2))
    return float("inf") if error == 0 else float(10 * np.log10(255**2 / error))


PEERS: dict[str, Callable[[Row, np.ndarray], dict[str, Callable[[], Any]] | None]] = {
    "Albumentations": _albumentations,
    "torchvision v2": _torchvision,
    "Kornia": _kornia,
}


if __name__ == "__main__":
    main()
