"""Our networks against torchvision's: the same names and shapes, and with the same weights the same scores."""

import pytest
import torch
from bench import torchvision_operators  # noqa: F401 (torchvision may be there without its compiled part)
from bench.torchvision_networks import THEIRS

from hardy.models import ARCHITECTURES

models = pytest.importorskip("torchvision.models")

RUN = [name for name in THEIRS if name not in ("vgg-13", "vgg-16", "vgg-19", "vgg-13-bn", "vgg-19-bn", "resnet-101")]
"""Those whose weights are drawn; the others are the same code with other numbers of layers."""


def shapes(network: torch.nn.Module) -> dict[str, tuple[int, ...]]:
    return {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}


def pair(name: str) -> tuple[torch.nn.Module, torch.nn.Module]:
    function, options = THEIRS[name]
    with torch.device("meta"):
        return ARCHITECTURES[name].build(3, (224, 224), 1000), getattr(models, function)(**options)


@pytest.mark.parametrize("name", THEIRS)
def test_the_same_names_and_shapes(name: str) -> None:
    ours, theirs = pair(name)
    assert shapes(ours) == shapes(theirs)


@pytest.mark.parametrize("name", RUN)
def test_the_same_scores_from_the_same_weights(name: str) -> None:
    ours, theirs = pair(name)
    generator = torch.Generator().manual_seed(3)
    weights = {}
    for key, tensor in ours.state_dict().items():
        if tensor.ndim > 1:  # so that signals keep their size
            spread = (3 / tensor[0].numel()) ** 0.5
            weights[key] = torch.empty(tensor.shape).uniform_(-spread, spread, generator=generator)
        elif key.endswith(("running_var", "norm.weight", "bn.weight", ".1.weight")):
            weights[key] = torch.empty(tensor.shape).uniform_(0.5, 1.5, generator=generator)
        else:
            weights[key] = torch.empty(tensor.shape).uniform_(-0.2, 0.2, generator=generator).to(tensor.dtype)
    for network in (ours, theirs):
        network.load_state_dict(weights, assign=True)
        network.eval()
    smallest = ARCHITECTURES[name].smallest
    images = torch.randn(2, 3, max(64, smallest) + 5, max(64, smallest), generator=generator)
    with torch.no_grad():
        mine, other = ours(images), theirs(images)
    assert other.std() > 1e-6
    assert torch.allclose(mine, other, rtol=1e-4, atol=1e-5 * float(other.abs().max()))
