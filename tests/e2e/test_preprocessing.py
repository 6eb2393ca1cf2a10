"""Every way of making pictures ready, through the commands."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import hardy as package
from hardy.cli.app import run_command
from hardy.dataset.normalisation import KINDS
from hardy.pixels.resize import resize
from hardy.training.run import Run


@pytest.mark.parametrize("kind", KINDS)
def test_trains_and_predicts_with_every_normalisation(pile: Path, tmp_path: Path, kind: str) -> None:
    out = tmp_path / "run"
    given = ["--epochs", "3", "--out", str(out), "--normalise", kind, "--quiet"]
    assert run_command(["train", str(pile), *given]) == 0
    bundle = json.loads((out / "model" / "bundle.json").read_text())
    assert bundle["preprocessing"]["normalise"] == kind
    assert (out / "model" / "preprocessing.safetensors").exists() == (kind in ("position", "zca"))
    with (out / "predictions.csv").open() as file:
        rows = list(csv.DictReader(file))
    for row in rows:  # a single picture goes the same way as a batch of the test set
        answer = Run.open(out).predict(row["path"])
        assert answer.probabilities["dark"] == pytest.approx(float(row["p:dark"]), abs=1e-5)
    assert run_command(["train", str(pile), *given]) == 0  # this very training already
    assert run_command(["evaluate", str(out), "--quiet"]) == 0


def test_lost_or_swapped_statistics_are_noticed(pile: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "run"
    assert run_command(["train", str(pile), "--epochs", "1", "--out", str(out), "--normalise", "zca", "--quiet"]) == 0
    arrays = out / "model" / "preprocessing.safetensors"
    arrays.write_bytes(arrays.read_bytes()[:-4] + b"\0\0\0\0")
    capfd.readouterr()
    assert run_command(["evaluate", str(out)]) == 2
    assert "preprocessing.safetensors" in capfd.readouterr().err
    arrays.unlink()
    assert run_command(["evaluate", str(out)]) == 2
    assert "preprocessing.safetensors" in capfd.readouterr().err


def test_another_background_is_another_store(tmp_path: Path) -> None:
    for name in ("a", "b"):
        for number in range(6):
            (tmp_path / "in" / name).mkdir(parents=True, exist_ok=True)
            clear = Image.new("RGBA", (5, 9), (number, 2, 3, 0))
            clear.save(tmp_path / "in" / name / f"{number}.png")
    source, out = str(tmp_path / "in"), tmp_path / "x.hardy"
    given = ["--out", str(out), "--size", "6", "6", "--quiet"]
    assert run_command(["pack", source, *given, "--background", "255,128,0"]) == 0
    assert {tuple(colour) for colour in package.open(out).image(0).reshape(-1, 3)} == {(255, 128, 0)}
    assert run_command(["pack", source, *given, "--background", "255,128,1"]) == 2
    assert run_command(["pack", source, *given, "--background", "255,128,0"]) == 0


@pytest.mark.parametrize("profile", ["raw", "resized"])
def test_another_filter_is_another_store(tmp_path: Path, profile: str) -> None:
    stripes = np.repeat(np.arange(34, dtype=np.uint8)[:, None] % 2 * 255, 22, axis=1)
    for name in ("a", "b"):
        for number in range(6):
            (tmp_path / "in" / name).mkdir(parents=True, exist_ok=True)
            stripes[0, 0] = number  # no two are equal
            Image.fromarray(stripes).save(tmp_path / "in" / name / f"{number}.png")
    found = {}
    for filter in ("triangle", "area"):
        out = tmp_path / f"{filter}.hardy"
        given = ["pack", str(tmp_path / "in"), "--out", str(out), "--profile", profile, "--size", "12", "8", "--quiet"]
        given += ["--fit", "stretch", "--filter", filter]
        assert run_command(given) == 0
        assert run_command(given) == 0  # the same once more
        found[filter] = package.open(out).image(0)
        expected = resize(stripes[..., None] * np.ones(1, np.uint8), (12, 8), "stretch", filter=filter)
        assert np.array_equal(found[filter][1:], expected[1:])  # the first row has its number
    assert not np.array_equal(found["triangle"], found["area"])
    assert run_command([*given[:-1], "triangle"]) == 2


def test_an_export_and_a_network_keep_the_filter(tmp_path: Path, pile: Path) -> None:
    for filter in ("triangle", "area"):
        out = tmp_path / f"{filter}.npz"
        assert run_command(["export-data", str(pile), "--format", "npz", "--out", str(out), "--filter", filter,
                            "--size", "4", "5", "--quiet"]) == 0  # fmt: skip
    near, mean = (np.load(tmp_path / f"{filter}.npz")["images"] for filter in ("triangle", "area"))
    assert near.shape == mean.shape and not np.array_equal(near, mean)
    out = tmp_path / "run"
    assert run_command(["train", str(pile), "--out", str(out), "--size", "4", "5", "--filter", "area", "--model",
                        "dense-8", "--epochs", "1", "--quiet"]) == 0  # fmt: skip
    assert json.loads((out / "model" / "bundle.json").read_text())["preprocessing"]["filter"] == "area"


@pytest.mark.parametrize("text", ["256", "-1", "1,2", "white", "1,2,3,4", "", "1.5", "255,255,999"])
def test_what_is_no_background(pile: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], text: str) -> None:
    given = ["pack", str(pile), "--out", str(tmp_path / "x.hardy"), "--size", "6", "6", f"--background={text}"]
    assert run_command(given) == 2
    assert "background" in capfd.readouterr().err
    assert not (tmp_path / "x.hardy").exists()


def test_arrays_ready_to_learn_from(pile: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.npz"
    given = ["export-data", str(pile), "--format", "npz", "--out", str(out), "--size", "8", "5", "--quiet"]
    assert run_command([*given, "--normalise", "-1..1", "--dtype", "float16", "--labels", "one-hot"]) == 0
    held = np.load(out)
    assert {held[name].dtype.name for name in held if name.startswith("x_")} == {"float16"}
    assert sum(len(held[name]) for name in held if name.startswith("x_")) == 80
    assert held["x_train"].shape[1:] == (8, 5, 1)
    assert held["y_train"].shape == (len(held["x_train"]), 2) and held["y_train"].dtype == np.uint8
    dark = held["x_train"][held["y_train"][:, 0] == 1]
    assert held["classes"][0] == "dark" and dark.min() >= -1 and dark.max() < 0
    assert run_command([*given, "--normalise", "-1..1", "--dtype", "float32"]) == 2  # another export


def test_arrays_of_levels_take_the_smallest_integers(pile: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.npz"
    assert run_command(["export-data", str(pile), "--format", "npz", "--out", str(out), "--quiet"]) == 0
    held = np.load(out)
    assert held["labels"].dtype == np.uint8 and held["images"].dtype == np.uint8
    again = package.open(out)
    assert again.classes == ("dark", "light") and again.counts() == {"dark": 40, "light": 40}


def test_pictures_of_one_size_in_any_layout(pile: Path, tmp_path: Path) -> None:
    for layout in ("folder", "csv", "parquet", "webdataset"):
        out = tmp_path / layout
        given = ["--format", layout, "--out", str(out), "--size", "8", "5", "--fit", "stretch", "--quiet"]
        assert run_command(["export-data", str(pile), *given]) == 0
        assert {image.shape for image in package.open(out).images()} == {(8, 5, 1)}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--format", "csv", "--normalise", "all"], "csv holds pictures"),
        (["--format", "folder", "--labels", "one-hot"], "folder holds pictures"),
        (["--format", "npz", "--normalise", "all", "--dtype", "uint8"], "no whole levels"),
        (["--format", "npz", "--size", "99", "99", "--normalise", "zca"], "at most 4,096 values"),
    ],
)
def test_what_cannot_be_written_is_said(
    pile: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], given: list[str], said: str
) -> None:
    assert run_command(["export-data", str(pile), "--out", str(tmp_path / "x"), *given]) == 2
    assert said in capfd.readouterr().err
    assert not (tmp_path / "x").exists()
