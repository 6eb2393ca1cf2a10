import pytest

from hardy.errors import LayoutError
from hardy.sources.table_labels import class_order, side, whole_numbers, word


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (" cat ", "cat"), ("", None), (None, None), (float("nan"), None), (3, "3"), (3.0, "3"), (True, "true"),
        (["cat"], "cat"), ("cats/persian", "cats/persian"), ("NA", "NA"), (0, "0"), (-1, "-1"), ("=1+1", "=1+1"),
    ],
)  # fmt: skip
def test_words(value: object, expected: str | None) -> None:
    assert word(value) == expected


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (["cat", "dog"], "several"),
        ([], "several"),
        ({"name": "cat"}, "several"),
        ("['cat', 'dog']", "a list"),
        (0.5, "whole number"),
        (float("inf"), "whole number"),
        ("\ud800", "Unicode"),
    ],
)
def test_what_is_no_single_word(value: object, message: str) -> None:
    with pytest.raises(LayoutError, match=message):
        word(value)


def test_numbers_are_sorted_by_value_and_words_by_letter() -> None:
    assert class_order(["10", "9", "-1", None]) == ("-1", "9", "10")
    assert class_order(["10", "9", "x"]) == ("10", "9", "x")
    assert class_order(["1", "01"]) == ("01", "1")
    assert class_order([]) == ()


def test_pandas_numbers_with_gaps() -> None:
    assert whole_numbers(["1.0", None, "12.0"]) == ["1", None, "12"]
    assert whole_numbers(["1.0", "v1.0"]) == ["1.0", "v1.0"]
    assert whole_numbers(["1.5", "2.0"]) == ["1.5", "2.0"]


def test_sides() -> None:
    assert [side(name) for name in ("Train", " dev ", "holdout", "", None)] == ["train", "val", "test", None, None]
    with pytest.raises(LayoutError, match="'later': expected one of train"):
        side("later")
