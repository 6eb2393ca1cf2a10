"""What a table's location means: a file below the table's folder, a URL, or the picture itself."""

import base64
import json
import math
import os
import posixpath
import re
import stat
import unicodedata
import urllib.parse
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from hardy.errors import DecodeError, LayoutError
from hardy.files import hash_bytes
from hardy.pixels import Image
from hardy.pixels.decode import MAX_PIXELS, sniff
from hardy.sources.folder import ENDINGS
from hardy.sources.table_labels import is_unicode, printable

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+)://", re.IGNORECASE)
_NESTED = re.compile(r"\[\s*\[")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")
_BLANK = re.compile(r"\s+")
_DRIVE = re.compile(r"[A-Za-z]:/")
_URL_SAFE = str.maketrans("-_", "+/")
_SHORTEST_BASE64 = 32
_LONGEST_PATH = 4096


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file; relative to the table's folder with "/", absolute where it lies outside."""

    location: str


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """An http(s) URL, as the table has it."""

    location: str


@dataclass(frozen=True, slots=True)
class Embedded:
    """Bytes of a picture file, or pixels (H, W, C), that the table itself held."""

    payload: bytes | Image

    @property
    def location(self) -> str:
        """What its identity rests on: its content, so that it does not matter in which row, or how, it is written."""
        if isinstance(self.payload, bytes):
            return f"#{hash_bytes(self.payload)}"
        return f"#{hash_bytes(f'{self.payload.shape}'.encode() + self.payload.astype('<u2').tobytes())}"


Place: TypeAlias = LocalFile | RemoteFile | Embedded


def looks_like_location(value: Any, root: Path) -> bool:
    """Whether a cell is pixels, a URL, an embedded picture, or the name of a picture or of a file that is there."""
    if isinstance(value, list):
        return bool(value) and isinstance(value[0], list)
    if not isinstance(value, str):
        return False
    text = value.strip()
    if _SCHEME.match(text) or text[:5].lower() == "data:" or _NESTED.match(text) or _is_base64(text):
        return True
    if f".{text[-8:].rpartition('.')[2].lower()}" in ENDINGS:
        return True
    # A path that begins with a slash is not even looked for: on Windows `\\host\share` would be asked over the network.
    return 0 < len(text) < _LONGEST_PATH and text[0] not in "/\\" and ":" not in text and _is_file(root / text)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def parse_location(value: Any, root: Path, allow_outside: bool = False, channels_first: bool = False) -> Place:
    """What a cell points to; no file is opened and nothing is fetched.

    Args:
        value: the cell: text, or nested lists (H, W) or (H, W, C) of whole numbers.
        root: the table's folder, absolute.
        allow_outside: take paths that leave it.
        channels_first: nested lists of three levels are (C, H, W).

    Raises:
        LayoutError: it is blank, leaves the folder, has a scheme other than http(s), or is no picture; the message
            is the reason only, which the caller adds a row to.

    Example:
        >>> parse_location("cats/./1.jpg", Path("/photos"))
        LocalFile(location='cats/1.jpg')
    """
    if isinstance(value, list | tuple):
        return Embedded(nested_pixels(value, channels_first))
    if value is None or (isinstance(value, float) and math.isnan(value)) or value == "":
        raise LayoutError("has no location")
    if not isinstance(value, str):
        raise LayoutError(f"has no path, URL or pixels as its location, but {type(value).__name__}")
    if not is_unicode(value):
        raise LayoutError("has a location that is no valid Unicode")
    text = value.strip()
    if text[:1] in ("'", "‘") and not _is_file(root / text[:_LONGEST_PATH]):
        text = text[1:]  # the handbook's own example opens a quote that it does not close
    if _NESTED.match(text):
        return Embedded(nested_pixels(_lists(text), channels_first))
    if text[:5].lower() == "data:":
        return Embedded(_data_uri(text))
    if scheme := _SCHEME.match(text):
        return RemoteFile(_checked_url(text, scheme[1].lower()))
    if _is_base64(text):
        return Embedded(_from_base64(text))
    return LocalFile(_local(text, root, allow_outside))


def nested_pixels(value: Any, channels_first: bool = False) -> Image:
    """Pixels of nested lists: whole numbers are 0..255, or 0..65535 where one is above 255; fractions are 0..1.

    Raises:
        LayoutError: the lists are ragged, empty, of other levels than two or three, or hold something else.

    Example:
        >>> nested_pixels([[0, 255, 0], [255, 0, 255]]).shape
        (2, 3, 1)
    """
    try:
        array = np.array(value)
    except (ValueError, OverflowError, TypeError, RecursionError) as error:
        raise LayoutError("has pixels in rows of different length, or nested too deeply") from error
    if array.ndim not in (2, 3) or array.size == 0 or array.dtype.kind not in "iuf":
        raise LayoutError(
            f"has pixels of shape {array.shape} and kind {array.dtype}; "
            "expected lists (H, W) or (H, W, C) of whole numbers from 0 to 255"
        )
    if array.ndim == 3 and channels_first:
        array = np.moveaxis(array, 0, -1)
    pixels = array.reshape(*array.shape[:2], -1)
    if pixels.shape[0] * pixels.shape[1] > MAX_PIXELS:
        raise LayoutError(f"has {pixels.shape[0]}×{pixels.shape[1]} pixels, more than the limit of {MAX_PIXELS:,}")
    low, high = pixels.min(), pixels.max()
    if pixels.dtype.kind == "f" and low >= 0 and high <= 1:
        return (pixels * 255 + 0.5).astype(np.uint8)
    if pixels.dtype.kind == "f" or low < 0 or high > 65535:
        raise LayoutError(
            f"has pixels from {low} to {high}; expected whole numbers from 0 to 255 or 65535, or 0.0 to 1.0"
        )
    return np.ascontiguousarray(pixels.astype(np.uint8 if high < 256 else np.uint16))


def _lists(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        if "..." in text:
            raise LayoutError("has pixels that were shortened to '...' when they were written") from error
        raise LayoutError("has pixels that are no lists of whole numbers as JSON writes them") from error


def _data_uri(text: str) -> bytes:
    head, comma, body = text.partition(",")
    if not comma:
        raise LayoutError("is a data URI without a comma")
    data = _from_base64(body) if head.lower().endswith(";base64") else urllib.parse.unquote_to_bytes(body)
    if not data:
        raise LayoutError("is a data URI that holds nothing")
    return data


def _is_base64(text: str) -> bool:
    """Whether text is a picture in base64: a path can be spelt like that, but does not decode to a picture's start."""
    if len(text) < _SHORTEST_BASE64 or "." in text[:_LONGEST_PATH]:
        return False
    start = text[:_SHORTEST_BASE64].translate(_URL_SAFE)
    try:
        if sniff(base64.b64decode(start[:24], validate=True)) is None:
            return False
    except ValueError:
        return False
    return _BASE64.fullmatch(_BLANK.sub("", text).replace("+", "-").replace("/", "_")) is not None


def _from_base64(text: str) -> bytes:
    packed = _BLANK.sub("", urllib.parse.unquote(text) if "%" in text else text).translate(_URL_SAFE).rstrip("=")
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except ValueError as error:
        raise LayoutError("is base64 that is cut or damaged") from error


def _checked_url(text: str, scheme: str) -> str:
    if scheme not in ("http", "https"):
        raise LayoutError(f"has a location that begins with {scheme}://; only http and https are fetched")
    if re.search(r"[\x00-\x20\x7f]", text):
        raise LayoutError("has a URL with blanks or control characters in it")
    if "@" in re.split(r"[/?#\\]", text[len(scheme) + 3 :], maxsplit=1)[0]:
        raise LayoutError("has a URL with a user's name or password in it, which is not fetched")
    return text


def _local(text: str, root: Path, allow_outside: bool) -> str:
    if "\0" in text:
        raise LayoutError(f"has a location that is no name of a file ({_shown(text)!a})")
    if not text or len(text) > _LONGEST_PATH:
        raise LayoutError(
            f"has a location of {len(text):,} characters that is no URL, base64 or pixels"
            if text
            else "has no location"
        )
    if "\\" in text and not _is_file(root / text):
        text = text.replace("\\", "/")  # written on Windows
    if _DRIVE.match(text) and os.name != "nt":
        raise LayoutError(f"points to {_shown(text)}, a drive of Windows")
    if not (_DRIVE.match(text) or text.startswith("/") or ".." in text or "./" in text or "//" in text):
        return text
    full = Path(os.path.normpath(root / text))
    for folder in (root, Path(os.path.realpath(root))):
        if full.is_relative_to(folder) and full != folder:
            return full.relative_to(folder).as_posix()
    if not allow_outside:
        raise LayoutError(f"points to {_shown(text)}, outside the table's folder; --allow-outside follows it")
    return full.as_posix() if Path(text).is_absolute() else posixpath.normpath(text)


def _shown(text: str) -> str:
    return printable(text if len(text) <= 80 else text[:77] + "...")


def read_local(location: str, root: Path, allow_outside: bool = False) -> bytes:
    """A file's bytes, after a look at where symbolic links lead.

    Raises:
        OSError: it is missing or cannot be read.
        DecodeError: a link leaves the folder, or it is no file but a folder, pipe or device.
    """
    real = _real_path(root / location)
    if not allow_outside and not real.is_relative_to(os.path.realpath(root)):
        raise DecodeError("a symbolic link leads outside the table's folder; --allow-outside follows it")
    if not stat.S_ISREG(real.stat().st_mode):
        raise DecodeError("is no file")
    return real.read_bytes()


def _real_path(path: Path) -> Path:
    """Where a path leads. A name typed on one system (é) may be written in two ways on another's disk (é)."""
    try:
        return Path(os.path.realpath(path, strict=True))
    except FileNotFoundError:
        for form in ("NFC", "NFD"):
            other = unicodedata.normalize(form, str(path))
            if other != str(path) and os.path.exists(other):  # noqa: PTH110
                return Path(os.path.realpath(other, strict=True))
        raise
