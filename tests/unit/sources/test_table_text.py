import csv
import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardy.errors import LayoutError
from hardy.sources.table_text import guess_delimiter, split_rows


def rows(text: str, delimiter: str = ",") -> list[list[str]]:
    return list(split_rows(text, delimiter))


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("a,b", ["a", "b"]),
        (" a , b ", ["a", "b"]),
        ("a,,", ["a", "", ""]),
        ("'cat', cats_n_dogs/cat/1.jpg", ["cat", "cats_n_dogs/cat/1.jpg"]),
        ("‘dog’,cats_n_dogs/dog/2.jpg", ["dog", "cats_n_dogs/dog/2.jpg"]),
        ("'dog','http://mysite.com/dog/2.jpg", ["dog", "'http://mysite.com/dog/2.jpg"]),
        ("'a,b',c", ["a,b", "c"]),
        ("dog's bowl,it's.jpg", ["dog's bowl", "it's.jpg"]),
        ("'s-Hertogenbosch,a.jpg", ["'s-Hertogenbosch", "a.jpg"]),
        ("',a.jpg", ["'", "a.jpg"]),
        ('"a, b",c', ["a, b", "c"]),
        ('"a ""b""",c', ['a "b"', "c"]),
        ('"\'",c', ["'", "c"]),
        ('"  kept  ",c', ["  kept  ", "c"]),
        ('"",c', ["", "c"]),
        ('5" pipe,c', ['5" pipe', "c"]),
        ('"a"b,c', ["ab", "c"]),
        ("cat,[[1, 2], [3, 4]]", ["cat", "[[1, 2], [3, 4]]"]),
        ("[ [[1, 2]], [[3, 4]] ],cat", ["[ [[1, 2]], [[3, 4]] ]", "cat"]),
        ("[old] photo.jpg,cat", ["[old] photo.jpg", "cat"]),
        ("[[1, 2,cat", ["[[1, 2,cat"]),
        ("data:image/png;base64,iVBOR,cat", ["data:image/png;base64,iVBOR", "cat"]),
    ],
)
def test_fields_of_a_line(line: str, fields: list[str]) -> None:
    assert rows(line) == rows(line + "\n") == [fields]


def test_semicolons_and_tabs() -> None:
    assert rows("a;'b;c';data:image/png;base64,xyz;[[1,2],[3,4]]", ";") == [
        ["a", "b;c", "data:image/png;base64,xyz", "[[1,2],[3,4]]"]
    ]
    assert rows("a\t\tb c\t'd\te'\n", "\t") == [["a", "", "b c", "d\te"]]


def test_a_quoted_field_over_several_lines_and_blank_lines() -> None:
    assert rows('a,"b\nc"\n\n , \nd,e') == [["a", "b\nc"], ["d", "e"]]
    assert rows('"a\nb",\'c,d\'\n"e"') == [["a\nb", "c,d"], ["e"]]


def test_a_quote_that_is_never_closed_names_its_line() -> None:
    with pytest.raises(LayoutError, match="opens in line 3 is never closed"):
        rows('a,b\nc,d\n"e,f\ng,h\n')


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [("a,b\nc,d", ","), ("a;b\nc,e;d", ";"), ("a\tb\nc d,e\tf", "\t"), ("a.png\nb.png", ","), ("", ","), ('"', ",")],
)
def test_the_delimiter_is_guessed(text: str, delimiter: str) -> None:
    assert guess_delimiter(text) == delimiter


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=9)


@given(st.lists(st.lists(cells, min_size=2, max_size=4), min_size=1, max_size=4), st.sampled_from(",;\t"))
def test_what_python_writes_with_all_quotes_is_read_as_it_was(written: list[list[str]], delimiter: str) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(written)
    assert rows(buffer.getvalue(), delimiter) == [row for row in written if any(row)]


@pytest.mark.parametrize("piece", ["'a,", "[[,", '"",', "data:,", "'", ",", "[[]],", "''", "data:", '""', "‘,’x,"])
def test_a_long_line_is_read_in_time_that_grows_with_its_length(piece: str) -> None:
    text = piece * (300_000 // len(piece))
    start = time.process_time()
    rows(text)
    assert time.process_time() - start < 10
    assert csv.field_size_limit() == 131072  # the whole process shares it: not ours to change
