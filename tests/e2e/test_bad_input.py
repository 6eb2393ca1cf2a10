"""Verb × what is wrong: the exit code, one clear line, no traceback, and nothing of the user's touched."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hardy.cli.app import run_command
from tests.e2e.conftest import HARDY, snapshot

VERBS = ("audit", "pack", "export-data", "augment", "train", "evaluate", "challenge", "predict")

# verb × state of the pictures → exit code and a piece of what is said. None: the same for every verb.
STATES: dict[str, dict[str | None, tuple[int, str]]] = {
    "missing": {None: (2, "missing does not exist")},
    "empty": {None: (2, "empty is empty")},
    "all-unreadable": {None: (2, "none of the 2 pictures in .*all-unreadable can be read .*a.png: the file is empty")},
    "one-class": {
        "audit": (0, "there are pictures of 1 class"),
        "pack": (2, r"pictures of one class only \(dark\)"),
        "augment": (2, r"pictures of one class only \(dark\)"),
        "train": (2, r"pictures of one class only \(dark\)"),
        None: (0, ""),
    },
    "some-unreadable": {None: (0, "1 of 24 .* cannot be read .*003.jpg: not a picture of a kind we read")},
    "truncated": {None: (0, "1 of 24 .* cannot be read .*005.jpg: damaged JPEG: the data is truncated")},
    "fine": {None: (0, "")},
}


def command(verb: str, pictures: Path, trained: Path, out: Path) -> list[str]:
    """The command line that lets a verb work on pictures and write to a place."""
    first = {
        "audit": ["audit", pictures],
        "pack": ["pack", pictures],
        "export-data": ["export-data", pictures, "--format", "csv"],
        "augment": ["augment", pictures, "--policy", "[HorizontalFlip]", "--times", "2"],
        "train": ["train", pictures, "--epochs", "1"],
        "evaluate": ["evaluate", trained, "--data", pictures],
        "challenge": ["challenge", trained, "--data", pictures],
        "predict": ["predict", trained, pictures],
    }[verb]
    return [*map(str, first), "--out", str(out)]


def check_said(text: str, piece: str) -> None:
    assert "Traceback" not in text
    assert re.search(piece, " ".join(text.split())), text


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", STATES)
def test_state_of_the_pictures(
    verb: str, state: str, piles: dict[str, Path], trained: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, piece = STATES[state].get(verb) or STATES[state][None]
    pictures = piles[state]
    before = snapshot(pictures) if pictures.exists() else None
    out = tmp_path / "out" / "result"

    assert run_command(command(verb, pictures, trained, out)) == code

    said = capfd.readouterr()
    check_said(said.err + said.out, piece)
    assert before == (snapshot(pictures) if pictures.exists() else None)
    if code == 2:
        assert len(said.err.strip().splitlines()) == 1, said.err
        assert said.err.startswith("hardy: ")
        assert not out.exists()
        assert not list(tmp_path.glob("out/*"))
    else:
        assert out.exists()


@pytest.mark.parametrize("verb", VERBS)
def test_output_below_a_file_cannot_be_written(
    verb: str, piles: dict[str, Path], trained: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    taken = tmp_path / "a-file"
    taken.write_text("mine")
    assert run_command(command(verb, piles["fine"], trained, taken / "result")) == 2
    said = capfd.readouterr().err
    check_said(said.splitlines()[-1], "hardy: cannot write .*a-file.*--out")
    assert taken.read_text() == "mine"


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("kind", ["file", "folder"])
def test_output_that_is_something_else_is_left_alone(
    verb: str, kind: str, piles: dict[str, Path], trained: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "holiday"
    if kind == "folder":
        out.mkdir()
    mine = out / "letter.txt" if kind == "folder" else out
    mine.write_text("mine")
    assert run_command(command(verb, piles["fine"], trained, out)) == 2
    check_said(capfd.readouterr().err.splitlines()[-1], "hardy: .*holiday.* such as --out .*holiday-2")
    assert snapshot(out) == snapshot(mine)
    assert mine.read_text() == "mine"


@pytest.mark.parametrize("verb", VERBS)
def test_the_same_again_is_already_done(verb: str, piles: dict[str, Path], trained: Path, tmp_path: Path) -> None:
    line = command(verb, piles["fine"], trained, tmp_path / "result")
    assert run_command(line) == 0
    first = snapshot(tmp_path / "result")
    assert run_command(line) == 0
    assert snapshot(tmp_path / "result") == first


@pytest.mark.parametrize("verb", ["evaluate", "challenge", "predict"])
@pytest.mark.parametrize(
    ("run", "piece"),
    [
        ("missing", "missing does not exist; hardy train makes run folders"),
        ("empty", "empty is not a run folder"),
        ("fine", "fine is not a run folder"),
    ],
)
def test_what_is_no_run(
    verb: str, run: str, piece: str, piles: dict[str, Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run_command(command(verb, piles["fine"], piles[run], tmp_path / "out")) == 2
    check_said(capfd.readouterr().err, piece)


@pytest.mark.parametrize(
    ("state", "piece"),
    [("missing", "does not exist"), ("empty", "is not a store"), ("fine", "is not a store")],
)
def test_verify_what_is_no_store(
    state: str, piece: str, piles: dict[str, Path], capfd: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["verify", str(piles[state])]) == 2
    check_said(capfd.readouterr().err, piece)


def test_verify_names_the_damaged_shard(
    piles: dict[str, Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "x.hardy"
    assert run_command(["pack", str(piles["fine"]), "--out", str(store)]) == 0
    assert run_command(["verify", str(store)]) == 0
    shard = store / "data-00000.arrow"
    content = bytearray(shard.read_bytes())
    content[len(content) // 2] ^= 1
    shard.write_bytes(content)
    capfd.readouterr()
    assert run_command(["verify", str(store)]) == 2
    check_said(capfd.readouterr().err, "data-00000.arrow is damaged")


@pytest.mark.parametrize(
    ("line", "piece"),
    [
        (["train", "PILE", "--model", "resnet-9000"], "there is no model 'resnet-9000'; did you mean resnet-9 or"),
        (["train", "PILE", "--model", "conv-16-16-16"], "too small for 3 convolutions"),
        (["train", "PILE", "--epochs", "0"], "--epochs"),
        (["train", "PILE", "--epochs", "two"], "--epochs"),
        (["train", "PILE", "--learning-rate", "nan"], "learning_rate must be a number"),
        (["train", "PILE", "--dropout", "1"], "dropout must be at least 0 and below 1"),
        (["train", "PILE", "--device", "abacus"], "--device.*abacus.*cpu"),
        (["train", "PILE", "--keep", "all"], "--keep.*last.*best"),
        (["train", "PILE", "--augment", "missing.yaml"], "missing.yaml"),
        (["train", "PILE", "--augment", "[Wobble: {}]"], "Wobble.*HorizontalFlip"),
        (["train", "PILE", "--augment", "[Invert: {p: 2}]"], "p"),
        (["train", "PILE", "--augment", "[Scale: {scale_limit: [1, 1], p: 1}]"], "end it with Resize"),
        (["train", "PILE", "--resume"], "--resume needs --out"),
        (["train", "PILE", "--test", "1.5"], "the test fraction must be at least 0 and below 1"),
        (["train", "PILE", "--test", "1.0"], "got 1.0; a number of rows is written without a point"),
        (["train", "PILE", "--val", "few"], "--val.*'few' is neither a fraction .* nor a number of rows"),
        (["train", "PILE", "--val", "-3"], "the val rows must be at least 0, got -3"),
        (["train", "PILE", "--test", "80"], "no training rows: 80 test rows of 80"),
        (["train", "PILE", "--folds", "5"], "name fold, which one"),
        (["train", "PILE", "--fold", "5"], "name folds, how many"),
        (["train", "PILE", "--folds", "5", "--fold", "6"], "fold must be from 1 to 5, got 6"),
        (["train", "PILE", "--folds", "5", "--fold", "1", "--test", "9"], "leave out the test share"),
        (["pack", "PILE", "--out", "x", "--folds", "81", "--fold", "1"], "80 rows to divide, too few for 81 folds"),
        (["pack", "PILE", "--out", "x", "--group-regex", "("], "group regex '\\(' is no regular expression"),
        (["train", "PILE", "--size", "0", "8"], "size must be"),
        (["train", "PILE", "--colour"], "[Nn]o such option.*--colour.*hardy train --help"),
        (["pack", "PILE"], "--out"),
        (["pack", "PILE", "--out", "x", "--profile", "zip"], "--profile.*zip.*original.*raw"),
        (["pack", "PILE", "--out", "x", "--fit", "squash", "--size", "8", "8"], "--fit.*squash.*stretch.*pad.*crop"),
        (["pack", "PILE", "--out", "x", "--profile", "original", "--size", "8", "8"], "original store keeps"),
        (["audit", "PILE", "--fail-on", "panic"], "--fail-on.*panic.*info.*warning.*error"),
        (["evaluate", "RUN", "--split", "half"], "--split.*half.*train.*val.*test.*all"),
        (["augment", "PILE", "--out", "x"], "name what is done to the pictures with --policy"),
        (["augment", "PILE", "--policy", "[Invert]"], "nothing to make: .*--out, .*--preview"),
        (
            ["augment", "PILE", "--policy", "[Invert]", "--out", "x", "--times", "0"],
            "--times.*greater than or equal to 1",
        ),
        (
            ["augment", "PILE", "--policy", "[Invert]", "--out", "x", "--times", "-2"],
            "--times.*greater than or equal to 1",
        ),
        (
            ["augment", "PILE", "--policy", "[Invrt]", "--out", "x"],
            "no transform is called 'Invrt' .did you mean 'Invert'",
        ),
        (["augment", "PILE", "--policy", "[Invert: {", "--out", "x"], "is not YAML: line 1, column 11"),
        (["augment", "PILE", "--policy", "gone.yaml", "--out", "x"], "gone.yaml is missing"),
        (["augment", "PILE", "--policy", "[Invert, MixUp]", "--out", "x"], "MixUp mixes .* train with --augment"),
        (["augment", "PILE", "--policy", "[MixUp, Invert]", "--out", "x"], "it comes last, and Invert stands after it"),
        (["augment", "PILE", "--replay", "gone", "--out", "x"], "gone does not exist"),
        (["augment", "PILE", "--replay", "PILE", "--out", "x"], "holds no augmentation.jsonl"),
        (
            ["augment", "PILE", "--policy", "[CenterCrop: {height: 99, width: 9}]", "--out", "x"],
            "larger than a picture",
        ),
        (["augment", "PILE", "--policy", "[Invert]", "--preview", "x.jpg"], "ends in .png"),
        (["train", "PILE", "--augment", "[CutMix, Invert]"], "it comes last, and Invert stands after it"),
        (["frobnicate"], "[Nn]o such command.*frobnicate"),
    ],
)
def test_wrong_use(
    line: list[str], piece: str, pile: Path, trained: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    words = [{"PILE": str(pile), "RUN": str(trained)}.get(word, word) for word in line]
    assert run_command(words) == 2
    said = capfd.readouterr().err
    check_said(said, piece)
    assert len(said.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_other_classes_are_named(
    trained: Path, piles: dict[str, Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pictures = tmp_path / "other"
    pictures.mkdir()
    (piles["fine"] / "dark").rename(pictures / "gloomy")
    assert run_command(["evaluate", str(trained), "--data", str(pictures)]) == 2
    check_said(capfd.readouterr().err, "classes that the model does not know: gloomy; it knows dark, light")


def test_data_that_changed_since_training_is_refused(
    piles: dict[str, Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert run_command(["train", str(piles["fine"]), "--epochs", "1", "--out", str(out), "-q"]) == 0
    (piles["fine"] / "dark" / "000.png").unlink()
    assert run_command(["challenge", str(out)]) == 2
    check_said(capfd.readouterr().err, "has changed since .* was trained on it")


def test_fail_on_severity(piles: dict[str, Path]) -> None:
    assert run_command(["audit", str(piles["some-unreadable"]), "--fail-on", "error"]) == 1
    assert run_command(["audit", str(piles["fine"]), "--fail-on", "error"]) == 0
    assert run_command(["audit", str(piles["fine"]), "--fail-on", "info"]) == 1


@pytest.mark.parametrize("verb", VERBS)
def test_an_option_that_means_nothing_to_the_layout_is_refused(
    verb: str, piles: dict[str, Path], trained: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    line = [*command(verb, piles["fine"], trained, tmp_path / "out"), "--label-column", "species"]
    assert run_command(line) == 2
    check_said(capfd.readouterr().err, "fine is of the layout folder, to which --label-column means nothing")


def test_options_of_a_source_without_other_pictures_are_refused(
    trained: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["evaluate", str(trained), "--level", "1"]) == 2
    check_said(capfd.readouterr().err, "name them with --data")


def test_results_of_other_pictures_do_not_go_into_the_run(
    piles: dict[str, Path], trained: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = snapshot(trained)
    for line in (["--data", str(piles["fine"])], ["--split", "train"]):
        assert run_command(["evaluate", str(trained), *line, "--out", str(trained)]) == 2
        check_said(capfd.readouterr().err, "is the run itself")
    assert snapshot(trained) == before


def test_another_audit_is_not_replaced(piles: dict[str, Path], tmp_path: Path) -> None:
    out = tmp_path / "audit"
    assert run_command(["audit", str(piles["fine"]), "--out", str(out)]) == 0
    before = snapshot(out)
    assert run_command(["audit", str(piles["one-class"]), "--out", str(out)]) == 2
    assert snapshot(out) == before


def test_a_pipe_a_dead_link_and_a_folder_with_an_odd_name_are_named(
    piles: dict[str, Path], capfd: pytest.CaptureFixture[str]
) -> None:
    root = piles["fine"]
    os.mkfifo(root / "dark" / "pipe.png")
    (root / "dark" / "gone.png").symlink_to(root / "nowhere.png")
    (root / os.fsdecode(b"caf\xe9")).mkdir()
    assert run_command(["audit", str(root)]) == 0
    said = capfd.readouterr()
    assert "3 of 27 files cannot be read" in " ".join(said.out.split())


@pytest.mark.parametrize("name", ["config.yaml", "manifest.json", "model/bundle.json", "model/model.safetensors"])
@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"5", b"\xff\xfe", b"[" * 50_000, b'{"fingerprint": 3}'])
def test_garbage_in_a_run_folder_is_named(
    name: str, content: bytes, trained: Path, piles: dict[str, Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    shutil.copytree(trained, run)
    (run / name).write_bytes(content)
    assert run_command(["predict", str(run), str(piles["fine"])]) == 2
    said = capfd.readouterr().err
    check_said(said, f"run.*{name.split('/')[0]}")
    assert len(said.strip().splitlines()) == 1


def test_a_full_disk_under_stdout_and_a_terminal_without_unicode(pile: Path) -> None:
    full = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m hardy models > /dev/full"], capture_output=True, text=True, check=False
    )
    assert (full.returncode, full.stderr) == (2, "hardy: cannot print: No space left on device\n")
    plain = subprocess.run(
        [*HARDY, "audit", str(pile)], capture_output=True, text=True, check=False,
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert plain.returncode == 0, plain.stderr
    assert "80 pictures of 2 classes" in plain.stdout


def test_ctrl_c_says_how_to_go_on(pile: Path, tmp_path: Path) -> None:
    line = [*HARDY, "train", str(pile), "--epochs", "5000", "--out", str(tmp_path / "run"), "-q"]
    process = subprocess.Popen(line, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not (tmp_path / "run" / "checkpoints" / "last.safetensors").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said == "hardy: stopped; the same line goes on with a pack or append, with --resume with a training\n"
