"""The learning rate against PyTorch's schedulers, and the properties a schedule has to have."""

import warnings

import pytest
import torch

from hardy.training.schedule import START, WARM_UP, learning_rate


@pytest.mark.parametrize("steps", [4, 40, 400])
def test_the_rise_and_the_fall_equal_pytorchs(steps: int) -> None:
    rise = int(steps * WARM_UP)
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.3)
    scheduler = torch.optim.lr_scheduler.SequentialLR(
        optimizer,
        [
            torch.optim.lr_scheduler.LinearLR(optimizer, START, total_iters=rise),
            torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps - rise),
        ],
        milestones=[rise],
    )
    theirs = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a deprecated argument that PyTorch passes to itself
        for _ in range(steps):
            theirs.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
    ours = [learning_rate(step, steps, 0.3) for step in range(steps)]
    assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-12)  # PyTorch multiplies step by step


@pytest.mark.parametrize("steps", [1, 2, 3, 5, 7, 100, 1001])
def test_it_rises_then_falls_and_stays_within_0_and_the_highest(steps: int) -> None:
    rates = [learning_rate(step, steps, 2.0) for step in range(steps)]
    assert all(0 < rate <= 2.0 for rate in rates)
    top = rates.index(max(rates))
    assert rates[: top + 1] == sorted(rates[: top + 1])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert abs(top - steps * WARM_UP) <= 1


def test_its_ends() -> None:
    assert learning_rate(0, 100, 1.0) == START
    assert learning_rate(25, 100, 1.0) == 1.0
    assert learning_rate(100, 100, 1.0) == pytest.approx(0, abs=1e-15)
    assert learning_rate(50, 100, 3.0) == pytest.approx(3 * learning_rate(50, 100, 1.0), rel=1e-12)
