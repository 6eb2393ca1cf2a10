"""A few pictures and their altered copies, as `enlarge` would make them: to be looked at."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from jaxtyping import Int64

from hardy.augmentation.nodes import nodes_of
from hardy.augmentation.offline.enlarged import enlarge
from hardy.augmentation.offline.setting import Setting
from hardy.dataset import Dataset
from hardy.dataset.prepared import prepared
from hardy.dataset.probe import probe
from hardy.dataset.ready import wished_pixels
from hardy.errors import InputError
from hardy.pixels import Image
from hardy.progress import SILENT, Progress


@dataclass(frozen=True, eq=False)
class Altered:
    """An altered copy.

    Args:
        image: its pixels.
        steps: what was done to it in this order: the transform's name, and its numbers by name.
    """

    image: Image
    steps: tuple[tuple[str, dict[str, Any]], ...]


@dataclass(frozen=True, eq=False)
class Example:
    """A picture and copies of it.

    Args:
        name: of its file.
        label: its class; None without one.
        image: its pixels as they are before the policy.
        copies: of it.
    """

    name: str
    label: str | None
    image: Image
    copies: tuple[Altered, ...]


def examples(data: Dataset, setting: Setting, count: int, progress: Progress = SILENT) -> list[Example]:
    """Take some training pictures, each class in turn, and alter them.

    Args:
        data: with sides or without, probed or not. Where it has sides, only training rows are shown.
        setting: what is done, how often.
        count: how many pictures.
        progress: told the stage "reading".

    Raises:
        InputError: there are no training rows, or they cannot be read or altered so.
    """
    if count < 1:
        raise InputError(f"pictures must be at least 1, got {count}")
    chosen = _chosen(data, count)
    some = probe(data.select(chosen), progress=progress)
    some = some.with_columns(split=["train"] * len(some))
    if setting.changes_pixels:
        some = prepared(some, wished_pixels(some, setting.wishes, progress))
    policy = setting.compose
    every = enlarge(some, policy, setting.times, background=setting.background or 0)
    names = {node.key: _name(node.transform) for node in nodes_of(policy.transforms)}
    return list(_gathered(every, setting.times, names))


def _chosen(data: Dataset, count: int) -> Int64[np.ndarray, "k"]:
    """Rows that may be altered, spread over the classes and within each."""
    may = np.array([side in (None, "train") for side in data.column("split")], bool)
    labels = data.labels
    lots = [np.flatnonzero(may & (labels == label)) for label in np.unique(labels[may]).tolist()]
    if not lots:
        raise InputError(f"{data.location} has no training rows to show")
    each = -(-count // len(lots))
    spread = [lot[np.unique(np.linspace(0, len(lot) - 1, min(each, len(lot))).astype(int))] for lot in lots]
    turns = max(len(lot) for lot in spread)
    rows = [int(lot[turn]) for turn in range(turns) for lot in spread if turn < len(lot)]
    return np.array(rows[:count], np.int64)


def _gathered(every: Dataset, times: int, names: dict[str, str]) -> Iterator[Example]:
    uris, labels, texts = every.column("uri"), every.labels.tolist(), every.column("plan")
    for row in range(0, len(every), 1 + times):
        copies = tuple(
            Altered(every.image(copy), tuple((names[key], numbers) for key, numbers in _steps(texts[copy]).items()))
            for copy in range(row + 1, row + 1 + times)
        )
        label = every.classes[labels[row]] if labels[row] >= 0 else None
        yield Example(PurePosixPath(uris[row]).name, label, every.image(row), copies)


def _steps(text: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(text)["steps"]
    return found


def _name(transform: Any) -> str:
    """What a reader knows it by: in a published policy the operation's name."""
    return str(getattr(transform, "operation", None) or getattr(transform, "name", None) or type(transform).__name__)
