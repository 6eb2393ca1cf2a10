"""What every network has to do, whatever its architecture."""

import pytest
import safetensors.torch
import torch
from torch.nn import functional

from hardy.errors import InputError
from hardy.models import ARCHITECTURES, build_model, count_statistics, find_architecture
from hardy.models.architecture import collect
from tests.unit.models.networks import CLASSES, CLASSIFIERS, NAMES, batch_for, narrow, size_of, width_of


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("more", [0, 13])
def test_scores_for_each_class_of_each_picture_at_two_sizes(name: str, more: int) -> None:
    architecture = ARCHITECTURES[name]
    height, width = size_of(name)
    for channels, classes in ((1, 2), (4, 1003)):
        with torch.device("meta"):
            network = architecture.build(channels, (height + more, width + 2 * more), classes).eval()
            scores = network(torch.empty(2, channels, height + more, width + 2 * more))
        places = (height + more, width + 2 * more) if architecture.task == "segments" else ()
        assert scores.shape == (2, classes, *places)


@pytest.mark.parametrize("name", NAMES)
def test_the_smallest_picture_that_its_layers_allow(name: str) -> None:
    architecture = ARCHITECTURES[name]
    smallest = architecture.smallest
    with torch.device("meta"):
        network = architecture.build(3, (smallest, smallest + 3), 4).eval()
        assert network(torch.empty(1, 3, smallest, smallest + 3)).shape[:2] == (1, 4)
        if smallest > 1:
            for size_hw in ((smallest - 1, 600), (600, smallest - 1)):
                with pytest.raises(InputError, match=f"{size_hw[0]}×{size_hw[1]} pixels are too small"):
                    architecture.build(3, size_hw, 4)


@pytest.mark.parametrize("name", NAMES)
def test_the_head_takes_what_the_features_give(name: str) -> None:
    network = narrow(name).eval()
    images, _ = batch_for(name)
    with torch.no_grad():
        scores = network(images)
        assert torch.equal(network.head(network.features(images)), scores)
        assert torch.equal(network.all_scores(images)[0], scores)
    assert network.get_submodule(network.last).get_parameter("weight").shape[0] == CLASSES
    for layer in network.auxiliary:
        assert network.get_submodule(layer).get_parameter("weight").shape[0] == CLASSES
    assert len(network.all_scores(images)) == 1 + len(network.auxiliary)
    assert scores.dtype == torch.float32
    assert (scores.sum(dim=1) - 1).abs().max() > 1e-4  # scores, not probabilities: softmax goes once, later


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_the_rest_of_the_batch_does_not_matter(name: str) -> None:
    network = narrow(name).eval()
    images, _ = batch_for(name)
    with torch.no_grad():
        together, alone = network(images)[:1], network(images[:1])
    assert torch.allclose(together, alone, atol=1e-4 * (1 + float(together.abs().max())))  # BLAS adds in another order


@pytest.mark.parametrize("name", NAMES)
def test_a_step_lowers_the_loss_and_the_gradient_reaches_every_parameter(name: str) -> None:
    images, labels = batch_for(name)
    before = images.clone()
    network = narrow(name, dropout=0.0).train()
    network.measure(images)
    for module in network.modules():
        if hasattr(module, "rate"):
            module.rate = 0.0  # stochastic depth, whose branches would differ between the two losses

    def loss() -> torch.Tensor:
        scores, *others = network.all_scores(images)
        return functional.cross_entropy(scores, labels) + sum(functional.cross_entropy(each, labels) for each in others)

    first = loss()
    first.backward()
    steepness = sum(float(p.grad.square().sum()) for p in network.parameters() if p.grad is not None)
    for where, parameter in network.named_parameters():
        if parameter.requires_grad:
            assert parameter.grad is not None, where
            assert torch.isfinite(parameter.grad).all(), where
            assert parameter.grad.abs().max() > 0, where
    # A step that would take a hundredth of the loss away, were it a plane.
    torch.optim.SGD(network.parameters(), lr=0.01 * first.item() / steepness).step()
    assert loss().item() < first.item()
    assert torch.equal(images, before)


@pytest.mark.parametrize("name", NAMES)
def test_weights_saved_and_loaded_give_equal_scores(name: str) -> None:
    one, other = narrow(name).eval(), narrow(name, seed=1).eval()
    images, _ = batch_for(name, 2)
    other.load_state_dict(safetensors.torch.load(safetensors.torch.save(one.state_dict())))
    with torch.no_grad():
        assert torch.equal(one(images), other(images))


@pytest.mark.parametrize("name", NAMES)
def test_the_seed_gives_the_weights(name: str) -> None:
    def weights(seed: int) -> torch.Tensor:
        return torch.cat([p.detach().flatten() for p in narrow(name, 1, seed=seed).parameters()])

    assert torch.equal(weights(3), weights(3))
    assert not torch.equal(weights(3), weights(4))


@pytest.mark.parametrize("name", NAMES)
def test_channels_last_gives_the_same_scores(name: str) -> None:
    network = narrow(name).eval()
    images, _ = batch_for(name, 2)
    with torch.no_grad():
        plain = network(images)
        other = network.to(memory_format=torch.channels_last)(images.to(memory_format=torch.channels_last))
    assert torch.allclose(plain, other, atol=1e-4 * (1 + float(plain.abs().max())))


@pytest.mark.parametrize("name", [name for name in CLASSIFIERS if name != "numpy"])  # which refuses it
def test_dropout_is_what_was_asked_for(name: str) -> None:
    network = narrow(name, dropout=0.375)
    rates = [m.p for m in network.modules() if isinstance(m, torch.nn.Dropout)]
    assert rates and rates[0] == 0.375
    images, _ = batch_for(name, 3)
    assert not torch.equal(network.train()(images), network(images))


def test_one_file_says_what_is_known_of_each() -> None:
    for name, architecture in ARCHITECTURES.items():
        assert architecture.name == name
        assert architecture.reference and architecture.author and architecture.summary
        assert architecture.year is None or 1998 <= architecture.year <= 2024
        assert architecture.depth >= 2
    with pytest.raises(ValueError, match="two architectures are called lenet-5"):
        collect((ARCHITECTURES["lenet-5"],), (ARCHITECTURES["lenet-5"],))


def test_the_lectures_mistakes_are_mended() -> None:
    lenet, alexnet = ARCHITECTURES["lenet-5"], ARCHITECTURES["alexnet"]
    assert (lenet.year, lenet.depth) == (1998, 7)
    assert (alexnet.year, alexnet.depth, alexnet.error) == (2012, 8, "top-5 15.3%")
    assert ARCHITECTURES["googlenet"].depth == 22


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("", "choose for example dense-512"),
        ("dense", "did you mean dense-512"),
        ("conv-", "did you mean conv-16"),
        ("conv-0", "did you mean conv-16"),
        ("conv-16-x", "did you mean conv-16"),
        ("resnet18", "did you mean resnet-18"),
        ("ResNet_50", "did you mean resnet-50"),
        ("vgg16", "did you mean vgg-16"),
        ("mobilenet", "did you mean mobilenet-v3"),
        ("zzz", "choose for example dense-512"),
    ],
)
def test_names_that_are_none_are_answered_with_some_that_are(name: str, answer: str) -> None:
    with pytest.raises(InputError, match=f"no model '{name}'; {answer}"):
        build_model(name, 1, (28, 28), 10)


def test_any_widths_can_be_asked_for() -> None:
    assert find_architecture("dense-7-3").depth == 3
    assert find_architecture("conv-3-5-7").smallest == 22
    assert build_model("conv-3-5", 1, (10, 10), 2)(torch.zeros(1, 1, 10, 10)).shape == (1, 2)
    with pytest.raises(InputError, match="at most 65,536 wide"):
        build_model("dense-65537", 1, (28, 28), 10)


@pytest.mark.parametrize("dropout", [-0.1, 1.0, float("nan")])
def test_dropout_out_of_range(dropout: float) -> None:
    with pytest.raises(InputError, match="dropout must be"):
        build_model("conv-16", 1, (28, 28), 10, dropout)


@pytest.mark.parametrize("classes", [0, 1])
def test_fewer_than_two_classes(classes: int) -> None:
    with pytest.raises(InputError, match="at least two classes"):
        build_model("conv-16", 1, (28, 28), classes)


def test_the_measured_layer_makes_neighbouring_pixels_independent() -> None:
    network = narrow("whitening-cnn")
    generator = torch.Generator().manual_seed(2)
    smooth = functional.avg_pool2d(torch.randn(64, 3, 17, 11, generator=generator), 3, 1, 1) * 4
    network.measure(smooth)
    layer = network.get_submodule("features.0")
    with torch.no_grad():
        maps = functional.conv2d(smooth, layer.weight)
    first = maps[:, :12].permute(1, 0, 2, 3).flatten(1)
    second = first @ first.T / first.shape[1]
    assert torch.allclose(second, torch.eye(12), atol=0.02)
    assert torch.allclose(maps[:, 12:], -maps[:, :12], atol=1e-5)
    assert not layer.weight.requires_grad
    assert count_statistics(network) > 0 and width_of("whitening-cnn") < 1
