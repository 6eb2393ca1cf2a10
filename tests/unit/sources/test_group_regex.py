from pathlib import Path

import pytest

from hardy.dataset.ready import Wishes, with_sides
from hardy.errors import InputError
from hardy.sources import OpenOptions, open_source
from tests.builders import encoded, pixels, write


def bursts(root: Path) -> Path:
    for number in range(12):
        for shot in "abc":
            name = f"{'cats' if number % 2 else 'dogs'}/IMG_{number:03d}_{shot}.png"
            write(root / name, encoded(pixels(17, 11, 3, seed=100 * number + ord(shot))))
    return root


def test_pictures_of_one_burst_stay_on_one_side(tmp_path: Path) -> None:
    options = OpenOptions(group_regex=r"/(IMG_\d+)_")
    data = with_sides(open_source(bursts(tmp_path / "pile"), options), Wishes(test=9, val=6))
    assert data.split_sizes() == {"train": 21, "val": 6, "test": 9}
    sides: dict[str, set[str]] = {}
    for group, side in zip(data.column("group"), data.column("split"), strict=True):
        sides.setdefault(group, set()).add(side)
    assert len(sides) == 12
    assert all(len(found) == 1 for found in sides.values())


def test_where_it_finds_nothing_a_row_has_no_group(tmp_path: Path) -> None:
    data = open_source(bursts(tmp_path / "pile"), OpenOptions(group_regex="(IMG_00[12])|c[.]png"))
    assert {group: data.column("group").count(group) for group in set(data.column("group"))} == {
        "IMG_001": 3,
        "IMG_002": 3,
        None: 30,
    }


def test_it_takes_the_place_of_a_tables_group_column(tmp_path: Path) -> None:
    root = bursts(tmp_path / "pile")
    table = root / "labels.csv"
    table.write_text("path,label,group\ncats/IMG_001_a.png,cat,x\ndogs/IMG_002_a.png,dog,x\n")
    assert open_source(table).column("group") == ["x", "x"]
    assert open_source(table, OpenOptions(group_regex=r"(\d+)")).column("group") == ["001", "002"]


@pytest.mark.parametrize(
    ("pattern", "said"),
    [("(", "no regular expression"), ("IMG", "no group in parentheses"), ("(zzz)", "finds nothing")],
)
def test_a_pattern_of_no_use_is_named(tmp_path: Path, pattern: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        open_source(bursts(tmp_path / "pile"), OpenOptions(group_regex=pattern))


def test_a_column_or_a_pattern() -> None:
    with pytest.raises(InputError, match="leave out"):
        OpenOptions(group_regex="(a)", group_column="b")
