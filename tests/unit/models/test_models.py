"""What every network has to do, whatever its architecture."""

from collections.abc import Iterator

import pytest
import torch
from torch.nn import functional

from hardy.errors import InputError
from hardy.models import FAMILIES, build_model

NAMES = [example for family in FAMILIES.values() for example in family.examples]
SIZE_HW = (17, 11)


@pytest.fixture(autouse=True)
def seeded() -> Iterator[None]:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        yield


@pytest.fixture
def batch() -> tuple[torch.Tensor, torch.Tensor]:
    return torch.randn(12, 3, *SIZE_HW), torch.arange(12) % 5


@pytest.mark.parametrize("name", NAMES)
def test_scores_for_each_class_of_each_picture(name: str, batch: tuple) -> None:
    network = build_model(name, 3, SIZE_HW, 5).eval()
    scores = network(batch[0])
    assert scores.shape == (12, 5)
    assert scores.dtype == torch.float32
    assert (scores.sum(dim=1) - 1).abs().max() > 1e-3  # scores, not probabilities: softmax goes once, later
    assert torch.allclose(
        network(batch[0][:1]), scores[:1], atol=1e-5
    )  # the batch does not matter; BLAS adds in another order


@pytest.mark.parametrize("name", NAMES)
def test_one_step_on_a_fixed_batch_lowers_the_loss(name: str, batch: tuple) -> None:
    images, labels = batch
    network = build_model(name, 3, SIZE_HW, 5, dropout=0.0)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05)
    before = functional.cross_entropy(network(images), labels)
    before.backward()
    optimizer.step()
    after = functional.cross_entropy(network(images), labels)
    assert after.item() < before.item()


@pytest.mark.parametrize("name", NAMES)
def test_the_gradient_reaches_every_parameter(name: str, batch: tuple) -> None:
    images, labels = batch
    network = build_model(name, 3, SIZE_HW, 5)
    functional.cross_entropy(network(images), labels).backward()
    for where, parameter in network.named_parameters():
        assert parameter.grad is not None, where
        assert torch.isfinite(parameter.grad).all(), where
        assert parameter.grad.abs().max() > 0, where


@pytest.mark.parametrize("name", NAMES)
def test_weights_saved_and_loaded_give_equal_scores(name: str, batch: tuple) -> None:
    one, other = (build_model(name, 3, SIZE_HW, 5).eval() for _ in range(2))
    assert not torch.equal(one(batch[0]), other(batch[0]))
    other.load_state_dict(one.state_dict())
    assert torch.equal(one(batch[0]), other(batch[0]))


@pytest.mark.parametrize("name", NAMES)
def test_the_seed_gives_the_weights(name: str) -> None:
    def weights(seed: int) -> torch.Tensor:
        torch.manual_seed(seed)
        return torch.cat([p.detach().flatten() for p in build_model(name, 1, SIZE_HW, 2).parameters()])

    assert torch.equal(weights(3), weights(3))
    assert not torch.equal(weights(3), weights(4))


def test_the_input_is_not_changed(batch: tuple) -> None:
    before = batch[0].clone()
    for name in NAMES:
        build_model(name, 3, SIZE_HW, 5)(batch[0])
    assert torch.equal(batch[0], before)


@pytest.mark.parametrize(
    "name", ["", "dense", "conv-", "conv-0", "conv--16", "conv-16-x", "conv-1.5", "resnet-18", "16", "Conv-16"]
)
def test_names_that_are_none_are_answered_with_some_that_are(name: str) -> None:
    with pytest.raises(InputError, match=f"no model '{name}'; choose for example dense-512"):
        build_model(name, 1, (28, 28), 10)


@pytest.mark.parametrize("dropout", [-0.1, 1.0, float("nan")])
def test_dropout_out_of_range(dropout: float) -> None:
    with pytest.raises(InputError, match="dropout must be"):
        build_model("conv-16", 1, (28, 28), 10, dropout)


@pytest.mark.parametrize("classes", [0, 1])
def test_fewer_than_two_classes(classes: int) -> None:
    with pytest.raises(InputError, match="at least two classes"):
        build_model("conv-16", 1, (28, 28), classes)
