"""From whatever was opened to what can be packed or trained on: read, given sides, given a preprocessing."""

from dataclasses import dataclass, replace
from itertools import chain

from hardy import scratch
from hardy.dataset.dataset import Dataset
from hardy.dataset.folds import check_folds
from hardy.dataset.kept import keep
from hardy.dataset.normalisation import Kind
from hardy.dataset.prepared import default_preprocessing
from hardy.dataset.preprocessing import Preprocessing
from hardy.dataset.probe import probe, refusal
from hardy.dataset.shares import Share, check_share, rows_of
from hardy.dataset.split import assign_sides, side_of_fold
from hardy.dataset.statistics import with_statistics
from hardy.errors import InputError
from hardy.pixels.channels import Background
from hardy.pixels.resize import Filter, Fit
from hardy.progress import SILENT, Progress


@dataclass(frozen=True)
class Wishes:
    """What the user asked for; None leaves it to the data.

    Args:
        channels: 1 or 3; grey where every picture is grey.
        size_hw: (height, width); the pictures' own where all have one, 64×64 otherwise.
        fit: stretch, pad or crop; pad by default.
        test: fraction (0.2) or number of rows (500) to hold out, where the source has no test rows; the rule of thumb
            by default.
        val: of the training rows that are left, to validate on, where the source has none; likewise.
        seed: of the split; 0 by default.
        background: under transparent parts and in padding; black by default.
        normalise: how levels become numbers; per channel by default.
        exact: decode training pictures whole when they are measured.
        folds: divide the rows into so many, and hold one out.
        fold: which one, counted from 1.
        filter: what shrinks, triangle or area; triangle by default.
    """

    channels: int | None = None
    size_hw: tuple[int, int] | None = None
    fit: Fit | None = None
    test: Share | None = None
    val: Share | None = None
    seed: int | None = None
    background: Background | None = None
    normalise: Kind | None = None
    exact: bool = False
    folds: int | None = None
    fold: int | None = None
    filter: Filter | None = None

    def __post_init__(self) -> None:
        for side, share in (("test", self.test), ("val", self.val)):
            if share is not None:
                check_share(side, share)
        check_folds(self.folds, self.fold)


def with_sides(data: Dataset, wishes: Wishes, progress: Progress = SILENT) -> Dataset:
    """Read every picture once, set aside what has no label, and give every row a side.

    Raises:
        InputError: nothing can be read, nothing is labelled, or there is only one class.
    """
    probed = labelled(probe(data, progress=progress), wishes)
    if probed.sides_are_final:
        if "train" not in probed.split_sizes():
            raise InputError(f"{data.location} has no training rows")
        return probed
    split = assign_sides(probed, wishes.test, wishes.val, wishes.seed or 0, wishes.folds, wishes.fold)
    _say_what_fell_short(probed, split, wishes, progress)
    return split


def labelled(data: Dataset, wishes: Wishes) -> Dataset:
    """Set aside what has no label, and see that the rest can be given the sides that are wished for.

    Raises:
        InputError: nothing is labelled, there is only one class, or the wishes do not fit.
    """
    labels = data.labels
    if labels.max(initial=-1) < 0:
        raise InputError(f"{data.location} has no labels: expected a folder per class, with pictures in it")
    if labels.min() < 0:
        data = without_unlabelled(data)
        labels = data.labels
    classes = sum(count > 0 for count in data.counts().values())
    if classes < 2:
        name = next(name for name, count in data.counts().items() if count)
        raise InputError(f"{data.location} has pictures of one class only ({name}); telling apart takes at least two")
    _check_wishes(data, wishes)
    return data


def without_unlabelled(data: Dataset) -> Dataset:
    """The rows that have a label; the others are refused."""
    labels = data.labels
    labelled, rest = scratch.zeros(len(data), bool), scratch.zeros(len(data), bool)
    for part in scratch.parts(len(data)):
        labelled[part] = labels[part] >= 0
        rest[part] = ~labelled[part]
    rows = scratch.positions(rest)
    unlabelled = (
        refusal(data, row, "it has no label") for part in scratch.parts(len(rows)) for row in rows[part].tolist()
    )
    return replace(data.select(labelled), refused=keep(chain(data.refused, unlabelled)))


def _check_wishes(data: Dataset, wishes: Wishes) -> None:
    """A wish that the source's own sides leave no room for is a mistake, not something to pass over."""
    for side, share in (("test", wishes.test), ("val", wishes.val)):
        if share is not None and (data.sides_are_final or side in data.split_sizes()):
            raise InputError(f"{data.location} has sides of its own: leave out the {side} share")
    if data.sides_are_final:
        for name, value in (("seed of the split", wishes.seed), ("folds", wishes.folds)):
            if value is not None:
                raise InputError(f"{data.location} has sides of its own: leave out the {name}")


def _say_what_fell_short(before: Dataset, after: Dataset, wishes: Wishes, progress: Progress) -> None:
    """Where groups, or classes of a few rows, did not let a wish come true to the last row."""
    own, sizes = before.split_sizes(), after.split_sizes()
    of_test, of_val = len(before) - own.get("val", 0), len(before) - sizes.get("test", 0)
    for side, share, candidates in (("test", wishes.test, of_test), ("val", wishes.val, of_val)):
        wished, found = rows_of(share or 0, candidates), sizes.get(side, 0)
        if found < wished:
            progress.say(f"{found:,} {side} rows and not {wished:,}: groups and equal pictures are not parted")
    if wishes.folds is not None:
        held_out = side_of_fold(before)
        whole, apart = before.counts(), [before.counts(side) for side in own if side != "train"]
        divided = {name: count - sum(counts[name] for counts in apart) for name, count in whole.items()}
        rare = [f"{name} ({count:,})" for name, count in divided.items() if 0 < count < wishes.folds]
        if rare:
            progress.say(f"fewer rows than folds, so that some have no {held_out} rows of these: {', '.join(rare)}")


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
            filter=wishes.filter or own.filter,
        )
    chosen = default_preprocessing(
        data,
        wishes.channels,
        wishes.size_hw,
        wishes.fit or "pad",
        background or 0,
        wishes.normalise or "channel",
        wishes.filter or "triangle",
    )
    sizes = data.distinct("height", "width")
    if wishes.size_hw is None and len(sizes) > 1:
        taken = f"{chosen.size_hw[0]}×{chosen.size_hw[1]}"
        progress.say(f"pictures have {len(sizes):,} sizes: {taken} is taken; --size H W changes it")
    return chosen
