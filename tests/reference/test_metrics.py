"""Figures against scikit-learn and SciPy."""

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics

from hardy.findings import Proportion
from hardy.training.evaluation import Evaluation

ROUNDING = 1e-12  # the same formulas in float64, in another order
FLOAT32 = 1e-6  # probabilities are kept in float32


@pytest.mark.parametrize("n", [1, 2, 3, 17, 100, 12_345])
def test_the_interval_is_scipys_wilson(n: int) -> None:
    for successes in sorted({0, 1, n // 3, n // 2, n - 1, n}):
        theirs = stats.binomtest(successes, n).proportion_ci(0.95, "wilson")
        assert Proportion(successes, n).interval == pytest.approx((theirs.low, theirs.high), abs=ROUNDING)


def evaluation(seed: int, rows: int = 300, classes: int = 7, unused: bool = False) -> Evaluation:
    generator = np.random.default_rng(seed)
    used = classes - 2 if unused else classes
    labels = generator.integers(0, used, rows)
    scores = generator.normal(size=(rows, classes)) + 1.5 * np.eye(classes)[labels]
    if unused:
        scores[:, -1] = -50  # neither true nor called; the one before it is called and never true
    probabilities = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    names = tuple(str(row) for row in range(rows))
    return Evaluation("test", tuple(map(str, range(classes))), names, names, labels, probabilities.astype(np.float32))


@pytest.mark.parametrize("unused", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_figures_equal_scikit_learns(seed: int, unused: bool) -> None:
    e = evaluation(seed, unused=unused)
    numbers = list(range(len(e.classes)))
    assert e.accuracy.value == pytest.approx(metrics.accuracy_score(e.labels, e.predicted), abs=ROUNDING)
    assert np.array_equal(e.confusion, metrics.confusion_matrix(e.labels, e.predicted, labels=numbers))
    for average, figures in (("precision", metrics.precision_score), ("recall", metrics.recall_score)):
        theirs = figures(e.labels, e.predicted, labels=numbers, average=None, zero_division=0)
        ours = [getattr(f, average) for f in e.per_class]
        assert [f.value if f.n else 0.0 for f in ours] == pytest.approx(theirs.tolist(), abs=ROUNDING)
    macro = metrics.precision_score(e.labels, e.predicted, average="macro", zero_division=0)
    assert e.mean_precision == pytest.approx(macro, abs=ROUNDING)


@pytest.mark.parametrize("seed", range(3))
def test_the_loss_equals_scikit_learns(seed: int) -> None:
    e = evaluation(seed)
    exact = e.probabilities.astype(np.float64)
    exact /= exact.sum(axis=1, keepdims=True)
    theirs = metrics.log_loss(e.labels, exact, labels=list(range(len(e.classes))))
    assert e.loss == pytest.approx(theirs, rel=FLOAT32)
