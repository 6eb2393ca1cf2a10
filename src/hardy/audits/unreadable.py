"""Files that should be pictures and are not."""

from collections import Counter

from hardy.dataset import Dataset
from hardy.findings import Finding


def check_unreadable(data: Dataset) -> list[Finding]:
    """What it does: reports the files that were refused while reading.

    Why is this bad: they are missing from what is learned, and a truncated picture that some other program half reads
    teaches grey bars.

    What to do: fetch them again from where they came from; or remove them.

    Source: `mission.md`, mistake 11: a truncated file must be noticed, a missing one named.
    """
    broken = [entry for entry in data.refused if entry.id]
    if not broken:
        return []
    reasons = Counter(entry.reason for entry in broken).most_common(1)[0][0]
    found = len(data) + len(broken)
    return [
        Finding(
            "unreadable",
            "error",
            f"{len(broken):,} of {found:,} files cannot be read ({broken[0].uri}: {broken[0].reason})"
            if len(broken) == 1
            else f"{len(broken):,} of {found:,} files cannot be read (first {broken[0].uri}; most often: {reasons})",
            "fetch them again from where they came from, or remove them",
            value=len(broken),
            threshold=0,
            sample_ids=tuple(entry.id for entry in broken),
            weight=len(broken),
        )
    ]
