"""Who a sample is. The id follows from where it lies in its source, not from where the source lies or what it holds."""

import unicodedata

import xxhash


def sample_id(location: str, row: int = 0, source: str = "") -> str:
    """The id of a sample.

    Args:
        location: path relative to the source's root, parts joined by "/".
        row: position inside the file, where a file holds several images; the frame of an animation.
        source: the name that `concat` gave; empty for a source on its own.

    Returns:
        xxh3-128 of the three, 32 hexadecimal digits. The location is taken in Unicode form NFC, so that the same name
        has the same id on every file system.

    Example:
        >>> sample_id("cats/é.png") == sample_id("cats/e\\u0301.png")
        True
        >>> sample_id("digits.gz", 1) == sample_id("digits.gz", 2)
        False
    """
    if not location.isascii():
        location = unicodedata.normalize("NFC", location)
    return xxhash.xxh3_128_hexdigest(f"{source}\0{location}\0{row}".encode())


def derived_id(parent: str, copy: int) -> str:
    """The id of a copy made of a sample, such as one that augmentation wrote to disk.

    Example:
        >>> derived_id("00" * 16, 1) != derived_id("00" * 16, 2)
        True
    """
    return xxhash.xxh3_128_hexdigest(f"{parent}\0{copy}".encode())
