import pytest
import torch

from hardy.models import build_model, count_parameters


@pytest.mark.parametrize(
    ("name", "parameters"), [("dense-512", 407_050), ("dense-1024", 814_090), ("dense-512-512", 669_706)]
)
def test_the_handbooks_parameter_counts(name: str, parameters: int) -> None:
    for dropout in (None, 0.5):
        assert count_parameters(build_model(name, 1, (28, 28), 10, dropout)) == parameters


def test_dropout_is_halved_from_layer_to_layer() -> None:
    network = build_model("dense-8-8-8", 1, (17, 11), 3, 0.5)
    assert [m.p for m in network.modules() if isinstance(m, torch.nn.Dropout)] == [0.5, 0.25, 0.125]
    for none in (None, 0.0):
        plain = build_model("dense-8-8", 1, (17, 11), 3, none)
        assert not [m for m in plain.modules() if isinstance(m, torch.nn.Dropout)]


def test_channels_last_input_gives_the_same_scores() -> None:
    network = build_model("dense-8", 3, (17, 11), 3)
    images = torch.rand(2, 3, 17, 11, generator=torch.Generator().manual_seed(0))
    assert torch.equal(network(images), network(images.to(memory_format=torch.channels_last)))
