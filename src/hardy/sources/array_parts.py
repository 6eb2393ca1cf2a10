"""Arrays of images with their arrays of labels, in whatever they lie: which belong together, and the dataset of all."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

from hardy import scratch
from hardy.dataset import Dataset
from hardy.dataset.concat import concat_readers
from hardy.dataset.dataset import SCHEMA
from hardy.dataset.identity import sample_id
from hardy.dataset.reader import Reader
from hardy.dataset.spill import TableBuilder, starts
from hardy.errors import LayoutError
from hardy.sources.label_column import LabelColumn, label_cells, no_labels, number_labels

PAIRS = (
    ("x_train", "y_train", "train"),
    ("x_val", "y_val", "val"),
    ("x_test", "y_test", "test"),
    ("train_images", "train_labels", "train"),
    ("val_images", "val_labels", "val"),
    ("test_images", "test_labels", "test"),
    ("images", "labels", None),
    ("x", "y", None),
)
"""Names of images, names of their labels, and the side that these names mean."""


def pairs_among(names: Collection[str]) -> list[tuple[str, str, str | None]]:
    """The pairs of arrays that are there.

    Example:
        >>> pairs_among(["y", "x", "notes"])
        [('x', 'y', None)]
    """
    return [pair for pair in PAIRS if pair[0] in names and pair[1] in names]


def known_pairs() -> str:
    """The pairs, for messages."""
    return ", ".join(f"{images}/{labels}" for images, labels, _ in PAIRS)


class Part(NamedTuple):
    """Some rows that lie together.

    Args:
        location: relative to the source's root (`digits.npz/x_train`); ids and uris follow from it and the row.
        reader: of these rows, from 0.
        size: how many.
        labels: of these rows; None where they have none.
        split: the side of all of them.
        name: of the images, for messages.
    """

    location: str
    reader: Reader
    size: int
    labels: LabelColumn | None
    split: str | None
    name: str


def join_parts(
    parts: Sequence[Part], location: str, root: Path | None = None, names: Sequence[str] | None = None
) -> Dataset:
    """A dataset of all parts, with one list of classes.

    Args:
        parts: at least one.
        location: what was opened, for the user; begins the messages.
        root: the folder that the parts' locations are relative to.
        names: the classes, where something names them.

    Raises:
        LayoutError: images and labels differ in number, or labels do not go together.
    """
    for part in parts:
        if part.labels is not None and len(part.labels.values) != part.size:
            raise LayoutError(f"{location}: {part.name} has {part.size} images and {len(part.labels.values)} labels")
    columns = [no_labels(part.size) if part.labels is None else part.labels for part in parts]
    classes, numbers = number_labels(columns, location, names)
    if all(part.labels is None for part in parts) and names is None:
        classes = ()
    builder = TableBuilder(SCHEMA, ["id", "uri", "label", "split"])
    first = 0
    for part in parts:
        for rows in starts(part.size):
            builder.add(
                id=[sample_id(part.location, row) for row in rows],
                uri=[f"{part.location}#{row}" for row in rows],
                label=label_cells(numbers[first + rows.start : first + rows.stop]),
                split=[part.split] * len(rows),
            )
        first += part.size
    counts = [part.size for part in parts]
    reader = concat_readers([part.reader for part in parts], counts)
    return Dataset(builder.finish(), classes, reader, scratch.count_up(sum(counts)), location, root)
