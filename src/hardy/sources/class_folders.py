"""Classes whose names no folder may have: a hidden file says which folder stands for which class."""

from pathlib import Path

from hardy.errors import LayoutError
from hardy.files import read_json

CLASS_FOLDERS = ".hardy-classes.json"
"""At the root of an exported folder: {"a%3Ab": "a:b"}, for the classes that had to be renamed."""


def read_class_folders(root: Path) -> dict[str, str]:
    """Class names by their folder; empty where the hidden file is missing.

    Raises:
        LayoutError: the file is damaged.
    """
    file = root / CLASS_FOLDERS
    if not file.is_file():
        return {}
    value = read_json(file)
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value.values()):
        raise LayoutError(f"{file} does not map folders to names of classes; delete it to use the folders' own names")
    return value
