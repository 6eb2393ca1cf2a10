import numpy as np
import pytest
import torch

from hardy.challenges.challenge import challenge
from hardy.challenges.sets import SETS
from hardy.models import build_model
from hardy.training.bundle import Bundle
from hardy.training.evaluate import evaluate
from tests.builders import digits, measured

DATA = digits(40)


@pytest.fixture
def bundle() -> Bundle:
    """Says "b" where a picture is bright: made by hand, so that the right scores are known."""
    recipe = measured(DATA)
    network = build_model("dense-1", 1, (17, 11), 2).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()
        network.features[1].weight.fill_(1 / 187)
        network.features[1].bias.fill_(10.0)
        network.head.weight[1, 0] = 20.0
        network.head.bias[1] = -200.0
    return Bundle("dense-1", network, ("a", "b"), recipe, "f" * 32, {})


def test_every_set_is_scored_on_every_row(bundle: Bundle) -> None:
    card, plain = challenge(bundle, DATA)
    assert [score.name for score in card.scores] == list(SETS)
    assert all(score.accuracy.n == 40 for score in card.scores)
    assert card["test"].accuracy.value == 1.0
    assert card["inverted"].accuracy.value == 0.0
    assert card["shifted"].accuracy.value == 1.0
    assert plain.to_dict() == evaluate(bundle, DATA).to_dict()
    for name, entry in SETS.items():
        assert card[name].accuracy == evaluate(bundle, DATA, name, entry.alter).accuracy


def test_examples_are_the_same_rows_in_every_score(bundle: Bundle) -> None:
    card, plain = challenge(bundle, DATA)
    rows = [next(row for row in range(40) if np.array_equal(DATA.image(row), image)) for image in card["test"].examples]
    assert len(set(rows)) == 6
    assert np.array_equal(card["inverted"].examples, 255 - card["test"].examples)
    for score in card.scores:
        assert score.examples.shape == (6, 17, 11, 1)
        true = [note.split(" → ")[0] for note in score.example_notes]
        assert true == [plain.classes[plain.labels[row]] for row in rows]
        assert [a == b for a, b in (note.split(" → ") for note in score.example_notes)] == list(score.example_right)


def test_fewer_rows_than_examples(bundle: Bundle) -> None:
    card, _ = challenge(bundle, DATA.select(np.arange(2)))
    assert card["test"].examples.shape == (2, 17, 11, 1)
