import json
from pathlib import Path

import pytest

from hardy.audits import CHECKS, Audit, run_checks
from hardy.errors import InputError
from hardy.findings import Finding
from hardy.sources import open_source
from tests.builders import content, encoded, folder, pixels, write


def test_what_is_planted_is_found_and_nothing_is_touched(tmp_path: Path) -> None:
    root = folder(tmp_path, {"cats": 12, "dogs": 12, "owls": 1})
    write(root / "dogs" / "cut.jpg", encoded(pixels(67, 43, 3), "JPEG")[:600])
    write(root / "dogs" / "copy.png", (root / "cats" / "000.png").read_bytes())
    write(root / "cats" / "twice.png", (root / "cats" / "001.png").read_bytes())
    write(root / "cats" / "Thumbs.db", b"x")
    before = content(root)
    audit = run_checks(open_source(root))
    assert {finding.code for finding in audit.findings} == {
        "unreadable",
        "duplicate-across-labels",
        "duplicate",
        "class-too-small",
        "few-images",
    }
    assert (audit.images, audit.counts) == (27, {"cats": 13, "dogs": 13, "owls": 1})
    assert audit.refused_names() == "cats/Thumbs.db (not named like a picture)"
    assert audit.worst == "error"
    assert [finding.code for finding in audit.actions] == ["duplicate-across-labels", "unreadable", "duplicate"]
    assert content(root) == before


def test_files_are_led_back_to(tmp_path: Path) -> None:
    root = folder(tmp_path, {"cats": 3, "dogs": 3})
    write(root / "dogs" / "copy.png", (root / "cats" / "000.png").read_bytes())
    data = open_source(root)
    write(root / "dogs" / "002.png", b"")
    audit = run_checks(data)
    by_code = {finding.code: [audit.paths[identity] for identity in finding.sample_ids] for finding in audit.findings}
    assert set(by_code["duplicate-across-labels"]) == {str(root / "cats" / "000.png"), str(root / "dogs" / "copy.png")}
    assert by_code["unreadable"] == ["dogs/002.png"]
    assert len(audit.paths) == 3


def test_json_holds_it() -> None:
    finding = Finding("duplicate", "warning", "x", "y", 1, 0, (0.1, 0.2), ("a",), 2)
    audit = Audit("photos", 2, {"a": 2}, {}, (), (finding,), {"a": "photos/a.png"})
    value = json.loads(json.dumps(audit.to_dict()))
    assert value["findings"][0]["sample_ids"] == ["a"]
    assert value["counts"] == {"a": 2}


def test_no_findings_have_no_worst() -> None:
    audit = Audit("photos", 0, {}, {}, (), (), {})
    assert audit.worst is None
    assert audit.actions == []


def test_names_of_passed_over_files_are_cut_short(tmp_path: Path) -> None:
    root = folder(tmp_path, {"cats": 1})
    for number in range(5):
        write(root / f"{number}.txt", b"x")
    audit = run_checks(open_source(root))
    reason = "(not named like a picture)"
    assert audit.refused_names(2) == f"0.txt {reason}, 1.txt {reason}, …"
    assert audit.refused_names(5).count(reason) == 5
    assert "…" not in audit.refused_names(5)


def test_nothing_readable_is_an_error(tmp_path: Path) -> None:
    write(tmp_path / "cats" / "1.png", b"")
    with pytest.raises(InputError, match="none of the 1 pictures"):
        run_checks(open_source(tmp_path))


def test_every_check_says_what_it_does_and_why() -> None:
    for check in CHECKS.values():
        assert check.__doc__ is not None
        for heading in ("What it does:", "Why is this bad:"):
            assert heading in check.__doc__, check.__name__
