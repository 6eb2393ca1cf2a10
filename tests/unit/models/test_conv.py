import pytest
import torch

from hardy.errors import InputError
from hardy.models import build_model, count_parameters


@pytest.mark.parametrize(("name", "parameters"), [("conv-16", 27_210), ("conv-16-32", 12_810)])
def test_the_handbooks_parameter_counts(name: str, parameters: int) -> None:
    for dropout in (None, 0.0, 0.5):
        assert count_parameters(build_model(name, 1, (28, 28), 10, dropout)) == parameters


def test_a_quarter_of_dropout_unless_told() -> None:
    def rates(dropout: float | None) -> list[float]:
        network = build_model("conv-4-8", 1, (28, 28), 10, dropout)
        return [m.p for m in network.modules() if isinstance(m, torch.nn.Dropout)]

    assert rates(None) == [0.25, 0.25]
    assert rates(0.1) == [0.1, 0.1]
    assert rates(0.0) == []


@pytest.mark.parametrize(("name", "smallest"), [("conv-4", 4), ("conv-4-4", 10), ("conv-4-4-4", 22)])
def test_the_smallest_picture_that_fits(name: str, smallest: int) -> None:
    network = build_model(name, 1, (smallest, 31), 3)
    assert network(torch.zeros(2, 1, smallest, 31)).shape == (2, 3)
    for size_hw in ((smallest - 1, 31), (31, smallest - 1), (1, 1)):
        with pytest.raises(InputError, match=f"{size_hw[0]}×{size_hw[1]} pixels are too small"):
            build_model(name, 1, size_hw, 3)
