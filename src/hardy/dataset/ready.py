"""From whatever was opened to what can be packed or trained on: read, given sides, given a preprocessing."""

from dataclasses import dataclass, replace

import numpy as np

from hardy.dataset.dataset import Dataset, Refused
from hardy.dataset.normalisation import Kind
from hardy.dataset.prepared import default_preprocessing
from hardy.dataset.preprocessing import Preprocessing
from hardy.dataset.probe import probe
from hardy.dataset.split import assign_sides
from hardy.dataset.statistics import with_statistics
from hardy.errors import InputError
from hardy.pixels.channels import Background
from hardy.pixels.resize import Fit
from hardy.progress import SILENT, Progress


@dataclass(frozen=True)
class Wishes:
    """What the user asked for; None leaves it to the data.

    Args:
        channels: 1 or 3; grey where every picture is grey.
        size_hw: (height, width); the pictures' own where all have one, 64×64 otherwise.
        fit: stretch, pad or crop; pad by default.
        test_fraction: share to hold out, where the source has no test rows; the rule of thumb by default.
        val_fraction: share of the training rows to validate on, where the source has none; likewise.
        seed: of the split; 0 by default.
        background: under transparent parts and in padding; black by default.
        normalise: how levels become numbers; per channel by default.
        exact: decode training pictures whole when they are measured.
    """

    channels: int | None = None
    size_hw: tuple[int, int] | None = None
    fit: Fit | None = None
    test_fraction: float | None = None
    val_fraction: float | None = None
    seed: int | None = None
    background: Background | None = None
    normalise: Kind | None = None
    exact: bool = False


def with_sides(data: Dataset, wishes: Wishes, progress: Progress = SILENT) -> Dataset:
    """Read every picture once, set aside what has no label, and give every row a side.

    Raises:
        InputError: nothing can be read, nothing is labelled, or there is only one class.
    """
    probed = probe(data, progress=progress)
    labels = probed.labels
    if (labels < 0).all():
        raise InputError(f"{data.location} has no labels: expected a folder per class, with pictures in it")
    if (labels < 0).any():
        ids, uris = probed.ids, probed.column("uri")
        unlabelled = [Refused(uris[row], "it has no label", ids[row]) for row in np.flatnonzero(labels < 0)]
        probed = replace(probed.select(labels >= 0), refused=probed.refused + tuple(unlabelled))
    classes = int((np.bincount(probed.labels) > 0).sum())
    if classes < 2:
        name = next(name for name, count in probed.counts().items() if count)
        raise InputError(f"{data.location} has pictures of one class only ({name}); telling apart takes at least two")
    _check_wishes(probed, wishes)
    if probed.sides_are_final:
        if "train" not in probed.split_sizes():
            raise InputError(f"{data.location} has no training rows")
        return probed
    return assign_sides(probed, wishes.test_fraction, wishes.val_fraction, wishes.seed or 0)


def _check_wishes(data: Dataset, wishes: Wishes) -> None:
    """A wish that the source's own sides leave no room for is a mistake, not something to pass over."""
    for side, fraction in (("test", wishes.test_fraction), ("val", wishes.val_fraction)):
        if fraction is not None and (data.sides_are_final or side in data.split_sizes()):
            raise InputError(f"{data.location} has sides of its own: leave out the {side} fraction")
    if wishes.seed is not None and data.sides_are_final:
        raise InputError(f"{data.location} has sides of its own: leave out the seed of the split")


def preprocessing_for(data: Dataset, wishes: Wishes, progress: Progress = SILENT) -> Preprocessing:
    """The store's own preprocessing, or one that fits the wishes, with statistics of the training rows."""
    own, chosen = data.preprocessing, wished_pixels(data, wishes, progress)
    if own is not None and own.is_measured and chosen.same_pixels(own) and chosen.normalise == own.normalise:
        return own
    total = data.split_sizes()["train"]
    return with_statistics(data, chosen, lambda rows: progress.advance("measuring", rows, total), wishes.exact)


def wished_pixels(data: Dataset, wishes: Wishes, progress: Progress = SILENT) -> Preprocessing:
    """The same without statistics: a store's own, changed where the user wishes, or what fits the pictures."""
    own = data.preprocessing
    background = wishes.background
    if own is not None:
        return replace(
            own,
            channels=wishes.channels or own.channels,
            size_hw=wishes.size_hw or own.size_hw,
            fit=wishes.fit or own.fit,
            background=own.background if background is None else background,
            normalise=wishes.normalise or own.normalise,
            mean=None,
            std=None,
            arrays=None,
        )
    chosen = default_preprocessing(
        data, wishes.channels, wishes.size_hw, wishes.fit or "pad", background or 0, wishes.normalise or "channel"
    )
    sizes = set(zip(data.column("height"), data.column("width"), strict=True))
    if wishes.size_hw is None and len(sizes) > 1:
        taken = f"{chosen.size_hw[0]}×{chosen.size_hw[1]}"
        progress.say(f"pictures have {len(sizes):,} sizes: {taken} is taken; --size H W changes it")
    return chosen
