import copy

import numpy as np
import pytest
import torch
from threadpoolctl import ThreadpoolController

from hardy.errors import InputError
from hardy.models import ARCHITECTURES, build_model, numpy_bridge, numpy_network
from hardy.models.numpy_bridge import NumpyAdam, bridge
from hardy.models.numpy_network import Adam, Convolution, NumpyNetwork, digit_layers

SHAPE = (6, 2, 17, 19)


def pair() -> tuple[torch.nn.Module, NumpyNetwork]:
    """The bridged network and a plain one, each with parameters of its own, of equal values."""
    bridged = build_model("numpy", 2, SHAPE[2:], 3)
    plain = NumpyNetwork.start(digit_layers(2, SHAPE[2:], 3), 0)
    with torch.no_grad():
        for parameter, array in zip(bridged.parameters(), [p for own in plain.parameters for p in own], strict=True):
            parameter.copy_(torch.from_numpy(array))
    return bridged, plain


def images(count: int = SHAPE[0]) -> torch.Tensor:
    return torch.randn(count, *SHAPE[1:], generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("soft", [False, True])
def test_a_training_through_torch_is_the_plain_one(layout: torch.memory_format, soft: bool) -> None:
    bridged, plain = pair()
    bridged.to(memory_format=layout)
    theirs = bridged.make_optimizer([{"params": list(bridged.parameters()), "lr": 0.01}], 0.1)
    ours = Adam(0.01, weight_decay=0.1)
    labels = torch.arange(6) % 3
    targets = torch.nn.functional.one_hot(labels).float() * 0.8 + 0.2 / 3 if soft else labels
    for _ in range(3):
        theirs.zero_grad()
        loss = bridged.loss(bridged(images().to(memory_format=layout)), targets)
        loss.backward()
        theirs.step()
        mine = plain.step(images().numpy(), targets.numpy().T, ours)
        assert loss.item() == pytest.approx(mine, rel=1e-6)
    for parameter, array in zip(bridged.parameters(), [p for own in plain.parameters for p in own], strict=True):
        np.testing.assert_allclose(parameter.detach().numpy(), array, atol=1e-6)


def test_the_arithmetic_is_numpys(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("torch computes")

    for name in ("conv2d", "relu", "max_pool2d", "linear", "cross_entropy"):
        monkeypatch.setattr(torch.nn.functional, name, refuse)
    bridged, _ = pair()
    optimizer = bridged.make_optimizer([{"params": list(bridged.parameters())}], 0.0)
    monkeypatch.setattr(torch.optim.AdamW, "step", refuse)
    before = bridged.features[0].weight.detach().clone()
    bridged.loss(bridged(images()), torch.arange(6) % 3).backward()
    optimizer.step()
    assert not torch.equal(bridged.features[0].weight, before)


def test_two_forwards_before_a_backward_do_not_mix() -> None:
    bridged, _ = pair()
    one, other = images(3), images(6)[3:]
    bridged.loss(bridged(one), torch.zeros(3, dtype=torch.long)).backward()
    alone = bridged.head[1].weight.grad.clone()
    bridged.zero_grad()
    first = bridged.loss(bridged(one), torch.zeros(3, dtype=torch.long))
    bridged(other)
    first.backward()
    assert torch.equal(bridged.head[1].weight.grad, alone)


def test_gradients_reach_the_pictures_and_agree_with_torchs_checker() -> None:
    module = bridge(Convolution(2, 3, (3, 2), stride=2, padding=1)).double()
    x = images(2)[..., :6, :5].double().requires_grad_()
    assert torch.autograd.gradcheck(module, (x,))


def test_the_optimisers_memory_is_saved_and_restored() -> None:
    bridged, _ = pair()
    optimizer = bridged.make_optimizer([{"params": list(bridged.parameters()), "factor": 1.0}], 0.0)

    def step(network: torch.nn.Module, moved: torch.optim.Optimizer) -> None:
        moved.zero_grad()
        network.loss(network(images()), torch.arange(6) % 3).backward()
        moved.step()

    step(bridged, optimizer)
    twin = copy.deepcopy(bridged)
    again = NumpyAdam([{"params": list(twin.parameters()), "factor": 1.0}], 0.0)
    again.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    step(bridged, optimizer)
    step(twin, again)
    for one, other in zip(bridged.parameters(), twin.parameters(), strict=True):
        assert torch.equal(one, other)


def test_what_is_frozen_stays() -> None:
    bridged, _ = pair()
    bridged.features.requires_grad_(False)
    before = copy.deepcopy(bridged.state_dict())
    optimizer = bridged.make_optimizer([{"params": list(bridged.parameters())}], 0.1)
    bridged.loss(bridged(images()), torch.arange(6) % 3).backward()
    optimizer.step()
    changed = [name for name, tensor in bridged.state_dict().items() if not torch.equal(tensor, before[name])]
    assert changed == ["head.1.weight", "head.1.bias"]


def test_products_take_one_thread_and_the_setting_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def threads() -> list[int]:
        return [each.num_threads for each in ThreadpoolController().select(user_api="blas").lib_controllers]

    seen: list[int] = []
    real = numpy_network.Convolution.forward

    def forward(self: Convolution, *given: np.ndarray) -> object:
        seen.extend(threads())
        return real(self, *given)

    monkeypatch.setattr(numpy_network.Convolution, "forward", forward)
    bridged, _ = pair()
    with ThreadpoolController().limit(limits=2, user_api="blas"):
        before = threads()
        bridged(images())
        assert threads() == before
    assert seen and set(seen) == {1}


def test_dropout_is_refused_and_none_is_not() -> None:
    with pytest.raises(InputError, match="numpy has no dropout"):
        build_model("numpy", 1, (28, 28), 10, dropout=0.25)
    build_model("numpy", 1, (28, 28), 10, dropout=0.0)


def test_it_is_on_the_list_for_the_cpu_alone() -> None:
    assert ARCHITECTURES["numpy"].devices == ("cpu",)
    assert numpy_bridge.NAME == "numpy" and ARCHITECTURES["resnet-18"].devices[0] == "cuda"
