"""Does decoding training pictures at 1/2, 1/4 or 1/8 cost accuracy? The same training on both, several seeds.

    HARDY_DATA=… python bench/exact.py            flowers to 64×64, 10 seeds, some minutes
    HARDY_DATA=… python bench/exact.py --quick    2 seeds

Two raw stores of the same pictures, sides and test pixels (test rows are always decoded whole): one with training rows
decoded whole, one as `hardy pack` does without `--exact`. PSNR is between their training pixels. The difference of test
accuracy is paired by seed; its interval is Student's.
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

VERSIONS = {name: version(name) for name in ("hardy", "torch", "simplejpeg", "numpy")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="2 seeds")
    seeds = range(2 if parser.parse_args().quick else 10)
    photos = Path(os.environ["HARDY_DATA"]) / "flowers"
    with tempfile.TemporaryDirectory() as place:
        stores = {
            name: hardy.pack(photos, Path(place) / f"{name}.hardy", size=(64, 64), fit="crop", exact=exact)
            for name, exact in (("whole", True), ("scaled", False))
        }
        levels = [np.stack([*store.split("train").images()]).astype(float) for store in stores.values()]
        psnr = 10 * np.log10(255**2 / np.mean((levels[0] - levels[1]) ** 2))
        changed = np.mean([(a != b).any() for a, b in zip(*levels, strict=True)])
        print(f"psnr of training pixels {psnr:.1f} dB; {changed:.0%} of {len(levels[0])} pictures decoded scaled")
        right = {name: [accuracy(store, Path(place), name, seed) for seed in seeds] for name, store in stores.items()}
    for name, values in right.items():
        low, high = 100 * min(values), 100 * max(values)
        print(f"test {name} {100 * np.mean(values):.2f} % ({low:.1f}-{high:.1f}, n={len(values)})")
    difference = 100 * (np.array(right["scaled"]) - np.array(right["whole"]))
    mean = difference.mean()
    half = t.ppf(0.975, len(difference) - 1) * difference.std(ddof=1) / len(difference) ** 0.5
    print(f"scaled minus whole {mean:+.2f} points [{mean - half:+.2f}, {mean + half:+.2f}]")
    values = {"psnr_db": psnr, "scaled_share": float(changed), **right, "points": mean, "half": half}
    keep("exact", {"name": "accuracy of scaled decoding", **values}, VERSIONS)


def accuracy(store: hardy.Dataset, place: Path, name: str, seed: int) -> float:
    """On the test rows."""
    run = hardy.train(store, place / f"{name}-{seed}", model="conv-16-32", epochs=30, batch_size=32, seed=seed)
    return hardy.evaluate(run).accuracy.value


if __name__ == "__main__":
    main()
