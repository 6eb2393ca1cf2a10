"""Folders that are there for a class and hold no pictures."""

from hardy.dataset import Dataset
from hardy.findings import Finding
from hardy.sources.folder import SPLIT_NAMES


def check_empty_classes(data: Dataset) -> list[Finding]:
    """What it does: names the classes whose folders hold no picture.

    - `empty-class`: a folder, of a class as a whole or on one side, with nothing in it that is named like a picture.

    Why is this bad: the class is not learned; where it is empty on one side only, nothing says how well it is
    recognised. Often the pictures were forgotten, or are of a kind that is not read (`.heic`).

    What to do: put pictures there, or remove the folder.

    Source: `mission.md`, A1: each class has at least 1,000 images.
    """
    folders = [entry.uri for entry in data.refused if entry.uri.endswith("/")]
    findings = []
    for folder in folders:
        parts = folder.rstrip("/").split("/")
        side = SPLIT_NAMES.get(parts[0].lower()) if data.has_splits and len(parts) > 1 else None
        name = "/".join(parts[1:] if side else parts)
        where = f" on the {side} side" if side else ""
        findings.append(
            Finding(
                "empty-class",
                "warning",
                f"{name} has no pictures{where}: there are none in the folder {folder}",
                f"put pictures of {name} into {folder}, or remove the folder",
                value=0,
                threshold=1,
            )
        )
    return findings
