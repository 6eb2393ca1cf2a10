"""The sides of bench/loader.py that are other libraries' loaders, as their manuals show; see bench/loader_task.py."""

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
import torch
from loader_task import THREADS, Batches, LeftOut, Task, albumentations, decoded


def torch_threads(task: Task) -> Batches:
    """torchdata's nodes, where torch has threads in place of workers; with Albumentations."""
    import torchdata.nodes as nodes

    alter = albumentations(task)
    rows = nodes.IterableWrapper(_Epochs(task))
    made = nodes.ParallelMapper(rows, lambda some: task.made(some, alter), THREADS, method="thread", in_order=False)
    loader = nodes.Loader(made)
    return lambda: iter(loader)


class _Epochs:
    """Another order each time it is begun."""

    def __init__(self, task: Task) -> None:
        self.task = task

    def __iter__(self) -> Iterator[list[int]]:
        return iter(self.task.shuffled())


def kornia_1(task: Task) -> Batches:
    return _kornia(task, 1)


def kornia_2(task: Task) -> Batches:
    return _kornia(task, 2)


def _kornia(task: Task, threads: int) -> Batches:
    """Tensors in memory, altered a batch at a time. A second thread of torch's costs more than it brings where others
    want the cores too."""
    import kornia.augmentation as K

    torch.set_num_threads(threads)
    if not task.is_small:
        raise LeftOut("it alters tensors that are in memory, and reads no files")
    steps = [
        K.RandomResizedCrop((task.size, task.size), scale=(0.3, 1)),
        K.RandomHorizontalFlip(),
        K.RandomAffine(15, (0.05, 0.05), (0.9, 1.1), p=1.0),
    ]
    if task.channels == 3:
        steps.append(K.ColorJitter(0.2, 0.2, 0.2, 0.0, p=1.0))
    else:
        steps += [K.RandomBrightness((0.8, 1.2), p=1.0), K.RandomContrast((0.8, 1.2), p=1.0)]
    alter = K.AugmentationSequential(*steps, K.Normalize(task.mean, task.std), data_keys=["input"])
    data = torch.from_numpy(np.array(task.images)).permute(0, 3, 1, 2).contiguous()
    labels = torch.from_numpy(task.labels)

    def batches() -> Iterator[Any]:
        for rows in task.shuffled():
            yield alter(data[rows].float() / 255), labels[rows]

    return batches


def keras_1(task: Task) -> Batches:
    return _keras(task, 1)


def keras_2(task: Task) -> Batches:
    return _keras(task, 2)


def _keras(task: Task, threads: int) -> Batches:
    """Its layers on the torch backend, over arrays or `image_dataset_from_directory`.

    It has no random crop with a resize, and each of its layers resamples anew, so that it is asked for less than the
    others: a crop of one size, and turns alone for affine.
    """
    import keras as library

    torch.set_num_threads(threads)
    layers = library.layers
    larger = round(task.size * 8 / 7)
    colours = [layers.RandomBrightness(0.2), layers.RandomContrast(0.2)]
    if task.channels == 3:
        colours = [layers.RandomColorJitter((0, 255), 0.2, 0.2, 0.2)]
    alter = library.Sequential([
        *([layers.Resizing(larger, larger)] if task.is_small else []),
        layers.RandomCrop(task.size, task.size),
        layers.RandomFlip("horizontal"),
        layers.RandomRotation(15 / 360),
        *colours,
        layers.Normalization(
            mean=[value * 255 for value in task.mean], variance=[(value * 255) ** 2 for value in task.std]
        ),
    ])  # fmt: skip

    def altered(images: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            return alter(images, training=True).permute(0, 3, 1, 2)  # type: ignore[no-any-return]

    if task.is_small:
        data, labels = torch.from_numpy(np.array(task.images)), torch.from_numpy(task.labels)
        return lambda: ((altered(data[rows].float()), labels[rows]) for rows in task.shuffled())
    found = library.utils.image_dataset_from_directory(
        str(task.root / "photos"), image_size=(larger, larger), batch_size=task.batch, shuffle=True, format="grain",
        verbose=False,
    )  # fmt: skip
    return lambda: (
        (altered(torch.as_tensor(np.asarray(images))), torch.as_tensor(np.asarray(labels), dtype=torch.int64))
        for images, labels in found
        if len(images) == task.batch
    )


def hf_datasets(task: Task) -> Batches:
    """A saved dataset in a DataLoader with two workers, with Albumentations."""
    import datasets

    alter = albumentations(task)
    rows = datasets.load_from_disk(str(task.root / "hf"))
    if task.is_small:
        rows = rows.with_format("numpy", dtype=np.uint8)
    else:  # OpenCV decodes faster than Pillow
        rows = rows.cast_column("image", datasets.Image(decode=False))

    def collate(items: list[dict[str, Any]]) -> tuple[torch.Tensor, torch.Tensor]:
        pictures = (item["image"] if task.is_small else decoded(item["image"]["bytes"]) for item in items)
        return torch.stack([alter(one) for one in pictures]), torch.tensor([int(item["label"]) for item in items])

    loader = torch.utils.data.DataLoader(
        rows, task.batch, shuffle=True, num_workers=THREADS, drop_last=True, persistent_workers=True, collate_fn=collate
    )
    return lambda: iter(loader)


def spdl(task: Task) -> Batches:
    """Its pipeline on two threads, a batch in each, with Albumentations."""
    from spdl.pipeline import PipelineBuilder

    alter = albumentations(task)

    def batches() -> Iterator[Any]:
        pipeline = (
            PipelineBuilder()
            .add_source(iter(task.shuffled()))
            .pipe(lambda rows: task.made(rows, alter), concurrency=THREADS)
            .add_sink(4)
            .build(num_threads=THREADS)
        )
        with pipeline.auto_stop():
            yield from pipeline

    return batches


def webdataset(task: Task) -> Batches:
    """Two shards, one for each of two workers, with Albumentations."""
    import webdataset as library

    alter = albumentations(task)
    shards = sorted(str(file) for file in (task.root / "shards").glob("*.tar"))
    data = (
        library.WebDataset(shards, shardshuffle=False)
        .shuffle(500)
        .to_tuple("jpg", "cls")
        .map_tuple(lambda content: alter(decoded(content)), int)
        .batched(task.batch, partial=False)
    )
    loader = library.WebLoader(data, batch_size=None, num_workers=THREADS, persistent_workers=True)
    return lambda: ((images, torch.as_tensor(labels)) for images, labels in loader)


def _grain(task: Task) -> Any:
    import grain

    alter = albumentations(task)
    return (
        grain.MapDataset.source([(str(file), int(label)) for file, label in zip(task.files, task.labels, strict=True)])
        .shuffle(seed=0)
        .map(lambda item: (alter(cv2.imread(item[0], cv2.IMREAD_COLOR_RGB)).numpy(), item[1]))
    )


def _tensors(data: Any) -> Batches:
    return lambda: ((torch.from_numpy(images), torch.from_numpy(labels)) for images, labels in data)


def grain_threads(task: Task) -> Batches:
    """Two reading threads, with Albumentations."""
    import grain

    options = grain.ReadOptions(num_threads=THREADS, prefetch_buffer_size=2 * task.batch)
    return _tensors(_grain(task).to_iter_dataset(options).batch(task.batch, drop_remainder=True))


def grain_processes(task: Task) -> Batches:
    """Two worker processes, with Albumentations."""
    import grain

    options = grain.ReadOptions(num_threads=1, prefetch_buffer_size=task.batch)
    data = _grain(task).to_iter_dataset(options).batch(task.batch, drop_remainder=True)
    return _tensors(data.mp_prefetch(grain.MultiprocessingOptions(num_workers=THREADS)))


def litdata(task: Task) -> Batches:
    """Its own format, streamed from the disk by two workers, with Albumentations."""
    import litdata as library

    alter = albumentations(task)

    def made(item: dict[str, Any]) -> tuple[torch.Tensor, int]:
        return alter(decoded(item["image"])), item["label"]

    data = library.StreamingDataset(str(task.root / "litdata"), shuffle=True, transform=made)
    loader = library.StreamingDataLoader(
        data, batch_size=task.batch, num_workers=THREADS, drop_last=True, persistent_workers=True
    )
    return lambda: iter(loader)


def ffcv(_: Task) -> Batches:
    """It comes as source only, which is compiled against OpenCV's C++ headers and libjpeg-turbo's."""
    try:
        import ffcv as library  # noqa: F401
    except ImportError as error:
        raise LeftOut("its wheel is not built: it wants OpenCV's C++ headers (pip: 'Could not find required package: "
                      "opencv')") from error  # fmt: skip
    raise LeftOut("it is installed here, and no side is written for it yet")
