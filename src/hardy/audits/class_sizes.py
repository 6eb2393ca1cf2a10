"""Are there enough pictures, and enough of each class?"""

import numpy as np

from hardy.dataset import Dataset
from hardy.findings import Finding

ENOUGH_PER_CLASS = 1_000
SMALLEST_SHARE_OF_MEAN = 0.20
SMALLEST_SHARE_OF_LARGEST = 0.10


def check_class_sizes(data: Dataset) -> list[Finding]:
    """What it does: counts the readable images of each class.

    - `one-class`: fewer than two classes have images: there is nothing to tell apart.
    - `class-too-small`: a class has fewer than 20% of the mean class, or fewer than 10% of the largest.
    - `few-images`: a class has fewer than 1,000 images.
    - `unlabelled`: images without a label.

    Why is this bad: a network learns rare classes last and forgets them first; with few images it learns the images
    and not the class.

    Source: the handbook, part 6, "Too few images of a specific class".
    """
    counts = np.array(list(data.counts().values()), np.int64)
    findings = _unlabelled(data)
    if findings and findings[0].severity == "error":
        return findings
    if (counts > 0).sum() < 2:
        there = int((counts > 0).sum())
        message = f"there are pictures of {there} class{'' if there == 1 else 'es'}; telling apart takes two"
        fix = "add a folder with pictures of another class"
        findings.append(Finding("one-class", "error", message, fix, value=there, threshold=2))
        return findings
    mean, largest = float(counts.mean()), int(counts.max())
    ids, labels = np.array(data.ids), data.labels
    for number, name in enumerate(data.classes):
        count = int(counts[number])
        limit = max(SMALLEST_SHARE_OF_MEAN * mean, SMALLEST_SHARE_OF_LARGEST * largest)
        if count < limit:
            which = (
                f"{count / mean:.0%} of the mean class ({mean:,.0f})"
                if limit == SMALLEST_SHARE_OF_MEAN * mean
                else f"{count / largest:.0%} of the largest ({largest:,})"
            )
            findings.append(
                Finding(
                    "class-too-small",
                    "warning",
                    f"{name} has {count:,} image{'' if count == 1 else 's'}, {which}",
                    f"collect at least {int(np.ceil(limit)) - count:,} more pictures of {name}",
                    value=count,
                    threshold=limit,
                    sample_ids=tuple(ids[labels == number].tolist()),
                    weight=int(np.ceil(limit)) - count,
                )
            )
    few = [(name, int(count)) for name, count in zip(data.classes, counts, strict=True) if count < ENOUGH_PER_CLASS]
    if few:
        smallest = min(few, key=lambda pair: pair[1])
        findings.append(
            Finding(
                "few-images",
                "info",
                f"{len(few)} of {len(counts)} classes have fewer than {ENOUGH_PER_CLASS:,} images "
                f"({smallest[0]}: {smallest[1]:,})",
                "collect more where the test score is low, or augment: --augment with what the wild will bring",
                value=smallest[1],
                threshold=ENOUGH_PER_CLASS,
            )
        )
    return findings


def _unlabelled(data: Dataset) -> list[Finding]:
    missing = np.flatnonzero(data.labels < 0)
    if not len(missing):
        return []
    ids = data.ids
    return [
        Finding(
            "unlabelled",
            "error" if len(missing) == len(data) else "warning",
            f"{len(missing):,} of {len(data):,} images have no label",
            "put them into a folder named after their class",
            value=len(missing),
            threshold=0,
            sample_ids=tuple(ids[row] for row in missing),
            weight=len(missing),
        )
    ]
