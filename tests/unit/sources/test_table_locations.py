import base64
import os
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from hardy.errors import DecodeError, LayoutError
from hardy.sources.table_locations import (
    Embedded,
    LocalFile,
    RemoteFile,
    looks_like_location,
    nested_pixels,
    parse_location,
    read_local,
)
from tests.builders import encoded, pixels, write
from tests.tables import data_uri

PICTURE = encoded(pixels())


@pytest.mark.parametrize(
    ("cell", "location"),
    [
        ("a.png", "a.png"),
        (" cats/a b.png ", "cats/a b.png"),
        ("./cats//./a.png", "cats/a.png"),
        ("cats/../dogs/a.png", "dogs/a.png"),
        ("cats\\a.png", "cats/a.png"),
        ("'cats/a.png", "cats/a.png"),
        ("a..b.png", "a..b.png"),
        ("été/ß.png", "été/ß.png"),
        ("~/a.png", "~/a.png"),
        ("=cmd|' /C calc'!A0.png", "=cmd|' /C calc'!A0.png"),
    ],
)
def test_paths(tmp_path: Path, cell: str, location: str) -> None:
    assert parse_location(cell, tmp_path) == LocalFile(location)


def test_paths_that_come_back_stay_inside(tmp_path: Path) -> None:
    assert parse_location(f"../{tmp_path.name}/a.png", tmp_path) == LocalFile("a.png")
    assert parse_location(str(tmp_path / "cats" / "a.png"), tmp_path) == LocalFile("cats/a.png")


@pytest.mark.parametrize(
    "cell", ["../a.png", "cats/../../a.png", "/etc/passwd", "..", "..\\a.png", "//host/share/a.png", "."]
)
def test_paths_that_leave_the_folder_only_when_the_user_says_so(tmp_path: Path, cell: str) -> None:
    if cell != ".":
        with pytest.raises(LayoutError, match="outside the table's folder; --allow-outside"):
            parse_location(cell, tmp_path)
        found = parse_location(cell, tmp_path, allow_outside=True)
        assert isinstance(found, LocalFile)
        assert (tmp_path / found.location).resolve() == (tmp_path / cell.replace("\\", "/")).resolve()


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("", "no location"),
        ("   ", "no location"),
        (None, "no location"),
        (float("nan"), "no location"),
        (7, "but int"),
        ({"path": "a.png"}, "but dict"),
        ("a\0.png", "no name of a file"),
        ("\ud800.png", "no valid Unicode"),
        ("data:,\ud800", "no valid Unicode"),
        ("http://example.org/\ud800", "no valid Unicode"),
        ("x" * 5000, "5,000 characters"),
        ("C:\\photos\\a.png", "Windows"),
        ("file:///etc/passwd", "begins with file://"),
        ("s3://bucket/a.png", "begins with s3://"),
        ("http://user:secret@example.org/a.png", "name or password"),
        ("http://example.org/a b.png", "blanks"),
        ("data:image/png;base64", "without a comma"),
        ("data:image/png;base64,", "holds nothing"),
        ("data:image/png;base64,%%%", "cut or damaged"),
        ("[[1, 2], [3]]", "different length"),
        ("[[1, 2], [3, 4]", "no lists"),
        ("[[0 0 ... 0 0]]", "shortened"),
        ("[[" * 100_000, "no lists"),
        ([[1, "a"]], "shape"),
        ([1, 2], "shape"),
        ([], "shape"),
        ([[]], "shape"),
        ([[[[1]]]], "shape"),
        ([[True, False]], "shape"),
        ([[None]], "shape"),
        ([[-1, 2]], "from -1"),
        ([[1, 70000]], "70000"),
        ([[10**30]], "shape"),
        ([[0.5, 2.0]], "2.0"),
        ([[float("nan")]], "nan"),
    ],
)
def test_what_is_no_location_is_refused_with_a_reason(tmp_path: Path, cell: object, message: str) -> None:
    with pytest.raises(LayoutError, match=message) as caught:
        parse_location(cell, tmp_path)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://example.org/a.png", "HTTPS://Example.org/a?b=c@d#e"])
def test_urls(tmp_path: Path, url: str) -> None:
    assert parse_location(f" {url} ", tmp_path) == RemoteFile(url)


@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF"])
def test_embedded_pictures(tmp_path: Path, format: str) -> None:
    picture = encoded(pixels(), format)
    bare = base64.b64encode(picture).decode()
    spellings = [
        f"data:image/x;base64,{bare}", bare, bare.rstrip("="), base64.urlsafe_b64encode(picture).decode(),
        f"DATA:;BASE64,{bare}", "\n".join(bare[start : start + 76] for start in range(0, len(bare), 76)),
    ]  # fmt: skip
    for text in spellings:
        assert parse_location(text, tmp_path) == Embedded(picture)
        assert looks_like_location(text, tmp_path)


def test_a_data_uri_in_percent_signs(tmp_path: Path) -> None:
    assert parse_location("data:image/x-portable-graymap,P5%0A1%201%0A255%0Aa", tmp_path) == Embedded(
        b"P5\n1 1\n255\na"
    )


def test_a_path_that_is_spelt_in_base64s_letters_is_a_path(tmp_path: Path) -> None:
    for name in ("images/0123456789abcdefghijklmnopqrstuvwxyz", "Qk" * 30 + "/1.png"):
        assert parse_location(name, tmp_path) == LocalFile(name)


def test_nested_lists() -> None:
    for shape, dtype in (((17, 11), "uint8"), ((17, 11, 1), "uint16"), ((17, 11, 3), "uint8"), ((3, 5, 7), "uint8")):
        image = pixels(*shape, dtype=dtype)
        found = nested_pixels(image.tolist())
        assert found.dtype == image.dtype and np.array_equal(found, image.reshape(*shape[:2], -1))
    assert np.array_equal(nested_pixels([[0.0, 1.0]]), np.array([[[0], [255]]]))
    image = pixels(3, 17, 11)
    assert np.array_equal(nested_pixels(image.tolist(), channels_first=True), np.moveaxis(image, 0, 2))


def test_identity_of_embedded_pixels_is_their_content() -> None:
    image = pixels(4, 6, 1)
    assert Embedded(image).location == Embedded(image.astype("uint16")).location
    assert Embedded(image).location != Embedded(image.reshape(6, 4, 1)).location


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("a.png", True), ("A.JPG", True), ("there", True), ("http://x", True), ("[[1]]", True), ([[1]], True),
        ("cat", False), ("", False), (None, False), (3, False), ("a" * 10_000, False), ("a\0b", False), ([1], False),
        ("/", False),
    ],
)  # fmt: skip
def test_what_looks_like_a_location(tmp_path: Path, cell: object, expected: bool) -> None:
    write(tmp_path / "there", b"")
    assert looks_like_location(cell, tmp_path) is expected


def test_links_are_followed_inside_and_refused_outside(tmp_path: Path) -> None:
    write(tmp_path / "secret.png", b"secret")
    write(tmp_path / "table" / "real.png", PICTURE)
    root = tmp_path / "table"
    (root / "inside.png").symlink_to("real.png")
    (root / "outside.png").symlink_to(tmp_path / "secret.png")
    (root / "folder").symlink_to(tmp_path)
    (root / "loop.png").symlink_to("loop.png")
    assert read_local("inside.png", root) == PICTURE
    for name in ("outside.png", "folder/secret.png"):
        with pytest.raises(DecodeError, match="leads outside"):
            read_local(name, root)
        assert read_local(name, root, allow_outside=True) == b"secret"
    with pytest.raises(OSError):
        read_local("loop.png", root)


def test_a_table_reached_through_a_link_is_no_escape(tmp_path: Path) -> None:
    write(tmp_path / "real" / "a.png", PICTURE)
    (tmp_path / "link").symlink_to("real")
    assert read_local("a.png", tmp_path / "link") == PICTURE
    assert parse_location(str(tmp_path / "real" / "a.png"), tmp_path / "link") == LocalFile("a.png")


def test_pipes_and_folders_are_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "folder.png").mkdir()
    for name in ("pipe.png", "folder.png"):
        with pytest.raises(DecodeError, match="is no file"):
            read_local(name, tmp_path)


def test_a_name_is_found_in_the_other_unicode_form(tmp_path: Path) -> None:
    write(tmp_path / unicodedata.normalize("NFD", "é.png"), PICTURE)
    assert read_local(unicodedata.normalize("NFC", "é.png"), tmp_path) == PICTURE
    with pytest.raises(FileNotFoundError):
        read_local("ü.png", tmp_path)


def test_data_uri_builder() -> None:
    assert data_uri(b"abc") == "data:image/png;base64,YWJj"
