import math
from pathlib import Path

import numpy as np
import pytest
from jaxtyping import TypeCheckError

from hardy.errors import InputError, ShapeError
from hardy.training.evaluate import predictions_csv
from hardy.training.evaluation import Evaluation

CLASSES = ("cat", "dog", "owl")


def evaluation(labels: list[int], probabilities: list[list[float]], classes: tuple[str, ...] = CLASSES) -> Evaluation:
    names = tuple(f"{row}" for row in range(len(labels)))
    values = np.array(probabilities, np.float32).reshape(len(labels), len(classes))
    return Evaluation("test", classes, names, names, np.array(labels, np.int64), values)


FOUR = evaluation([0, 1, 1, 0], [[0.8, 0.1, 0.1], [0.6, 0.4, 0], [0.2, 0.7, 0.1], [0.0, 0.9, 0.1]])


def written(path: Path, e: Evaluation) -> Path:
    path.write_text(predictions_csv(e.classes, e.ids, e.paths, e.probabilities, e.labels), encoding="utf-8", newline="")
    return path


def test_figures_by_hand() -> None:
    assert str(FOUR.accuracy).startswith("50.0%") and FOUR.accuracy.n == 4
    assert FOUR.confusion.tolist() == [[1, 1, 0], [1, 1, 0], [0, 0, 0]]
    assert [(f.precision.successes, f.precision.n, f.recall.n) for f in FOUR.per_class] == [
        (1, 2, 2),
        (1, 2, 2),
        (0, 0, 0),
    ]
    assert FOUR.mean_precision == 0.5  # the owl neither occurs nor is called
    assert FOUR.loss == pytest.approx(-(math.log(0.8) + math.log(0.4) + math.log(0.7) + math.log(1e-12)) / 4, rel=1e-6)


def test_a_class_that_is_never_called_counts_0() -> None:
    e = evaluation([0, 2], [[0.9, 0.1, 0], [0.9, 0.1, 0]])
    assert e.mean_precision == 0.25
    assert str(e.per_class[2].precision) == "– (n=0)"


def test_of_equal_probabilities_the_first_is_taken() -> None:
    assert evaluation([0], [[0.25, 0.375, 0.375]]).predicted.tolist() == [1]


def test_the_surest_mistakes_come_first() -> None:
    assert FOUR.worst_mistakes(5).tolist() == [3, 1]
    assert FOUR.worst_mistakes(1).tolist() == [3]
    assert FOUR.worst_mistakes(0).tolist() == []


def test_nothing_evaluated() -> None:
    e = evaluation([], [])
    assert e.confusion.tolist() == [[0] * 3] * 3
    assert math.isnan(e.loss) and math.isnan(e.mean_precision)
    assert str(e.accuracy) == "– (n=0)"


def test_probabilities_of_another_shape_are_refused() -> None:
    with pytest.raises((ShapeError, TypeCheckError)):
        Evaluation("test", CLASSES, ("a",), ("a",), np.array([0]), np.zeros((1, 2), np.float32))


def test_the_table_comes_back(tmp_path: Path) -> None:
    e = evaluation([0, 1], [[0.5, 0.25, 0.25], [0.125, 0.5, 0.375]], ('a "cat", or two', "é\n日本", "p:x"))
    back = Evaluation.from_csv(written(tmp_path / "predictions.csv", e))
    assert (back.classes, back.ids, back.paths) == (e.classes, e.ids, e.paths)
    assert back.labels.tolist() == [0, 1]
    assert np.array_equal(back.probabilities, e.probabilities)
    assert back.to_dict() == e.to_dict()


def test_a_near_tie_is_the_same_prediction_after_reading_back(tmp_path: Path) -> None:
    e = evaluation([1], [[0.49999994, 0.50000006, 0]])
    path = written(tmp_path / "predictions.csv", e)
    assert path.read_text().splitlines()[1].split(",")[3] == "dog"
    back = Evaluation.from_csv(path)
    assert back.predicted.tolist() == e.predicted.tolist() == [1]
    assert back.accuracy == e.accuracy


@pytest.mark.parametrize(
    "text",
    [
        "",
        "id,path,predicted,p:cat,p:dog\na,a,cat,1,0\n",  # no true classes
        "id,path,true,predicted,p:cat,p:dog\n",
        "id,path,true,predicted,p:cat,p:dog\na,a,cow,cat,1,0\n",
        "id,path,true,predicted,p:cat,p:dog\na,a,cat,cat,1\n",
        "id,path,true,predicted,p:cat,p:dog\na,a,cat,cat,1,x\n",
        "id,path,true,predicted,p:cat,p:dog\na\n",
        "id,path,true,predicted,p:cat,p:dog\na,a,cat,cat,1,0\n\nb",
        'id,path,true,predicted,p:cat,p:dog\na,"' + "x" * 200_000,  # a quotation mark that is never closed
    ],
)
def test_what_is_no_such_table_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "predictions.csv").write_text(text)
    with pytest.raises(InputError, match=r"predictions\.csv"):
        Evaluation.from_csv(tmp_path / "predictions.csv")


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot read .*predictions\.csv"):
        Evaluation.from_csv(tmp_path / "predictions.csv")


def test_a_table_without_the_truth_has_no_such_column() -> None:
    text = predictions_csv(CLASSES, ["a"], ["a.png"], np.array([[0.25, 0.5, 0.25]], np.float32))
    header, row = text.splitlines()
    assert header == "id,path,predicted,p:cat,p:dog,p:owl"
    assert row.split(",")[:3] == ["a", "a.png", "dog"]
    assert [float(value) for value in row.split(",")[3:]] == [0.25, 0.5, 0.25]
