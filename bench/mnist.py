"""MNIST, the handbook's conv 16-32: what it learns, what breaks it, and what shifts and inversion mend.

    HARDY_DATA=… python bench/mnist.py            three seeds each, about seven minutes on two cores
    HARDY_DATA=… python bench/mnist.py --quick    one seed, two epochs, under a minute

Prints `name value unit` per figure and appends to bench/history.jsonl. The recipe was chosen on 10,000 rows carved from
the training set (`--val 0.1667`); the test rows were looked at afterwards, once a seed. The handbook's figures, for the
same network after 10 epochs: plain 98.8 / 63.3 / 76.8, with shifts and inversion 98.5 / 95.9 / 97.9.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import hardy

RECIPES = {
    "plain": {"epochs": 12},
    "shift-invert": {
        "epochs": 20,
        "dropout": 0.0,
        "augment": hardy.Compose.from_config([{"Translate": {"fraction": {"x": 0.2}}}, {"Invert": {"p": 0.1}}]),
    },
}
SHOWN = ("test", "inverted", "shifted")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one seed, two epochs")
    quick = parser.parse_args().quick
    if "HARDY_DATA" not in os.environ:
        sys.exit("HARDY_DATA must name the folder that holds mnist/")
    seeds = (0,) if quick else (0, 1, 2)
    with tempfile.TemporaryDirectory() as scratch:
        began = time.perf_counter()
        store = hardy.pack(Path(os.environ["HARDY_DATA"]) / "mnist", Path(scratch) / "mnist.hardy")
        record("pack", [time.perf_counter() - began], "s")
        for name, recipe in RECIPES.items():
            seconds: list[float] = []
            accuracies: dict[str, list[float]] = {}
            for seed in seeds:
                out = Path(scratch) / f"{name}-{seed}"
                settings = {**recipe, "epochs": 2 if quick else recipe["epochs"]}
                run = hardy.train(Path(scratch) / "mnist.hardy", out=out, seed=seed, model="conv-16-32", **settings)
                seconds.append(sum(row.seconds for row in run.history))
                for score in hardy.challenge(run).scores:
                    accuracies.setdefault(score.name, []).append(score.accuracy.value)
                    if score.name in SHOWN:
                        print(f"  {name} seed {seed}: {score.name} {score.accuracy}", flush=True)
            for set_name, values in accuracies.items():
                record(f"{name} {set_name}", [100 * value for value in values], "%")
            record(f"{name} training", seconds, "s")
    del store


def record(name: str, values: list[float], unit: str) -> None:
    """Print a figure, and keep it with where it was measured."""
    spread = f" (from {min(values):.2f} to {max(values):.2f}, n={len(values)})" if len(values) > 1 else ""
    print(f"{name} {statistics.mean(values):.2f} {unit}{spread}", flush=True)
    line = ["git", "-C", str(Path(__file__).parent), "rev-parse", "--short", "HEAD"]
    git = subprocess.run(line, capture_output=True, text=True, check=False)
    row = {
        "bench": "mnist",
        "name": name,
        "values": values,
        "unit": unit,
        "commit": git.stdout.strip(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "versions": {package: version(package) for package in ("hardy", "torch", "numpy")},
    }
    with (Path(__file__).parent / "history.jsonl").open("a") as file:
        file.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
