"""Several sources joined on the command line."""

import json
import shutil
from pathlib import Path

import pytest

import hardy as package
from hardy.cli.app import run_command
from hardy.sources import OpenOptions
from tests.e2e.conftest import write_pictures


@pytest.fixture
def more(tmp_path: Path) -> Path:
    """Another pile: one class of the first, and one that it has not."""
    write_pictures(tmp_path / "more" / "light", 12, bright=True)
    write_pictures(tmp_path / "more" / "new", 12, bright=False)
    return tmp_path / "more"


def test_audit_pack_and_train_on_two(
    pile: Path, more: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["audit", str(pile), "--also", str(more), "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["counts"] == {"dark": 40, "light": 52, "new": 12}
    monkeypatch.chdir(tmp_path)
    given = ["--also", "more", "--out", "run", "--epochs", "1", "--quiet"]
    assert run_command(["train", str(pile), *given]) == 0
    monkeypatch.chdir("/")
    assert run_command(["evaluate", str(tmp_path / "run"), "--quiet"]) == 0
    assert run_command(["pack", str(pile), "--also", str(more), "--out", str(tmp_path / "x.hardy"), "--quiet"]) == 0
    store = package.open(tmp_path / "x.hardy")
    assert store.counts() == {"dark": 40, "light": 52, "new": 12}
    shutil.rmtree(more)
    assert run_command(["evaluate", str(tmp_path / "run")]) == 2
    assert str(more) in capfd.readouterr().err


def test_options_have_to_mean_something_to_one_of_them(
    pile: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "t.csv"
    table.write_text(f"where,what\n{pile / 'dark' / '000.png'},light\n")
    options = OpenOptions(label_column="what", location_column="where", allow_outside=True, also=(str(table),))
    assert package.open(pile, options).counts() == {"dark": 40, "light": 41}
    capfd.readouterr()
    assert run_command(["audit", str(pile), "--also", str(pile), "--label-column", "what"]) == 2
    assert "to which --label-column means nothing" in capfd.readouterr().err
    assert run_command(["audit", str(pile), "--also", str(tmp_path / "nothing")]) == 2
    assert "nothing does not exist" in capfd.readouterr().err


def test_the_options_are_kept_with_a_run() -> None:
    options = OpenOptions(also=("/a", "/b"), level=2)
    assert OpenOptions.from_dict(options.to_dict()) == options
    assert OpenOptions().to_dict() == {}
