"""The whole state of a training in one file: weights, optimiser, place in the data, and the course so far.

No generator's state is in it, since every random number follows from (seed, epoch, step).
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor, nn

from hardy.errors import InputError
from hardy.files import write_file
from hardy.training.history import EpochMetrics


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A training that can go on.

    Args:
        fingerprint: of recipe, preprocessing and data; another one is refused.
        model: the network's tensors.
        optimizer: for each parameter, in order, its tensors.
        loader: the loader's state.
        step: steps done since the beginning.
        history: epochs done.
        loss_sum: over the images of the epoch under way.
        right: of those, how many were predicted right.
        seen: how many there were.
        seconds: that the epoch under way has taken.
        best_accuracy: the best validation accuracy so far, −1 before any.
        threads: of torch; another number adds in another order and gives other last bits.
    """

    fingerprint: str
    model: dict[str, Tensor]
    optimizer: list[dict[str, Tensor]]
    loader: dict[str, Any]
    step: int
    history: tuple[EpochMetrics, ...]
    loss_sum: float = 0.0
    right: int = 0
    seen: int = 0
    seconds: float = 0.0
    best_accuracy: float = -1.0
    threads: int = 1

    def save(self, path: Path) -> None:
        """Write it whole or not at all."""
        tensors = {f"model.{name}": tensor for name, tensor in self.model.items()}
        for number, state in enumerate(self.optimizer):
            tensors |= {f"optimizer.{number}.{name}": tensor for name, tensor in state.items()}
        rest = {
            name: getattr(self, name)
            for name in (
                "fingerprint",
                "loader",
                "step",
                "loss_sum",
                "right",
                "seen",
                "seconds",
                "best_accuracy",
                "threads",
            )
        }
        rest["history"] = [asdict(row) for row in self.history]
        whole = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
        write_file(path, safetensors.torch.save(whole, metadata={"hardy": json.dumps(rest)}))

    @classmethod
    def load(cls, path: Path) -> "Checkpoint":
        """Read a checkpoint; nothing in it is executed.

        Raises:
            InputError: it is missing or damaged.
        """
        try:
            with safetensors.safe_open(path, framework="pt") as file:
                rest = json.loads(file.metadata()["hardy"])
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            model = {name.removeprefix("model."): t for name, t in tensors.items() if name.startswith("model.")}
            optimizer: list[dict[str, Tensor]] = []
            for name, tensor in tensors.items():
                if name.startswith("optimizer."):
                    _, number, entry = name.split(".", 2)
                    optimizer += [{} for _ in range(int(number) + 1 - len(optimizer))]
                    optimizer[int(number)][entry] = tensor
            rest["history"] = tuple(EpochMetrics(**row) for row in rest["history"])
            return cls(model=model, optimizer=optimizer, **rest)
        except (OSError, KeyError, TypeError, ValueError, safetensors.SafetensorError) as error:
            raise InputError(f"{path} is no checkpoint, or is damaged: {error}") from error


def optimizer_tensors(optimizer: torch.optim.Optimizer) -> list[dict[str, Tensor]]:
    """What the optimiser remembers of each parameter, in the order of the parameters."""
    states = optimizer.state_dict()["state"]
    count = sum(len(group["params"]) for group in optimizer.param_groups)
    return [dict(states.get(number, {})) for number in range(count)]  # nothing of what is frozen


def restore(checkpoint: Checkpoint, network: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    """Put weights and the optimiser's memory back.

    The memory is laid out as its parameter is (channels last, say): torch's fused optimisers walk both side by side.
    """
    network.load_state_dict(checkpoint.model)
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    state = optimizer.state_dict()
    state["state"] = {
        number: {name: _laid_out_as(parameters[number], tensor) for name, tensor in entries.items()}
        for number, entries in enumerate(checkpoint.optimizer)
        if entries
    }
    optimizer.load_state_dict(state)


def _laid_out_as(parameter: Tensor, tensor: Tensor) -> Tensor:
    if tensor.shape != parameter.shape:
        return tensor
    return torch.empty_like(parameter, requires_grad=False).copy_(tensor)
