"""The journal of a store that is being made."""

from pathlib import Path

import numpy as np
import pytest

from hardy.store.staging import Entry, Staging

LOST = [(1, "no picture é"), (3, "truncated\n")]


def entry(begin: int, refused: list[tuple[int, str]]) -> Entry:
    return Entry(0, begin, begin + 5, refused, "")


def noted(staging: Staging, value: Entry) -> Entry:
    return staging.add(value, np.zeros(value.rows, np.uint64), np.zeros(0, np.int64))


@pytest.fixture
def staging(tmp_path: Path) -> Staging:
    made = Staging(tmp_path, "request")
    assert made.begin([]) == []
    return made


def test_reasons_are_read_from_the_journal(staging: Staging) -> None:
    made = [noted(staging, entry(0, LOST)), noted(staging, entry(5, []))]
    assert [list(found.refused) for found in made] == [LOST, []]
    assert (made[0].rows, made[0].accepted().tolist()) == (3, [0, 2, 4])
    assert made[0].refused[1] == LOST[1] and made[0].refused[-1:] == LOST[-1:]
    assert not isinstance(made[0].refused, list | tuple)  # which would be in memory


def test_the_last_of_a_batch_that_was_noted_twice_counts_also_after_beginning_anew(staging: Staging) -> None:
    for refused in ([], LOST):
        noted(staging, entry(0, refused))
    loaded = staging.load()
    assert loaded is not None and [list(found.refused) for found in loaded] == [LOST]
    begun = staging.begin(loaded)
    more = noted(staging, entry(5, [(6, "gone")]))
    assert [list(found.refused) for found in (*begun, more)] == [LOST, [(6, "gone")]]
    assert len(staging.journal.read_text().splitlines()) == 3


def test_a_line_that_was_being_written_does_not_count(staging: Staging) -> None:
    noted(staging, entry(0, LOST))
    with staging.journal.open("ab") as journal:
        journal.write(b'{"shard": 0, "beg')
    loaded = staging.load()
    assert loaded is not None and len(loaded) == 1
    assert Staging(staging.folder, "another").load() is None
