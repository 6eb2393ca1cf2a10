"""One side of bench/loader.py, in a process of its own: SIDE TASK ROOT SECONDS.

Every side gives batches of float32 tensors, normalised, after the same five steps: random-resized-crop, flip, affine,
colour jitter, normalise. TASK is `small` (a raw store of ours, `images.npy` and a saved HF dataset in ROOT; batch
256) or `photos` (a folder per class of JPEGs, to 224×224, batch 64; `shards/` and `litdata/` beside it).
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "torch"
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["NO_ALBUMENTATIONS_UPDATE"] = "1"

import cv2
import numba  # noqa: F401 (the memory of these four is what every side starts from)
import numpy as np
import pyarrow  # noqa: F401
import torch

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
Batches = Callable[[], Iterator[Any]]


class Task:
    """What is read, and how large batches are."""

    def __init__(self, name: str, root: Path) -> None:
        self.root, self.is_small = root, name == "small"
        self.batch = 256 if self.is_small else 64
        self.channels = 3
        if self.is_small:
            self.images = np.load(root / "images.npy", mmap_mode="r")
            self.channels = self.images.shape[3]
            self.size = self.images.shape[1]
        else:
            self.size = 224
            self.files = sorted(root.glob("photos/*/*.jpg"))
        self.mean, self.std = MEAN[: self.channels], STD[: self.channels]

    def __len__(self) -> int:
        return len(self.images) if self.is_small else len(self.files)


# ---- ours


def _ours(task: Task, threads: int, exact: bool = True) -> Batches:
    import hardy

    steps = [
        hardy.RandomResizedCrop((task.size, task.size), scale=(0.3, 1)),
        hardy.HorizontalFlip(),
        hardy.Affine(rotate=(-15, 15), scale=(0.9, 1.1), translate_percent=(-0.05, 0.05), p=1),
    ]
    steps.append(
        hardy.ColorJitter(0.2, 0.2, 0.2, 0, p=1) if task.channels == 3 else hardy.ColorJitter(0.2, 0.2, 0, 0, p=1)
    )
    recipe = hardy.Preprocessing(task.channels, (task.size, task.size), "crop", mean=task.mean, std=task.std)
    loader = hardy.Loader(
        task.root / ("a.hardy" if task.is_small else "photos"), task.batch, preprocessing=recipe,
        augment=hardy.Compose(steps), threads=threads, exact=exact, drop_last=True,
    )  # fmt: skip
    return lambda: (images for images, _ in loader)


def hardy_2(task: Task) -> Batches:
    return _ours(task, 2)


def hardy_1(task: Task) -> Batches:
    return _ours(task, 1)


def hardy_scaled(task: Task) -> Batches:
    return _ours(task, 2, exact=False)


def ceiling(task: Task) -> Batches:
    """Decoding alone on two threads, over bytes in memory."""
    from concurrent.futures import ThreadPoolExecutor

    from hardy.pixels.decode import decode

    contents = [file.read_bytes() for file in task.files]

    def batches() -> Iterator[Any]:
        with ThreadPoolExecutor(2) as pool:
            starts = range(0, len(contents) - task.batch + 1, task.batch)
            yield from pool.map(
                lambda start: [decode(c).pixels.shape for c in contents[start : start + task.batch]], starts
            )

    return batches


# ---- torch's DataLoader


class Pictures(torch.utils.data.Dataset):  # type: ignore[type-arg]
    """Arrays or files, altered one by one."""

    def __init__(
        self, task: Task, alter: Callable[[np.ndarray], torch.Tensor], read: Callable[[Path], Any] | None
    ) -> None:
        self.task, self.alter, self.read = task, alter, read

    def __len__(self) -> int:
        return len(self.task)

    def __getitem__(self, row: int) -> torch.Tensor:
        picture = self.task.images[row] if self.read is None else self.read(self.task.files[row])
        return self.alter(picture)


def _albumentations(task: Task) -> Callable[[np.ndarray], torch.Tensor]:
    import albumentations as A

    cv2.setNumThreads(1)
    size = (task.size, task.size)
    alter = A.Compose([
        A.RandomResizedCrop(size, scale=(0.3, 1)),
        A.HorizontalFlip(),
        A.Affine(rotate=(-15, 15), scale=(0.9, 1.1), translate_percent=(-0.05, 0.05), p=1),
        A.ColorJitter(0.2, 0.2, 0.2 if task.channels == 3 else 0, 0, p=1),
        A.Normalize(task.mean, task.std),
        A.ToTensorV2(),
    ])  # fmt: skip
    return lambda image: alter(image=np.ascontiguousarray(image))["image"]


def _torchvision(task: Task) -> Callable[[Any], torch.Tensor]:
    import torchvision_operators  # noqa: F401
    from torchvision.transforms import v2

    alter = v2.Compose([
        v2.ToImage(),
        v2.RandomResizedCrop(task.size, scale=(0.3, 1), antialias=False),
        v2.RandomHorizontalFlip(),
        v2.RandomAffine(15, (0.05, 0.05), (0.9, 1.1), interpolation=v2.InterpolationMode.BILINEAR),
        v2.ColorJitter(0.2, 0.2, 0.2 if task.channels == 3 else 0, 0),
        v2.ToDtype(torch.float32, scale=True),
        v2.Normalize(task.mean, task.std),
    ])  # fmt: skip
    return lambda image: alter(np.array(image) if isinstance(image, np.memmap) else image)


def _opencv_file(file: Path) -> np.ndarray:
    return cv2.imread(str(file), cv2.IMREAD_COLOR_RGB)


def _pillow_file(file: Path) -> Any:
    from PIL import Image

    return Image.open(file).convert("RGB")


def _data_loader(task: Task, alter: Callable[[Any], torch.Tensor], read: Any, workers: int) -> Batches:
    torch.set_num_threads(1 if workers else 2)
    loader = torch.utils.data.DataLoader(
        Pictures(task, alter, None if task.is_small else read), task.batch, shuffle=True, num_workers=workers,
        drop_last=True, persistent_workers=workers > 0,
    )  # fmt: skip
    return lambda: iter(loader)


def albumentations_0(task: Task) -> Batches:
    return _data_loader(task, _albumentations(task), _opencv_file, 0)


def albumentations_1(task: Task) -> Batches:
    return _data_loader(task, _albumentations(task), _opencv_file, 1)


def albumentations_2(task: Task) -> Batches:
    return _data_loader(task, _albumentations(task), _opencv_file, 2)


def torchvision_0(task: Task) -> Batches:
    return _data_loader(task, _torchvision(task), _pillow_file, 0)


def torchvision_1(task: Task) -> Batches:
    return _data_loader(task, _torchvision(task), _pillow_file, 1)


def torchvision_2(task: Task) -> Batches:
    return _data_loader(task, _torchvision(task), _pillow_file, 2)


# ---- others


def kornia(task: Task) -> Batches:
    """Tensors in memory, altered a batch at a time."""
    import kornia.augmentation as K

    torch.set_num_threads(2)
    alter = K.AugmentationSequential(
        K.RandomResizedCrop((task.size, task.size), scale=(0.3, 1)),
        K.RandomHorizontalFlip(),
        K.RandomAffine(15, (0.05, 0.05), (0.9, 1.1), p=1.0),
        K.ColorJitter(0.2, 0.2, 0.2 if task.channels == 3 else 0.0, 0.0, p=1.0),
        K.Normalize(task.mean, task.std),
        data_keys=["input"],
    )
    data = torch.from_numpy(np.array(task.images)).permute(0, 3, 1, 2).contiguous()

    def batches() -> Iterator[Any]:
        order = torch.randperm(len(data))
        for start in range(0, len(data) - task.batch + 1, task.batch):
            yield alter(data[order[start : start + task.batch]].float() / 255)

    return batches


def keras(task: Task) -> Batches:
    """Its layers on the torch backend; its reader is PyDataset, from arrays, or grain, from files."""
    import keras as library

    torch.set_num_threads(2)
    layers = library.layers
    alter = library.Sequential([
        layers.RandomCrop(task.size, task.size) if task.is_small else layers.Resizing(task.size, task.size),
        layers.RandomFlip("horizontal"),
        layers.RandomRotation(15 / 360),
        layers.RandomZoom(0.1),
        layers.RandomTranslation(0.05, 0.05),
        layers.RandomBrightness(0.2),
        layers.RandomContrast(0.2),
        layers.Normalization(mean=task.mean, variance=[value**2 for value in task.std]),
    ])  # fmt: skip
    if not task.is_small:
        found = library.utils.image_dataset_from_directory(
            str(task.root / "photos"), image_size=(task.size, task.size), batch_size=task.batch, shuffle=True,
            format="grain", verbose=False,
        )  # fmt: skip
        return lambda: (alter(torch.as_tensor(np.asarray(images)), training=True) for images, _ in found)

    def batches() -> Iterator[Any]:
        order = np.random.default_rng(0).permutation(len(task))
        for start in range(0, len(order) - task.batch + 1, task.batch):
            yield alter(
                torch.from_numpy(task.images[np.sort(order[start : start + task.batch])]).float(), training=True
            )

    return batches


def hf_datasets(task: Task) -> Batches:
    """`set_transform` with Albumentations, in a DataLoader with two workers."""
    import datasets

    alter = _albumentations(task)
    if task.is_small:
        rows = datasets.load_from_disk(str(task.root / "hf")).with_format("numpy")
        change = lambda batch: {"image": [alter(image.astype(np.uint8)) for image in batch["image"]]}  # noqa: E731
    else:
        rows = datasets.load_dataset("imagefolder", data_dir=str(task.root / "photos"), split="train")
        change = lambda batch: {"image": [alter(np.asarray(image)) for image in batch["image"]]}  # noqa: E731
    rows = rows.with_transform(change) if not task.is_small else rows.with_format(None).with_transform(
        lambda batch: {"image": [alter(np.asarray(image, np.uint8)) for image in batch["image"]]}
    )  # fmt: skip
    loader = torch.utils.data.DataLoader(
        rows, task.batch, shuffle=True, num_workers=2, drop_last=True, persistent_workers=True,
        collate_fn=lambda items: torch.stack([item["image"] for item in items]),
    )  # fmt: skip
    return lambda: iter(loader)


def spdl(task: Task) -> Batches:
    """Its pipeline on two threads, with Albumentations."""
    from spdl.pipeline import PipelineBuilder

    alter = _albumentations(task)
    read = (lambda row: task.images[row]) if task.is_small else (lambda row: _opencv_file(task.files[row]))

    def batches() -> Iterator[Any]:
        order = np.random.default_rng(0).permutation(len(task)).tolist()
        pipeline = (
            PipelineBuilder()
            .add_source(iter(order))
            .pipe(lambda row: alter(read(row)), concurrency=2)
            .aggregate(task.batch, drop_last=True)
            .pipe(torch.stack)
            .add_sink(4)
            .build(num_threads=2)
        )
        with pipeline.auto_stop():
            yield from pipeline

    return batches


def webdataset(task: Task) -> Batches:
    import io

    import webdataset as library
    from PIL import Image

    alter = _albumentations(task)
    shards = sorted(str(file) for file in (task.root / "shards").glob("*.tar"))
    data = (
        library.WebDataset(shards, shardshuffle=False, empty_check=False)
        .shuffle(500)
        .to_tuple("jpg")
        .map(lambda item: alter(np.asarray(Image.open(io.BytesIO(item[0])).convert("RGB"))))
    )
    loader = torch.utils.data.DataLoader(data, task.batch, num_workers=2, drop_last=True, persistent_workers=True)
    return lambda: iter(loader)


def grain(task: Task) -> Batches:
    import grain as library

    alter = _albumentations(task)
    data = (
        library.MapDataset.source([str(file) for file in task.files])
        .shuffle(seed=0)
        .map(lambda file: alter(_opencv_file(Path(file))).numpy())
        .to_iter_dataset(library.ReadOptions(num_threads=2, prefetch_buffer_size=128))
        .batch(task.batch, drop_remainder=True)
    )
    return lambda: (torch.from_numpy(images) for images in data)


def litdata(task: Task) -> Batches:
    import litdata as library

    alter = _albumentations(task)
    data = library.StreamingDataset(
        str(task.root / "litdata"), shuffle=True, transform=lambda item: alter(np.asarray(item["image"]))
    )
    loader = library.StreamingDataLoader(data, batch_size=task.batch, num_workers=2, drop_last=True)
    return lambda: iter(loader)


SIDES = {
    side.__name__: side
    for side in (
        hardy_2, hardy_1, hardy_scaled, ceiling, albumentations_0, albumentations_1, albumentations_2, torchvision_0,
        torchvision_1, torchvision_2, kornia, keras, hf_datasets, spdl, webdataset, grain, litdata,
    )
}  # fmt: skip


def processor_seconds(root: int) -> float:
    """Of a process and its children that live."""
    total, waiting, tick = 0.0, [root], os.sysconf("SC_CLK_TCK")
    while waiting:
        pid = waiting.pop()
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += (int(fields[11]) + int(fields[12])) / tick
            for task in Path(f"/proc/{pid}/task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text().split()]
        except (OSError, ValueError):
            continue
    return total


def load(name: str) -> None:
    """What the side imports, so that no one's start counts."""
    if name.startswith(("hardy", "ceiling")):
        import hardy.augmentation
        import hardy.loader
        import hardy.store  # noqa: F401
    elif name == "keras":
        import keras as library
    elif name == "kornia":
        import kornia as library
    elif name.startswith("torchvision"):
        import torchvision_operators  # noqa: F401
        from torchvision.transforms import v2  # noqa: F401
    if name not in ("kornia", "keras", "ceiling") and not name.startswith(("torchvision", "hardy")):
        import albumentations as library  # noqa: F401


def main() -> None:
    name, kind, root, seconds = sys.argv[1], sys.argv[2], Path(sys.argv[3]), float(sys.argv[4])
    torch.set_num_threads(2)
    task = Task(kind, root)
    load(name)
    print("READY", flush=True)
    sys.stdin.readline()
    began = time.perf_counter()
    batches = SIDES[name](task)
    current = batches()
    first = next(current)
    start = time.perf_counter()
    before, count = processor_seconds(os.getpid()), 0
    while time.perf_counter() - start < seconds or count == 0:  # epochs, the last one broken off
        for batch in current:
            count += len(batch)
            if time.perf_counter() - start >= seconds and count:
                break
        else:
            current = batches()
    spent, processor = time.perf_counter() - start, processor_seconds(os.getpid()) - before
    found = {"seconds": spent, "images": count, "processor_s": processor, "first_s": start - began}
    print("DONE", json.dumps(found), flush=True)
    sys.stdin.readline()
    shape = list(first.shape) if hasattr(first, "shape") else None
    print("ALSO", json.dumps({"shape": shape}), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
