"""One side of bench/loader.py, in a process of its own: SIDE TASK ROOT SECONDS; 0 seconds check it in place of timing.

Ours and torch's DataLoader are here, others' in bench/loader_peers.py; bench/loader_task.py says what each does.
"""

import importlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import loader_peers
import numpy as np
import torch
from loader_task import THREADS, Alter, Batches, LeftOut, Task, albumentations, torchvision

WARM_S = 0.5
"""After the first batch, so that what workers made ahead meanwhile is none of the measured time's."""


def _ours(task: Task, threads: int, exact: bool = True) -> Batches:
    import hardy

    steps = [
        hardy.RandomResizedCrop((task.size, task.size), scale=(0.3, 1)),
        hardy.HorizontalFlip(),
        hardy.Affine(rotate=(-15, 15), scale=(0.9, 1.1), translate_percent=(-0.05, 0.05), p=1),
        hardy.ColorJitter(0.2, 0.2, 0.2 if task.channels == 3 else 0, 0, p=1),
    ]
    recipe = hardy.Preprocessing(task.channels, (task.size, task.size), "crop", mean=task.mean, std=task.std)
    loader = hardy.Loader(
        task.root / ("a.hardy" if task.is_small else "photos"), task.batch, preprocessing=recipe,
        augment=hardy.Compose(steps), threads=threads, exact=exact, drop_last=True,
    )  # fmt: skip
    return lambda: iter(loader)


def hardy_2(task: Task) -> Batches:
    return _ours(task, 2)


def hardy_1(task: Task) -> Batches:
    return _ours(task, 1)


def hardy_scaled(task: Task) -> Batches:
    return _ours(task, 2, exact=False)


def ceiling(task: Task) -> Batches:
    """Decoding alone on two threads, over bytes in memory: what comes out are no batches."""
    from concurrent.futures import ThreadPoolExecutor

    from hardy.pixels.decode import decode

    contents = [file.read_bytes() for file in task.files]
    labels = torch.zeros(task.batch, dtype=torch.int64)

    def batches() -> Iterator[Any]:
        with ThreadPoolExecutor(2) as pool:
            starts = range(0, len(contents) - task.batch + 1, task.batch)
            yield from pool.map(
                lambda start: ([decode(c).pixels.shape for c in contents[start : start + task.batch]], labels), starts
            )

    return batches


class Pictures(torch.utils.data.Dataset):  # type: ignore[type-arg]
    """Arrays or files, altered one by one."""

    def __init__(self, task: Task, alter: Alter) -> None:
        self.task, self.alter = task, alter

    def __len__(self) -> int:
        return len(self.task)

    def __getitem__(self, row: int) -> tuple[torch.Tensor, int]:
        return self.alter(self.task.picture(row)), int(self.task.labels[row])


def _data_loader(make: Callable[[Task], Alter], workers: int) -> Callable[[Task], Batches]:
    def side(task: Task) -> Batches:
        torch.set_num_threads(1)  # two for one small picture take three times as long in torchvision
        loader = torch.utils.data.DataLoader(
            Pictures(task, make(task)), task.batch, shuffle=True, num_workers=workers, drop_last=True,
            persistent_workers=workers > 0,
        )  # fmt: skip
        return lambda: iter(loader)

    return side


SIDES: dict[str, Callable[[Task], Batches]] = {
    "hardy_2": hardy_2,
    "hardy_1": hardy_1,
    "hardy_scaled": hardy_scaled,
    "ceiling": ceiling,
    **{f"albumentations_{workers}": _data_loader(albumentations, workers) for workers in (0, 1, 2)},
    **{f"torchvision_{workers}": _data_loader(torchvision, workers) for workers in (0, 1, 2)},
    **{
        name: getattr(loader_peers, name)
        for name in (
            "torch_threads", "kornia_1", "kornia_2", "keras_1", "keras_2", "hf_datasets", "spdl", "webdataset",
            "grain_threads", "grain_processes", "litdata", "ffcv",
        )
    },
}  # fmt: skip

IMPORTS = {
    "hardy": ("hardy.augmentation", "hardy.loader", "hardy.store", "hardy.sources"),
    "ceiling": ("hardy.pixels.decode",),
    "albumentations": ("albumentations",),
    "torchvision": ("torchvision_operators", "torchvision.transforms.v2"),
    "torch_threads": ("albumentations", "torchdata.nodes"),
    "kornia": ("kornia.augmentation",),
    "keras": ("keras", "grain"),
    "hf_datasets": ("albumentations", "datasets"),
    "spdl": ("albumentations", "spdl.pipeline"),
    "webdataset": ("albumentations", "webdataset"),
    "grain": ("albumentations", "grain"),
    "litdata": ("albumentations", "torchvision_operators", "litdata"),
    "ffcv": (),
}
"""What a side needs, so that no one's start counts its imports; by the name or its first word."""


def processor_seconds(root: int) -> float:
    """Of a process and its children, those that have ended too."""
    total, waiting, tick = 0.0, [root], os.sysconf("SC_CLK_TCK")
    while waiting:
        pid = waiting.pop()
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += sum(int(field) for field in fields[11:15]) / tick
            for task in Path(f"/proc/{pid}/task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text().split()]
        except (OSError, ValueError):
            continue
    return total


def timed(batches: Batches, seconds: float) -> dict[str, Any]:
    """Images a second and seconds of processor, after the first batch and a warm moment."""
    began = time.perf_counter()
    current = batches()
    images, _ = next(current)
    first_s = time.perf_counter() - began
    before, count, start = 0.0, 0, None
    while start is None or count == 0 or time.perf_counter() - start < seconds:  # epochs, the last one broken off
        for images, labels in current:  # noqa: B007 (the last ones' shape is told)
            count += len(labels)
            now = time.perf_counter()
            if start is None and now - began - first_s >= min(WARM_S, seconds):
                start, before, count = now, processor_seconds(os.getpid()), 0
            elif start is not None and now - start >= seconds:
                break
        else:
            current = batches()
    spent, processor = time.perf_counter() - start, processor_seconds(os.getpid()) - before
    shape = list(images.shape) if isinstance(images, torch.Tensor) else []
    return {"seconds": spent, "images": count, "processor_s": processor, "first_s": first_s, "shape": shape}


def checked(task: Task, batches: Batches) -> dict[str, Any]:
    """What two epochs over the pictures of `bench/loader_check.py` are like."""
    epochs = []
    for _ in range(2):
        given = list(batches())
        images, labels = (torch.cat(values).numpy() for values in zip(*given, strict=True))
        middle = np.median(images.reshape(len(images), task.channels, -1), axis=2).mean(axis=1)
        epochs.append({
            "shapes": sorted({tuple(images.shape) for images, _ in given}),
            "dtypes": sorted({f"{images.dtype} {labels.dtype}" for images, labels in given}),
            "labels": labels.tolist(), "middles": middle.tolist(),
            "kinds": len({image.tobytes() for image in images}), "low": float(images.min()),
            "high": float(images.max()),
        })  # fmt: skip
    return {"seconds": 0.0, "epochs": epochs}


def main() -> None:
    name, kind, root, seconds = sys.argv[1], sys.argv[2], Path(sys.argv[3]), float(sys.argv[4])
    torch.set_num_threads(THREADS)
    task = Task(kind, root)
    for module in IMPORTS.get(name) or IMPORTS[name.split("_")[0]]:
        importlib.import_module(module)
    task.labels.sum()  # listing the files is bench's work
    print("READY", flush=True)
    sys.stdin.readline()
    began = time.perf_counter()
    try:
        batches = SIDES[name](task)
        made_s = time.perf_counter() - began
        found = timed(batches, seconds) if seconds else checked(task, batches)
    except LeftOut as error:
        sys.exit(str(error))
    found["first_s"] = found.get("first_s", 0.0) + made_s
    print("DONE", json.dumps(found), flush=True)
    sys.stdin.readline()
    print("ALSO {}", flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
