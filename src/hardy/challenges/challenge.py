"""Evaluate one model on every challenge set."""

import numpy as np
import torch

from hardy.challenges.scorecard import Score, Scorecard
from hardy.challenges.sets import SETS, ChallengeSet
from hardy.dataset import Dataset
from hardy.dataset.prepared import prepared_batch
from hardy.loader import permute
from hardy.progress import SILENT, Progress
from hardy.training.bundle import Bundle
from hardy.training.evaluate import evaluate
from hardy.training.evaluation import Evaluation

EXAMPLES = 6


def challenge(
    bundle: Bundle,
    data: Dataset,
    name: str = "test",
    device: torch.device | None = None,
    threads: int | None = None,
    progress: Progress = SILENT,
) -> tuple[Scorecard, Evaluation]:
    """Score a model on `SETS`.

    Args:
        bundle: the model.
        data: labelled rows it has not seen, numbered as the model does.
        name: of the rows, for the evaluation.
        device: the CPU by default.
        threads: of the loader.
        progress: told the stage "challenging".

    Returns:
        The scorecard, and the evaluation of the rows as they are.
    """
    positions = permute(np.arange(min(EXAMPLES, len(data))), len(data), seed=0, epoch=0, key="challenge:examples")
    plain = evaluate(bundle, data, name, None, device, threads)
    scores = []
    for number, (set_name, entry) in enumerate(SETS.items(), 1):
        result = evaluate(bundle, data, set_name, entry.alter, device, threads) if entry.alter else plain
        scores.append(_score(set_name, entry, result, bundle, data, positions))
        progress.advance("challenging", number, len(SETS), set_name)
    return Scorecard(bundle.name, tuple(scores)), plain


def _score(
    name: str, entry: ChallengeSet, result: Evaluation, bundle: Bundle, data: Dataset, positions: np.ndarray
) -> Score:
    examples = prepared_batch(data, positions, bundle.preprocessing)
    if entry.alter:
        examples = entry.alter(examples, [result.ids[row] for row in positions])
    true = [bundle.classes[result.labels[row]] for row in positions]
    called = [bundle.classes[result.predicted[row]] for row in positions]
    return Score(
        name=name,
        description=entry.describe(bundle.preprocessing.size_hw),
        accuracy=result.accuracy,
        mean_precision=result.mean_precision,
        examples=examples,
        example_notes=tuple(f"{a} → {b}" for a, b in zip(true, called, strict=True)),
        example_right=tuple(a == b for a, b in zip(true, called, strict=True)),
    )
