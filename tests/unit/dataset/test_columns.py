import subprocess
import sys
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from hardy.dataset import columns
from hardy.dataset.columns import column_numbers, make_column


@pytest.mark.parametrize(
    "values",
    [
        ["cats/1.jpg", "", "b\nc", "d\0e"],
        ["é", "e\u0301", "猫.png", "ascii"],
        [],
        [""],
        ["a", None, "b"],
        [None, None],
        ("a", "bc"),
        np.array(["a", "é"]),
        np.array(["a", None], object),
    ],
)
def test_strings_are_those_that_arrow_makes(values: Any) -> None:
    found = make_column(values, pa.string())
    found.validate(full=True)
    assert found.equals(pa.array(values, pa.string()))


@pytest.mark.parametrize(
    "values",
    [
        [3, -1, 2**62],
        [],
        [1, None],
        np.arange(11)[::3],
        np.array([7, 255], np.uint8),
        np.array([2**31], np.uint32),
        np.array([5], ">i4"),
        np.array([1, None], object),
    ],
)
def test_numbers_are_those_that_arrow_makes(values: Any) -> None:
    found = make_column(values, pa.int64())
    found.validate(full=True)
    assert found.equals(pa.array([value if value is None else int(value) for value in values], pa.int64()))


@pytest.mark.parametrize(("values", "kind"), [(["1"], pa.int64()), ([1], pa.string())])
def test_values_of_another_kind_raise(values: list[object], kind: pa.DataType) -> None:
    with pytest.raises((TypeError, ValueError)):
        make_column(values, kind)


def test_numbers_beyond_the_type_raise() -> None:
    with pytest.raises((pa.ArrowInvalid, OverflowError)):
        make_column(np.array([2**63], np.uint64), pa.int64())


def test_arrow_divides_more_bytes_than_one_array_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "_MOST_BYTES", 3)
    divided = pa.chunked_array([["ab"], ["cd"]])
    monkeypatch.setattr(pa, "array", lambda values, kind: divided)
    assert make_column(["abc"], pa.string()).to_pylist() == ["abc"]
    assert make_column(["ab", "cd"], pa.string()) is divided


@pytest.mark.parametrize("kind", [pa.int64(), pa.int32(), pa.uint8()])
@pytest.mark.parametrize("slices", [[(0, 40)], [(3, 17)], [(8, 11), (0, 0), (19, 21)], [(5, 1)], []])
@pytest.mark.parametrize("nothing", ["nowhere", "here and there", "everywhere"])
def test_a_column_gives_the_numbers_that_arrow_gives(kind: pa.DataType, slices: list[Any], nothing: str) -> None:
    without = {"nowhere": [], "here and there": [0, 4, 5, 9, 31], "everywhere": range(40)}[nothing]
    whole = pa.array([None if place in without else place for place in range(40)], kind)
    column = pa.chunked_array([whole.slice(*where) for where in slices], kind)
    found, expected = column_numbers(column, absent=99), column.fill_null(99).to_numpy()
    assert found.dtype == expected.dtype
    assert found.tolist() == expected.tolist()


def test_a_listing_does_not_import_pandas() -> None:
    program = (
        "import sys, numpy, pyarrow; from hardy.dataset.dataset import make_table; "
        "make_table(id=['a'], uri=['b'], label=numpy.arange(1), split=['train']); print('pandas' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"
