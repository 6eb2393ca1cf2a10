"""Batches on a GPU: copied from pinned memory on a stream of their own, while the network works on the one before."""

from collections.abc import Generator, Iterator

import torch

from hardy.loader.batch import Batch


def on_device(batches: Iterator[Batch], device: torch.device) -> Generator[Batch, None, None]:
    """The same batches there. A CUDA device is given each one early: its copy runs beside the work on the last."""
    if device.type != "cuda":
        for batch in batches:
            yield batch.to(device)
        return
    stream = torch.cuda.Stream(device)
    coming: Batch | None = None
    for batch in batches:
        with torch.cuda.stream(stream):
            copied = _pinned(batch).to(device, non_blocking=True)
        if coming is not None:
            yield _handed_over(coming, stream, device)
        coming = copied
    if coming is not None:
        yield _handed_over(coming, stream, device)


def _pinned(batch: Batch) -> Batch:
    images, targets = (values.pin_memory() for values in batch)
    labels = targets if batch.labels is batch.targets else batch.labels.pin_memory()
    return batch.with_values(images, targets, labels)


def _handed_over(batch: Batch, stream: torch.cuda.Stream, device: torch.device) -> Batch:
    """What comes next on the network's stream waits for the copy, and its memory is not given away before."""
    current = torch.cuda.current_stream(device)
    current.wait_stream(stream)
    for values in (batch.images, batch.targets, batch.labels):
        values.record_stream(current)
    return batch
