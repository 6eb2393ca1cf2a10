from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from hardy.dataset import Dataset
from hardy.errors import DecodeError, InputError
from hardy.loader import Loader
from hardy.models import build_model
from hardy.sources import open_source
from hardy.training.bundle import Bundle
from hardy.training.evaluate import evaluate, with_classes_of
from hardy.training.predict import predict_probabilities
from hardy.training.prediction import predict_source
from tests.builders import dataset, digits, encoded, folder, measured, pixels, write

DATA = digits(40)
RECIPE = measured(DATA)


@pytest.fixture
def bundle() -> Iterator[Bundle]:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = build_model("conv-4", 1, (17, 11), 3, 0.5)
        yield Bundle("conv-4", network.eval(), ("b", "c", "a"), RECIPE, "f" * 32, {}, 0.5)


def test_probabilities_are_softmax_once_in_evaluation_mode(bundle: Bundle) -> None:
    bundle.network.train()  # dropout would show
    found = predict_probabilities(bundle.network, DATA, RECIPE)
    assert bundle.network.training  # left as it was
    bundle.network.eval()
    (batch,) = Loader(DATA, 100, preprocessing=RECIPE, shuffle=False)
    with torch.no_grad():
        expected = torch.softmax(bundle.network(batch.images), dim=1)
    assert torch.allclose(found, expected, atol=1e-6)
    assert torch.allclose(found.sum(dim=1), torch.ones(40), atol=1e-5)


def test_the_network_is_left_as_it_was_after_an_error_too(bundle: Bundle, tmp_path: Path) -> None:
    root = folder(tmp_path, {"a": 2, "b": 2}, channels=1)
    data = open_source(root)
    write(root / "a" / "001.png", b"")
    bundle.network.train()
    with pytest.raises(DecodeError, match=r"001\.png"):
        predict_probabilities(bundle.network, data, RECIPE)
    assert bundle.network.training


def test_rows_keep_their_order_whatever_the_threads(bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardy.training.predict.BATCH_SIZE", 7)
    one, four = (predict_probabilities(bundle.network, DATA, RECIPE, threads=threads) for threads in (1, 4))
    assert torch.equal(one, four)
    backwards = predict_probabilities(bundle.network, DATA.select(np.arange(40)[::-1].copy()), RECIPE)
    assert torch.allclose(backwards.flip(0), one, atol=1e-6)


def test_labels_are_numbered_by_name(bundle: Bundle) -> None:
    data = with_classes_of(bundle, DATA)  # "a", "b" here; "b", "c", "a" there
    assert data.labels.tolist() == [2 if label == 0 else 0 for label in DATA.labels]
    assert data.ids == DATA.ids
    assert data.counts() == {"b": 20, "c": 0, "a": 20}


def test_classes_that_occur_nowhere_may_be_unknown(bundle: Bundle) -> None:
    data = dataset([0, 2], classes=["a", "zebra", "c"])
    assert with_classes_of(bundle, data).labels.tolist() == [2, 1]
    with pytest.raises(InputError, match="does not know: zebra; it knows b, c, a"):
        with_classes_of(bundle, dataset([0, 1], classes=["a", "zebra"]))


def test_rows_without_labels_are_not_evaluated(bundle: Bundle) -> None:
    with pytest.raises(InputError, match="without a label; hardy predict"):
        with_classes_of(bundle, dataset([0, None]))


def test_an_evaluation_leads_back_to_every_file(bundle: Bundle) -> None:
    data = with_classes_of(bundle, DATA)
    result = evaluate(bundle, data, "val")
    assert (result.name, result.classes) == ("val", bundle.classes)
    assert list(result.ids) == data.ids and list(result.paths) == data.paths()
    assert result.labels.tolist() == data.labels.tolist()
    assert torch.equal(torch.from_numpy(result.probabilities), predict_probabilities(bundle.network, data, RECIPE))


def test_an_altered_evaluation_sees_altered_pixels(bundle: Bundle) -> None:
    data = with_classes_of(bundle, DATA)
    plain = evaluate(bundle, data)
    inverted = evaluate(bundle, data, alter=lambda images, _: 255 - images)
    same = evaluate(bundle, data, alter=lambda images, _: images)
    assert np.array_equal(plain.probabilities, same.probabilities)
    assert not np.allclose(plain.probabilities, inverted.probabilities)


def test_pictures_without_labels_are_predicted_and_bad_ones_reported(bundle: Bundle, tmp_path: Path) -> None:
    for seed in range(3):
        write(tmp_path / f"{seed}.png", encoded(pixels(17, 11, 1, seed=seed)))
    write(tmp_path / "bad.png", b"no picture")
    predictions, refused = predict_source(bundle, tmp_path)
    assert [Path(p.path).name for p in predictions] == ["0.png", "1.png", "2.png"]
    assert [entry.uri for entry in refused] == ["bad.png"]
    data: Dataset = open_source(tmp_path)
    for prediction in predictions:
        assert prediction.id in data.ids
        assert (
            prediction.probability
            == max(prediction.probabilities.values())
            == prediction.probabilities[prediction.label]
        )
        assert sum(prediction.probabilities.values()) == pytest.approx(1, abs=1e-5)
        assert list(prediction.probabilities) == ["b", "c", "a"]
    with pytest.raises(InputError, match="none of the 1 pictures"):
        predict_source(bundle, tmp_path / "bad.png")
