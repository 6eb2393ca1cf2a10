"""A folder per class, below folders of the sides where there are any."""

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from hardy.dataset import Dataset
from hardy.exports.picture_files import check_labels, check_sides, check_sides_have_labels, ending_of, picture_files
from hardy.exports.safe_names import Names, safe_name
from hardy.files import write_json
from hardy.progress import Progress
from hardy.sources.class_folders import CLASS_FOLDERS
from hardy.sources.folder import ENDINGS, SPLIT_NAMES


def write(data: Dataset, target: Path, tag: str, progress: Progress) -> None:  # noqa: ARG001 (kept by export)
    """Fill a folder.

    Files keep their names as far as no two are the same; what comes from arrays is called by its number. A class whose
    name no folder may have gets a safe one, and `.hardy-classes.json` says which.

    Raises:
        InputError: some rows have a label or a side and others have none.
    """
    for _ in fill(data, target, picture_files(data, progress)):
        pass


def fill(data: Dataset, target: Path, files: Iterable[bytes]) -> Iterator[str]:
    """Write the files of all rows, in order.

    Args:
        data: the rows.
        target: the folder, there and empty.
        files: as `picture_files` gives them.

    Yields:
        Where each file lies below `target`, parts joined by "/", once it is written.

    Raises:
        InputError: as `write`.
    """
    check_labels(data, "a folder")
    check_sides(data, "a folder")
    check_sides_have_labels(data, "a folder")
    folders = class_folders(data.classes)
    if any(folder != name for name, folder in folders.items()):
        renamed = {folder: name for name, folder in folders.items() if folder != name}
        write_json(target / CLASS_FOLDERS, renamed)
    taken: dict[Path, Names] = {}
    labels, sides, uris = data.labels.tolist(), data.column("split"), data.column("uri")
    for row, content in enumerate(files):
        place = target / (sides[row] or "")
        if labels[row] >= 0:
            place = place / folders[data.classes[labels[row]]]
        if place not in taken:
            place.mkdir(parents=True, exist_ok=True)
            taken[place] = Names()
        path = place / taken[place].take(*file_name(uris[row], row, content))
        path.write_bytes(content)
        yield path.relative_to(target).as_posix()


def file_name(uri: str, row: int, content: bytes) -> tuple[str, str]:
    """Stem and ending for a picture: its own where it came from a file, its number where it came from an array.

    Example:
        >>> file_name("cats/tom.jpg", 3, b"\\xff\\xd8\\xff"), file_name("digits.npz/x_train#7", 3, b"GIF89a")
        (('tom', '.jpg'), ('000003', '.gif'))
    """
    path = PurePosixPath(uri.replace("\\", "/"))
    if path.suffix.lower() in ENDINGS:
        return safe_name(path.stem).rstrip(". "), path.suffix
    return f"{row:06d}", ending_of(content)


def class_folders(classes: tuple[str, ...]) -> dict[str, str]:
    """A folder for each class, parts joined by "/"; no two the same where upper and lower case are.

    Example:
        >>> class_folders(("cats/persian", "CATS", "train", "a:b"))
        {'cats/persian': 'cats/persian', 'CATS': 'CATS-2', 'train': '%74rain', 'a:b': 'a%3Ab'}
    """
    given: dict[tuple[str, ...], str] = {}
    names: dict[str, Names] = {}
    folders: dict[str, str] = {}
    for name in classes:
        here = ""
        for depth, part in enumerate(parts := tuple(name.split("/"))):
            prefix = parts[: depth + 1]
            if prefix not in given:
                # At the top, names of sides would be taken for sides.
                reserved = tuple(SPLIT_NAMES) if depth == 0 else ()
                given[prefix] = names.setdefault(here, Names()).take(safe_name(part, reserved))
            here = f"{here}/{given[prefix]}" if here else given[prefix]
        folders[name] = here
    return folders
