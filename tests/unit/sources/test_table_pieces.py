"""Tables are read a piece at a time, and wherever the pieces end they say the same."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardy.errors import LayoutError
from hardy.sources import table_pieces
from hardy.sources.table_files import read_table
from hardy.sources.table_json import _elements
from hardy.sources.table_pieces import Text, read_text
from hardy.sources.table_text import guess_delimiter, split_rows

SIZES = [1, 2, 3, 7, 1 << 20]

values = st.recursive(
    st.none() | st.booleans() | st.integers(-1_000, 1_000) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


def text_of(folder: Path, content: str) -> Text:
    file = folder / "a.txt"
    file.write_bytes(content.encode())
    return read_text(file)


@given(st.text(st.sampled_from("ab,\"'[\n1 ]"), max_size=40), st.sampled_from(SIZES))
def test_rows_do_not_depend_on_the_pieces(content: str, size: int) -> None:
    pieces = [content[at : at + size] for at in range(0, len(content), size)]

    def rows(text: object) -> object:
        try:
            return list(split_rows(text, ","))
        except LayoutError as error:
            return str(error)

    assert rows(pieces) == rows(content)
    assert guess_delimiter(pieces) == guess_delimiter(content)


@pytest.mark.parametrize("size", SIZES)
def test_line_ends_and_marks_at_the_ends_of_pieces(size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_pieces, "PIECE", size)
    text = text_of(tmp_path, "\ufeffa\r\nb\rc\né\r\n\r\n😀")
    assert text.whole() == "a\nb\nc\né\n\n😀"
    assert list(text.lines()) == ["a", "b", "c", "é", "", "😀"]
    assert (text.begin(3), Text(text.file, 4).whole()) == ("a\nb", "c\né\n\n😀")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a,b\n\n\xe9\n", r"no UTF-8 \(line 3\)"),
        (b"a\nb\xf0\x9f\x98", r"no UTF-8 \(line 2\)"),
        (b"\xff\xfea\0", "UTF-16"),
        (b"\xef\xbb\xbf \r\n\t", "empty"),
        (b"", "empty"),
    ],
)
def test_what_is_no_text(size: int, content: bytes, message: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(table_pieces, "PIECE", size)
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(LayoutError, match=message):
        read_text(tmp_path / "a.csv")


class Pieces(Text):
    """A text in memory."""

    def __init__(self, content: str, size: int) -> None:
        object.__setattr__(self, "_pieces", [content[at : at + size] for at in range(0, len(content), size)])

    def __iter__(self) -> object:
        return iter(self._pieces)


@given(st.lists(values, max_size=6), st.sampled_from(SIZES), st.sampled_from([None, 1]), st.sampled_from(["", " \n"]))
def test_elements_of_an_array_do_not_depend_on_the_pieces(
    array: list[object], size: int, indent: int | None, blank: str
) -> None:
    content = blank + json.dumps(array, indent=indent) + blank
    assert list(_elements(Pieces(content, size))) == array


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("content", ["[1", "[1,", "[1,]", "[,]", "[1 2]", "[1] 2", "[1]]", "{}", "1", "[1}", "", "[12"])
def test_what_is_no_array(content: str, size: int) -> None:
    with pytest.raises(ValueError):
        list(_elements(Pieces(content, size)))


def test_a_value_too_deep_to_be_kept_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_items: object) -> object:
        raise RecursionError

    monkeypatch.setattr("hardy.sources.table_json.keep", fail)
    for name in ("a.json", "a.jsonl"):
        (tmp_path / name).write_text('[["a.png"]]')
        with pytest.raises(LayoutError, match=rf"{name} is no JSON: it is nested too deeply"):
            read_table(tmp_path / name)
