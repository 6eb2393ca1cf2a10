"""The same picture twice: in a class, under two labels, or on both sides of a split."""

from collections import defaultdict

from hardy.dataset import Dataset
from hardy.findings import Finding, Severity


def check_duplicates(data: Dataset) -> list[Finding]:
    """What it does: groups images whose content is byte for byte the same.

    - `duplicate-across-labels`: one picture under two labels, so one of them is wrong.
    - `duplicate-across-splits`: a picture on two sides, so the test asks what the training has shown.
    - `duplicate`: a picture several times in one class.

    Why is this bad: the first teaches contradictions, the second makes the score too good, the third counts one
    picture as several.

    What to do: the paths are in the report; keep one of each. Nothing is deleted by hardy, and equal pictures are
    always put on the same side of a split.
    """
    rows: dict[str, list[int]] = defaultdict(list)
    for row, content in enumerate(data.column("content")):
        rows[content].append(row)
    groups = [group for group in rows.values() if len(group) > 1]
    labels, sides, ids, paths = data.labels, data.column("split"), data.ids, data.paths()
    across_labels = [g for g in groups if len({int(labels[row]) for row in g if labels[row] >= 0}) > 1]
    across_sides = [g for g in groups if len({sides[row] for row in g if sides[row]}) > 1]
    within = [g for g in groups if len({int(labels[row]) for row in g}) == 1 and len({sides[row] for row in g}) == 1]

    def finding(code: str, severity: Severity, found: list[list[int]], what: str, fix: str) -> list[Finding]:
        if not found:
            return []
        one = found[0][0]
        other = next((row for row in found[0] if (labels[row], sides[row]) != (labels[one], sides[one])), found[0][1])
        first = f"{paths[one]} = {paths[other]}"
        members = [row for group in found for row in group]
        return [
            Finding(
                code,
                severity,
                f"{len(found):,} {'picture' if len(found) == 1 else 'pictures'} {what} ({first})",
                fix,
                value=len(found),
                threshold=0,
                sample_ids=tuple(ids[row] for row in members),
                weight=len(members),
            )
        ]

    return (
        finding(
            "duplicate-across-labels",
            "error",
            across_labels,
            "under two labels",
            "decide which label is right and remove the other copy",
        )
        + finding(
            "duplicate-across-splits",
            "error",
            across_sides,
            "on both sides of a split",
            "remove the copies from the training side",
        )
        + finding("duplicate", "warning", within, "more than once in a class", "keep one of each")
    )
