"""An enlarged folder says which pictures are altered copies of which, so that no split parts them.

`hardy augment` leaves the file; `hardy.augmentation.offline.record` says what else is in it.
"""

import json
from pathlib import Path

from hardy.errors import LayoutError

RECORD = "augmentation.jsonl"
"""At the root of an enlarged folder: of each altered copy a line with `file`, `of` (its parent's file) and `group`."""


def read_families(root: Path) -> dict[str, str]:
    """The group of each file that has a copy or is one; empty where the folder is not an enlarged one.

    Raises:
        LayoutError: the file is damaged.
    """
    path = root / RECORD
    if not path.is_file():
        return {}
    families: dict[str, str] = {}
    try:
        with path.open(encoding="utf-8") as lines:
            for entry in map(json.loads, lines):
                if "file" in entry:
                    families[entry["of"]] = families[entry["file"]] = str(entry["group"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise LayoutError(
            f"{path} is damaged ({error}): it says which pictures are copies of which, so that no split parts them; "
            "augment again"
        ) from error
    return families
