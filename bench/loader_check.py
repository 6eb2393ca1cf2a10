"""Whether every side of bench/loader.py gives what it should, on pictures made so that it can be told.

    make bench-peers && .venv-bench/bin/python bench/loader_check.py [SIDES, with commas]            two minutes

Dark pictures are of class 0, bright ones of class 1, with a slope across them. So one sees the class from the
picture: each side gives the shapes and types, as many samples as full batches hold, labels that fit the pictures,
values that are normalised, and pictures that differ from each other and from epoch to epoch.
"""

import os
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np
from footprint import measure
from loader import OURS, PHOTOS, SIDES, SMALL, make_shards, save_arrays
from loader_task import MEAN, STD

COUNT = {"small": 600, "photos": 150}
LEVELS = (30, 220)
SLOPE = 20
SHAPES = {"cifar": (32, 32, 3), "mnist": (28, 28, 1), "photos": (300, 260, 3)}
TOLERANCE = 25
"""Levels between a class's mean and what it was made of: some add up to 51, for a whole batch at once, and clip."""


def picture(shape: tuple[int, int, int], label: int) -> np.ndarray:
    slope = np.linspace(-SLOPE, SLOPE, shape[1])[None, :, None]
    return np.broadcast_to(LEVELS[label] + slope, shape).astype(np.uint8)


def make(root: Path, name: str) -> str:
    """Files for all sides; the task's name."""
    kind, shape = "photos" if name == "photos" else "small", SHAPES[name]
    labels = np.arange(COUNT[kind]) % 2
    for number, label in enumerate(labels.tolist()):
        place = root / "photos" / ("dark", "pale")[label]
        place.mkdir(parents=True, exist_ok=True)
        ending = "jpg" if kind == "photos" else "png"
        cv2.imwrite(str(place / f"{number:04d}.{ending}"), picture(shape, label))
    if kind == "photos":
        make_shards(root)
        return kind
    import hardy

    hardy.pack(root / "photos", root / "a.hardy", profile="raw")
    save_arrays(root, np.stack([picture(shape, label) for label in labels.tolist()]), labels)
    return kind


def faults(name: str, kind: str, epochs: list[dict[str, object]]) -> list[str]:
    """What is not as it should be."""
    batch, channels = (256, SHAPES[name][2]) if kind == "small" else (64, 3)
    size = SHAPES[name][0] if kind == "small" else 224
    found, count = [], COUNT[kind] // batch * batch
    middle = np.mean(MEAN[:channels]), np.mean(STD[:channels])
    for epoch in epochs:
        labels, middles = np.array(epoch["labels"]), np.array(epoch["middles"])
        if epoch["shapes"] != [[batch, channels, size, size]]:
            found.append(f"shapes {epoch['shapes']}")
        if epoch["dtypes"] != ["torch.float32 torch.int64"]:
            found.append(f"types {epoch['dtypes']}")
        if len(labels) != count:
            found.append(f"{len(labels)} samples, not {count}")
        border = (np.mean(LEVELS) / 255 - middle[0]) / middle[1]
        if (wrong := int(((middles > border) != labels).sum())) or len(set(labels.tolist())) != 2:
            found.append(f"{wrong} wrong labels among {np.bincount(labels).tolist()}")
        for label, level in enumerate(LEVELS):
            value = float(np.mean(middles[labels == label])) * middle[1] + middle[0]
            if not abs(value * 255 - level) < TOLERANCE:
                found.append(f"class {label} has the value {value * 255:.0f}, not {level}")
        if int(epoch["kinds"]) < 0.9 * len(labels):  # type: ignore[call-overload]
            found.append(f"{epoch['kinds']} different pictures of {len(labels)}")
    if epochs[0]["middles"] == epochs[1]["middles"]:
        found.append("both epochs alike")
    return found


def main() -> None:
    wanted = sys.argv[1].split(",") if len(sys.argv) > 1 else None
    failed = 0
    for name in SHAPES:
        with tempfile.TemporaryDirectory() as folder:
            kind = make(Path(folder), name)
            for side in PHOTOS if kind == "photos" else SMALL:
                if side == "ceiling" or (wanted and side not in wanted):
                    continue
                try:
                    run = measure(SIDES, [side, kind, folder, "0"], os.sched_getaffinity(0), 900, False)
                    said = "; ".join(faults(name, kind, run.found["epochs"])) or "ok"
                except RuntimeError as error:
                    said = f"left out: {(str(error).strip().splitlines() or ['it ended without a word'])[-1]}"
                failed += not said.startswith(("ok", "left out")) or (side in OURS and said != "ok")
                print(f"{name} {side}: {said}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
