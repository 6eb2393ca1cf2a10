"""The main job through the installed command: every step in a process of its own, and what it leaves behind."""

import csv
import ctypes
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from hardy.cli.app import run_command
from tests.e2e.conftest import HARDY, snapshot, write_pictures

Hardy = Callable[..., "subprocess.CompletedProcess[str]"]


class Page(HTMLParser):
    """What a page loads from elsewhere, and what it says."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.outside: list[str] = []
        self.scripts = 0
        self.words = ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        for name, value in attrs:
            if name in ("src", "href", "srcset", "action") and value and not value.startswith(("data:", "#")):
                self.outside.append(value)

    def handle_data(self, data: str) -> None:
        self.words += data


def check_page(path: Path, *said: str) -> None:
    assert path.stat().st_size < 5_000_000
    page = Page(path)
    assert page.outside == []
    assert page.scripts == 0
    for words in said:
        assert words in page.words


def only_json(result: "subprocess.CompletedProcess[str]") -> dict[str, object]:
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    value = json.loads(result.stdout)
    assert isinstance(value, dict)
    return value


def test_the_main_job(hardy: Hardy, pile: Path, tmp_path: Path) -> None:
    mine = snapshot(pile)
    store, run = tmp_path / "x.hardy", tmp_path / "run"

    found = hardy("audit", pile, "--out", tmp_path / "audit", "--json")
    assert only_json(found)["counts"] == {"dark": 40, "light": 40}
    check_page(tmp_path / "audit" / "report.html", "80 pictures", "dark", "light")

    packed = only_json(hardy("pack", pile, "--out", store, "--json"))
    assert packed["splits"] == {"train": 52, "val": 12, "test": 16}
    assert packed["found"] == packed["accepted"] == 80
    assert hardy("verify", store).stdout.startswith(f"{store} is whole: 80 rows in 1 shards")

    trained = only_json(hardy("train", store, "--epochs", "3", "--out", run, "--json"))
    assert trained["run"] == str(run)
    result = only_json(hardy("evaluate", run, "--json"))
    assert result["accuracy"] == trained["test"]["accuracy"]  # type: ignore[index]
    assert result["accuracy"]["n"] == 16  # type: ignore[index]
    card = only_json(hardy("challenge", run, "--json"))
    names = [score["name"] for score in card["scores"]]  # type: ignore[attr-defined]
    assert names == ["test", "inverted", "shifted", "rotated", "blurred", "darker", "low-contrast", "noisy"]
    assert card["scores"][0]["accuracy"] == result["accuracy"]  # type: ignore[index]
    check_page(run / "report.html", "16 test pictures", "inverted", "conv-16-32", "Confusion")

    rows = list(csv.DictReader((run / "predictions.csv").read_text().splitlines()))
    assert len(rows) == 16
    right = sum(row["true"] == row["predicted"] for row in rows)
    assert right == result["accuracy"]["successes"]  # type: ignore[index]
    assert all(re.fullmatch(r"[0-9a-f]{32}", row["id"]) for row in rows)
    assert {Path(row["path"]).parent.name for row in rows} == {"dark", "light"}
    assert all(abs(float(row["p:dark"]) + float(row["p:light"]) - 1) < 1e-5 for row in rows)
    assert len((run / "metrics.csv").read_text().splitlines()) == 4
    for name in ("curves.png", "confusion.png", "challenge.png"):
        assert (run / "plots" / name).read_bytes().startswith(b"\x89PNG")
    for name in ("config.yaml", "env.json", "manifest.json", "model/model.safetensors", "model/bundle.json"):
        assert (run / name).stat().st_size > 0

    answers = only_json(hardy("predict", run, pile / "light" / "001.png", pile / "dark", "--json"))["predictions"]
    assert len(answers) == 41  # type: ignore[arg-type]
    lines = hardy("predict", run, pile / "light" / "001.png").stdout.splitlines()
    assert lines[0].split("\t")[2] == str(pile / "light" / "001.png")
    assert snapshot(pile) == mine


def test_a_folder_trains_as_its_store_does(pile: Path, tmp_path: Path) -> None:
    """Folder and store behave the same: same split, same statistics, same weights."""
    assert run_command(["pack", str(pile), "--out", str(tmp_path / "x.hardy"), "-q"]) == 0
    for name, source in (("a", pile), ("b", tmp_path / "x.hardy")):
        assert run_command(["train", str(source), "--epochs", "2", "--out", str(tmp_path / name), "-q"]) == 0
    model = "model/model.safetensors"
    assert (tmp_path / "a" / model).read_bytes() == (tmp_path / "b" / model).read_bytes()


def test_a_fold_is_held_out_and_found_again(pile: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    held_out: list[str] = []
    for fold in "123":
        run = tmp_path / fold
        line = ["train", str(pile), "--epochs", "1", "--folds", "3", "--fold", fold, "--val", "7", "--out", str(run)]
        assert run_command([*line, "--quiet"]) == 0
        held_out += [row["id"] for row in csv.DictReader((run / "predictions.csv").read_text().splitlines())]
        capfd.readouterr()
        assert run_command(["evaluate", str(run), "--split", "val", "--json"]) == 0  # the same rows on the same sides
        assert json.loads(capfd.readouterr().out)["accuracy"]["n"] == 7
    assert len(held_out) == len(set(held_out)) == 80


def test_evaluate_other_pictures(trained: Path, tmp_path: Path) -> None:
    write_pictures(tmp_path / "wild" / "light", 9, bright=True)
    out = tmp_path / "wild-results"
    assert run_command(["evaluate", str(trained), "--data", str(tmp_path / "wild"), "--out", str(out)]) == 0
    rows = list(csv.DictReader((out / "predictions.csv").read_text().splitlines()))
    assert [row["true"] for row in rows] == ["light"] * 9
    check_page(out / "report.html", "9 wild pictures")


def obey_permissions() -> None:
    """Give up the super-user's right to write anywhere, before the command is started; for others nothing changes."""
    if sys.platform == "linux" and os.geteuid() == 0:
        for capability in (1, 2, 3):  # DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER
            ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


def test_a_read_only_folder(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    write_pictures(tmp_path / "photos" / "dark", 12, bright=False)
    write_pictures(tmp_path / "photos" / "light", 12, bright=True)
    locked.chmod(0o555)
    try:
        for verb in (["audit"], ["pack"], ["train", "--epochs", "1"]):
            result = subprocess.run(
                [*HARDY, verb[0], str(tmp_path / "photos"), *verb[1:], "--out", str(locked / "result")],
                capture_output=True, text=True, cwd=locked, preexec_fn=obey_permissions, check=False, timeout=120,
            )  # fmt: skip
            assert result.returncode == 2, result.stderr
            last = result.stderr.splitlines()[-1]
            assert re.match(r"hardy: cannot write .*locked.*: Permission denied; choose another place with --out", last)
            assert "Traceback" not in result.stderr
            assert list(locked.iterdir()) == []
    finally:
        locked.chmod(0o755)


def test_output_into_a_closed_pipe(pile: Path) -> None:
    line = f"{sys.executable} -m hardy audit {pile} | true"
    result = subprocess.run(["bash", "-c", f"set -o pipefail; {line}"], capture_output=True, text=True, check=False)
    assert result.returncode == 0
    assert result.stderr == ""


def test_a_bug_is_reported_and_not_shown_as_a_traceback(
    pile: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("seven\nlines")

    monkeypatch.setattr("hardy.audits.class_sizes.check_class_sizes", fail)
    monkeypatch.setattr("hardy.audits.CHECKS", {"class-sizes": fail})
    assert run_command(["audit", str(pile)]) == 70
    said = capfd.readouterr().err.strip()
    assert len(said.splitlines()) == 1
    match = re.search(r"ZeroDivisionError: seven lines.*the file (\S+\.txt)", said)
    assert match, said
    assert "Traceback" in Path(match[1]).read_text()
    Path(match[1]).unlink()


def test_version(hardy: Hardy) -> None:
    assert re.fullmatch(r"hardy \d+\.\d+\.\d+\n", hardy("--version").stdout)


def test_no_arguments_show_the_help(hardy: Hardy) -> None:
    result = hardy()
    assert "Usage: hardy" in result.stdout + result.stderr
    assert "hardy demo" in result.stdout + result.stderr


def test_models(hardy: Hardy) -> None:
    listed = {entry["name"]: entry for entry in json.loads(hardy("models", "--json").stdout)}
    assert len(listed) >= 30
    assert listed["dense-512-512"]["parameters"] == 669_706
    assert (listed["resnet-18"]["parameters"], listed["resnet-18"]["year"]) == (11_689_512, 2015)
    shown = hardy("models").stdout
    assert all(name in shown for name in listed)
    assert max(map(len, shown.splitlines())) <= 80


def test_one_model(hardy: Hardy) -> None:
    shown = hardy("models", "resnet-18").stdout
    assert "layer4.1.bn2" in shown and "1,814,073,344 multiply-adds" in shown and "64×112×112" in shown
    assert max(map(len, shown.splitlines())) <= 80
    one = json.loads(hardy("models", "lenet-5", "--json").stdout)
    assert sum(layer["parameters"] for layer in one["layers"]) == one["parameters"] == 61_706
    unknown = hardy("models", "resnet50")
    assert unknown.returncode == 2
    assert "did you mean resnet-50" in unknown.stderr
