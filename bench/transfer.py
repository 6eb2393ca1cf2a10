"""Is it worth beginning from what another network learned? Two transfers of real data, five seeds each.

    HARDY_DATA=… python bench/transfer.py            about twenty minutes on two cores
    HARDY_DATA=… python bench/transfer.py --quick    one seed, one epoch of the large sets

Fashion-MNIST to MNIST with 20 training pictures a class (and 5 a class to validate on), judged on MNIST's 10,000 test
rows; CIFAR-10 to `flowers`, judged on its test rows. Each three times with the same rows, network and epochs: from
nothing; with the weights and only the last layer learning (`--freeze features`); and so, but everything learns in the
second half, the first layers at a tenth of the rate (`--unfreeze-at`, `--lowest-rate 0.1`). The seed draws the rows of
MNIST, the weights and the order. Differences are paired by seed; their interval is Student's.
"""

import argparse
import os
import tempfile
from importlib.metadata import version
from pathlib import Path

import numpy as np
from pairs import keep
from scipy.stats import t

import hardy
from hardy.training.evaluation import Evaluation
from hardy.training.run import Run

VERSIONS = {name: version(name) for name in ("hardy", "torch", "numpy")}
MODEL = "whitening-cnn"
CLASSES, TRAINED, VALIDATED = 10, 20, 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one seed, one epoch of the large sets")
    parser.add_argument("--only", choices=("digits", "photos"), help="one of the two transfers")
    arguments = parser.parse_args()
    quick, only = arguments.quick, arguments.only
    root, seeds = Path(os.environ["HARDY_DATA"]), range(1 if quick else 5)
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        if only != "photos":
            weights = learn(root / "fashion-mnist", place / "fashion", 1 if quick else 4)
            digits = hardy.open(root / "mnist")
            few = [few_of(digits, seed) for seed in seeds]
            compare("Fashion-MNIST to MNIST, 20 a class", few, weights, place / "digits", 40, 20)
        if only != "digits":
            weights = learn(root / "cifar10", place / "cifar", 1 if quick else 6)
            photos = hardy.pack(root / "flowers", place / "flowers.hardy", size=(64, 64), fit="crop")
            compare("CIFAR-10 to flowers", [photos] * len(seeds), weights, place / "photos", 24, 32)


def learn(source: Path, out: Path, epochs: int) -> Path:
    """A network that has seen a large set."""
    run = hardy.train(source, out=out, model=MODEL, epochs=epochs)
    print(f"{source.name}: {accuracy(run):.1%} after {epochs} epochs", flush=True)
    return run.path


def accuracy(run: Run) -> float:
    """On the test rows, as the training itself judged it at its end."""
    return Evaluation.from_csv(run.path / "predictions.csv", "test").accuracy.value


def few_of(digits: hardy.Dataset, seed: int) -> hardy.Dataset:
    """All test rows, and so many training rows of each class, drawn."""
    generator = np.random.default_rng(seed)
    sides = np.array(digits.column("split"))
    rows = [np.flatnonzero(sides == "test")]
    for label in range(CLASSES):
        of_class = np.flatnonzero((sides == "train") & (digits.labels == label))
        rows.append(generator.choice(of_class, TRAINED + VALIDATED, replace=False))
    return digits.select(np.sort(np.concatenate(rows)))


def compare(title: str, sets: list[hardy.Dataset], weights: Path, place: Path, epochs: int, batch_size: int) -> None:
    """Print the accuracy of each way, and how much the weights are worth."""
    half = epochs // 2
    ways: dict[str, dict[str, object]] = {
        "from nothing": {},
        "head only": {"weights": str(weights), "freeze": "features"},
        "head, then all": {"weights": str(weights), "freeze": "features", "unfreeze_at": half + 1, "lowest_rate": 0.1},
    }
    found: dict[str, list[float]] = {way: [] for way in ways}
    for seed, data in enumerate(sets):
        own = {} if "val" in data.split_sizes() else {"val": CLASSES * VALIDATED}
        for way, settings in ways.items():
            out = place / f"{way.replace(' ', '-')}-{seed}"
            rest = {"model": MODEL, "epochs": epochs, "batch_size": batch_size, "seed": seed}
            run = hardy.train(data, out=out, **own, **rest, **settings)  # type: ignore[arg-type]
            found[way].append(100 * accuracy(run))
            print(f"  {title} seed {seed} {way}: {found[way][-1]:.2f} %", flush=True)
    for way, values in found.items():
        words = f"{title} {way} {np.mean(values):.2f} % ({min(values):.2f}-{max(values):.2f}, n={len(values)})"
        if way != "from nothing" and len(values) > 1:
            gain = np.array(values) - np.array(found["from nothing"])
            wide = t.ppf(0.975, len(gain) - 1) * gain.std(ddof=1) / len(gain) ** 0.5
            words += f", {gain.mean():+.2f} points [{gain.mean() - wide:+.2f}, {gain.mean() + wide:+.2f}]"
        print(words, flush=True)
        keep("transfer", {"name": f"{title} {way}", "values": values}, VERSIONS)


if __name__ == "__main__":
    main()
