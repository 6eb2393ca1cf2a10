"""Ids, contents and sides of a small fixed dataset. They must never change by accident: every split, store and run of
every user rests on them. After a change that is meant: `python tests/golden/rewrite.py`, and say so in CHANGELOG.md.
"""

import json
import sys
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).with_name("identity.json")


def compute() -> dict[str, Any]:
    """The values as this version of hardy gives them."""
    import numpy as np

    from hardy.dataset import ArrayReader, Dataset, Preprocessing
    from hardy.dataset.dataset import make_table
    from hardy.dataset.identity import derived_id, sample_id
    from hardy.dataset.probe import probe
    from hardy.dataset.split import assign_sides
    from hardy.dataset.statistics import with_statistics
    from hardy.loader import permute
    from hardy.rng import derive_seed, draw, id_words

    rows = 40
    names = [f"{('cats', 'dogs', 'cats/é')[row % 3]}/{row:02d}.png" for row in range(rows)]
    images = (np.arange(rows * 3 * 2, dtype=np.uint32) * 2654435761 >> 11).astype(np.uint8).reshape(rows, 3, 2, 1)
    table = make_table(
        id=[sample_id(name) for name in names],
        uri=names,
        label=[row % 3 for row in range(rows)],
        group=[f"person {row // 5}" if row < 15 else None for row in range(rows)],
    )
    plain = Dataset(table, ("cats", "dogs", "é"), ArrayReader(images), np.arange(rows), "memory")
    data = assign_sides(probe(plain, threads=1), 0.25, 0.2, seed=3)
    statistics = with_statistics(data, Preprocessing(1, (3, 2)))
    words, copies = id_words(data.ids[:3]), np.arange(3)
    return {
        "ids": dict(zip(names, data.ids, strict=True)),
        "id_of_row_7": sample_id("train-images-idx3-ubyte.gz", 7),
        "id_with_source": sample_id("a.png", 0, "phone"),
        "derived": derived_id(data.ids[0], 1),
        "contents": data.column("content"),
        "sides": data.column("split"),
        "fingerprint": data.fingerprint,
        "mean_and_std": [*(statistics.mean or ()), *(statistics.std or ())],
        "draws": draw(5, 2, words, copies, "HorizontalFlip#0", 3).tolist(),
        "derived_seed": derive_seed(0, "weights"),
        "order": permute(np.arange(20), 20, seed=1, epoch=2).tolist(),
    }


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(compute(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from tests.golden import pictures

    pictures.write()
    sys.stdout.write(f"wrote {GOLDEN} and {pictures.FOLDER}\n")
