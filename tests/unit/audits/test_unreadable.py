from pathlib import Path

from hardy.audits.unreadable import check_unreadable
from hardy.dataset.probe import probe
from hardy.sources import open_source
from tests.builders import folder, write


def test_whole_files_and_files_of_other_kinds_are_silent(tmp_path: Path) -> None:
    root = folder(tmp_path, {"cats": 2})
    write(root / "notes.txt", b"hello")
    assert check_unreadable(probe(open_source(root))) == []


def test_one_broken_file_is_named_with_its_reason(tmp_path: Path) -> None:
    root = folder(tmp_path, {"cats": 3})
    write(root / "cats" / "empty.jpg", b"")
    data = probe(open_source(root))
    (finding,) = check_unreadable(data)
    assert (finding.code, finding.severity, finding.value) == ("unreadable", "error", 1)
    assert "1 of 4 files" in finding.message
    assert "cats/empty.jpg: the file is empty" in finding.message
    assert finding.sample_ids == (data.refused[0].id,)


def test_many_are_counted_with_the_commonest_reason(tmp_path: Path) -> None:
    root = folder(tmp_path, {"cats": 3})
    write(root / "cats" / "a.jpg", b"<html>")
    for name in ("b.jpg", "c.jpg"):
        write(root / "cats" / name, b"")
    (finding,) = check_unreadable(probe(open_source(root)))
    assert (finding.value, finding.weight, len(finding.sample_ids)) == (3, 3, 3)
    assert "3 of 6 files" in finding.message
    assert "first cats/a.jpg" in finding.message and "the file is empty" in finding.message
