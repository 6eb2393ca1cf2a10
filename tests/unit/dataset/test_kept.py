"""Many things of one kind, few of them in memory."""

from pathlib import Path

import pytest

from hardy.dataset import Refused
from hardy.dataset.kept import Kept, keep


@pytest.mark.parametrize("count", [0, 1, 16, 17, 100])
def test_what_is_kept_is_a_sequence_like_the_tuple(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardy.dataset.kept.FEW", 16)
    monkeypatch.setattr("hardy.dataset.spill.MEMORY_BYTES", 200)
    plain = tuple(Refused(f"{number}.png", "no picture \ud800") for number in range(count))
    kept = keep(iter(plain))
    assert isinstance(kept, tuple if count <= 16 else Kept)
    assert kept == plain and plain == kept and repr(kept) == repr(plain) and hash(kept) == hash(plain)
    assert (len(kept), list(kept), bool(kept)) == (count, list(plain), bool(plain))
    assert [kept[at] for at in range(-count, count)] == list(plain) * 2
    assert kept[3:40:7] == plain[3:40:7] and kept[:-2] == plain[:-2]
    assert kept != (*plain, 1) and kept != [*plain]
    with pytest.raises(IndexError):
        kept[count]


def test_large_items_are_pickled_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardy.dataset.kept.FEW", 16)
    monkeypatch.setattr("hardy.dataset.kept._PIECE_BYTES", 1_000)
    taken = 0

    def items() -> object:
        nonlocal taken
        for taken in range(1, 101):  # noqa: B007 (read below)
            yield bytes(300)

    kept = keep(items())
    assert len(kept) == 100 and isinstance(kept, Kept)
    assert max(later - earlier for earlier, later in zip(kept._ends, kept._ends[1:], strict=False)) == 3


def test_it_can_be_looked_at_in_two_places_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardy.dataset.kept.FEW", 4)
    kept = keep(range(40))
    assert [(one, other) for one, other in zip(kept, kept, strict=True)] == [(at, at) for at in range(40)]


def test_nothing_is_left_in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr("hardy.dataset.spill.MEMORY_BYTES", 200)
    kept = keep(range(5_000))
    assert not list(tmp_path.iterdir()) and kept[4_999] == 4_999
