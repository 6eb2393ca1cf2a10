"""Names that every file system takes: what it would not is written as %XX, as in a URL, and can be read back."""

import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import unquote

_FORBIDDEN = re.compile(r'[<>:"/\\|?*%\x00-\x1f\x7f]')  # Windows' list, and our own sign
_DEVICES = re.compile(r"^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
_MAX_BYTES = 200


def _escaped(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))


def safe_name(name: str, reserved: Sequence[str] = ()) -> str:
    """One name, without "/".

    Args:
        name: any text.
        reserved: names (lower case) that mean something else there.

    Example:
        >>> safe_name("a/b?"), safe_name(".hidden"), safe_name("train", ["train"]), safe_name("")
        ('a%2Fb%3F', '%2Ehidden', '%74rain', '%')
    """
    text = _FORBIDDEN.sub(lambda match: _escaped(match[0]), unicodedata.normalize("NFC", name))
    if not text:
        return "%"
    if text[0] in ". " or _DEVICES.match(text) or text.lower() in reserved:
        text = _escaped(text[0]) + text[1:]
    if text[-1] in ". ":
        text = text[:-1] + _escaped(text[-1])
    while len(text.encode()) > _MAX_BYTES:
        text = text[:-1]
    return text


def original_name(name: str) -> str:
    """What `safe_name` was given, in Unicode form NFC, unless it was cut.

    Example:
        >>> original_name(safe_name("a/b?"))
        'a/b?'
    """
    return "" if name == "%" else unquote(name)


class Names:
    """Names given out in one folder, no two of which any file system takes for the same."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, stem: str, ending: str = "") -> str:
        """The name, with -2, -3, … after the stem where it is taken.

        Example:
            >>> names = Names()
            >>> names.take("a", ".png"), names.take("A", ".png")
            ('a.png', 'A-2.png')
        """
        number, name = 1, stem + ending
        while (key := unicodedata.normalize("NFC", name).casefold()) in self._taken:
            number += 1
            name = f"{stem}-{number}{ending}"
        self._taken.add(key)
        return name
