import pytest
import torch

from hardy.errors import InputError
from hardy.models import ARCHITECTURES, count_parameters, find_architecture
from hardy.models.diagram import draw_diagram
from hardy.models.layer_table import layer_table
from tests.unit.models.networks import DIFFERENT


@pytest.mark.parametrize("name", DIFFERENT)
def test_the_layers_add_up(name: str) -> None:
    table = layer_table(ARCHITECTURES[name])
    with torch.device("meta"):
        network = ARCHITECTURES[name].build(*table.input[:1], table.input[1:], table.classes)
        auxiliary = sum(
            count_parameters(child)
            for part, child in network.named_children()
            if any(layer.startswith(part) for layer in network.auxiliary)
        )
        scales = sum(p.numel() for key, p in network.named_parameters() if "layer_scale" in key)  # of no layer
    counted = sum(layer.parameters for layer in table.layers)
    assert counted == count_parameters(network) - auxiliary - scales
    assert table.layers[-1].output[0] == table.classes or name == "darknet-19"
    assert all(len(line) <= 80 for line in draw_diagram(table))


@pytest.mark.parametrize(
    ("name", "millions"),
    [
        ("alexnet", 714),  # torchvision's documentation of its weights says 0.71, 7.61, 15.47, 1.81, … GFLOPS
        ("vgg-11", 7_609),
        ("vgg-16", 15_470),
        ("googlenet", 1_498),
        ("inception-v3", 5_713),
        ("resnet-18", 1_814),
        ("resnet-50", 4_089),
        ("mobilenet-v3-small", 57),
        ("mobilenet-v3-large", 217),
        ("efficientnet-b0", 386),
        ("convnext-tiny", 4_456),
    ],
)
def test_the_multiply_adds_that_others_publish(name: str, millions: int) -> None:
    assert round(layer_table(ARCHITECTURES[name]).multiply_adds / 1e6) == pytest.approx(millions, abs=2)


def test_another_size_and_number_of_classes() -> None:
    table = layer_table(find_architecture("lenet-5"), 3, (17, 13), 4)
    assert [layer.output for layer in table.layers][:4] == [(6, 17, 13), (6, 8, 6), (16, 4, 2), (16, 2, 1)]
    assert table.layers[-1].output == (4,)
    with pytest.raises(InputError, match="too small"):
        layer_table(find_architecture("lenet-5"), 3, (11, 40), 4)


def test_transposed_convolutions_and_linear_layers_at_each_place() -> None:
    layers = {layer.name: layer for layer in layer_table(find_architecture("u-net"), 1, (16, 16), 2).layers}
    assert layers["enlarge.0"].multiply_adds == 1024 * 512 * 2 * 2  # one place in, four out
    dense = {layer.name: layer for layer in layer_table(find_architecture("convnext-tiny"), 3, (32, 64), 2).layers}
    assert dense["features.1.0.block.3"].multiply_adds == 96 * 384 * 8 * 16
