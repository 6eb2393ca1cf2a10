"""A layout of one file is also recognised as a folder that holds nothing else, as archives unpack to."""

import os
from pathlib import Path


def single_file(path: Path, endings: tuple[str, ...]) -> Path | None:
    """The file with one of these endings that `path` is, or holds as its only visible entry.

    Args:
        path: a file or folder that exists.
        endings: in lower case, with the dot.

    Example:
        >>> single_file(Path("README.md"), (".npz",)) is None
        True
    """
    if path.is_file():
        return path if path.name.lower().endswith(endings) else None
    found: list[Path] = []
    with os.scandir(path) as entries:
        for entry in entries:
            if not entry.name.startswith("."):
                found.append(Path(entry.path))
                if len(found) > 1:  # a folder of a million pictures is not listed to learn that it is none of ours
                    return None
    return found[0] if found and found[0].is_file() and found[0].name.lower().endswith(endings) else None
