import numpy as np
import pytest

from hardy.models.numpy_network import Adam, Sgd, sgd_step


@pytest.mark.parametrize("optimizer", [Sgd(0.2), Sgd(0.1, momentum=0.9), Adam(0.2)])
def test_it_finds_the_lowest_point_of_a_bowl(optimizer: Sgd | Adam) -> None:
    weights, lowest = np.array([5.0, -3.0]), np.array([1.0, 2.0])
    for _ in range(300):
        optimizer.step([weights], [weights - lowest])
    np.testing.assert_allclose(weights, lowest, atol=1e-3)


def test_each_parameter_has_a_memory_of_its_own() -> None:
    one, two = np.zeros(1), np.zeros((2, 3))
    adam = Adam(0.1)
    for _ in range(3):
        adam.step([one, two], [np.ones(1), -np.ones((2, 3))])
    np.testing.assert_allclose(one, -0.3, rtol=1e-6)
    np.testing.assert_allclose(two, 0.3, rtol=1e-6)
    with pytest.raises(ValueError):
        adam.step([one], [np.ones(1)])


def test_no_memory_is_no_momentum() -> None:
    weights = np.array([1.0])
    sgd_step(weights, np.array([2.0]), None, 0.1, momentum=0.9)
    assert weights.item() == pytest.approx(0.8)


def test_two_optimisers_share_nothing() -> None:
    first, second = Adam(0.1), Adam(0.1)
    one, two = np.zeros(1), np.zeros(1)
    first.step([one], [np.ones(1)])
    first.step([one], [np.ones(1)])
    second.step([two], [np.ones(1)])
    assert two.item() == pytest.approx(-0.1)
