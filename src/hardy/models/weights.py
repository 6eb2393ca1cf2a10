"""Weights that others trained: read without executing anything, and held against a network layer by layer."""

import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from hardy.errors import InputError
from hardy.models.network import Network

WRAPPERS = ("state_dict", "model", "model_state_dict")
"""Keys under which training programs keep the weights beside other things."""

AUXILIARY = ("aux1.", "aux2.", "AuxLogits.")
"""What published files have for training alone, and a network without auxiliary heads leaves out."""

SHOWN = 8
"""Layers named in a message; the others are counted."""


def read_weights(path: Path) -> dict[str, Tensor]:
    """The tensors of a file, by name.

    Args:
        path: `.safetensors`, or what `torch.save` wrote of a state dict; a run folder stands for its model.

    Raises:
        InputError: it cannot be read, or holds something else than tensors.
    """
    if path.is_dir() and (path / "model" / "model.safetensors").is_file():
        path = path / "model" / "model.safetensors"
    try:
        if path.suffix == ".safetensors":
            return safetensors.torch.load(path.read_bytes())
        value: Any = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    except pickle.UnpicklingError as error:
        raise InputError(
            f"{path} holds more than tensors, and hardy executes nothing from a file; save the state_dict alone"
        ) from error
    except (safetensors.SafetensorError, RuntimeError, EOFError, ValueError, KeyError) as error:
        raise InputError(f"{path} is no file of weights, or is damaged: {error}") from error
    for key in WRAPPERS:
        if isinstance(value, dict) and isinstance(value.get(key), dict):
            value = value[key]
    if not isinstance(value, dict) or not value or not all(isinstance(each, Tensor) for each in value.values()):
        raise InputError(f"{path} is no state dict: a tensor for each name is expected")
    return {str(name).removeprefix("module."): tensor for name, tensor in value.items()}


@dataclass(frozen=True, eq=False)
class Fit:
    """How weights fit a network.

    Args:
        taken: the tensors that fit, by name.
        anew: layers with an output for each class that stay as they are, as the file's are of other classes.
        left: names in the file that the network has no use for.
        wrong: a line for each name that does not fit.
    """

    taken: dict[str, Tensor]
    anew: tuple[str, ...]
    left: tuple[str, ...]
    wrong: tuple[str, ...]


def compare(network: Network, weights: dict[str, Tensor]) -> Fit:
    """Hold weights against a network; nothing is changed.

    Args:
        network: on any device, "meta" included.
        weights: by name.
    """
    wanted = network.state_dict()
    heads = (network.last, *network.auxiliary)
    taken: dict[str, Tensor] = {}
    anew: dict[str, None] = {}
    wrong = []
    for name, tensor in wanted.items():
        head = next((each for each in heads if name.startswith(f"{each}.")), None)
        given = weights.get(name)
        if given is not None and given.shape == tensor.shape:
            taken[name] = given.to(tensor.dtype)
        elif given is not None and head is not None and given.shape[1:] == tensor.shape[1:]:
            anew[head] = None
        elif given is not None:
            wrong.append(f"{name} is {_shape(given)} there and {_shape(tensor)} here")
        elif any(name.startswith(each) for each in AUXILIARY):
            anew[name.split(".")[0]] = None
        elif not name.endswith("num_batches_tracked"):  # which files of old torch lack, and nothing rests on
            wrong.append(f"{name} ({_shape(tensor)}) is not there")
    for head in heads:  # both tensors of a head, or none
        if head in anew:
            taken = {name: tensor for name, tensor in taken.items() if not name.startswith(f"{head}.")}
    surplus = [name for name in weights if name not in wanted]
    left = tuple(name for name in surplus if name.startswith(AUXILIARY))
    wrong += [f"{name} ({_shape(weights[name])}) is there and not here" for name in surplus if name not in left]
    return Fit(taken, tuple(anew), left, tuple(wrong))


def refuse_misfits(fit: Fit, path: Path, name: str) -> None:
    """Raise where anything but a head does not fit.

    Raises:
        InputError: the message names the layers.
    """
    if not fit.wrong:
        return
    lines = "; ".join(fit.wrong[:SHOWN])
    more = f"; and {len(fit.wrong) - SHOWN} more" if len(fit.wrong) > SHOWN else ""
    first = next(iter(fit.wrong))
    hint = ", or perhaps --channels 3 is what is missing" if "×3×" in first and "×1×" in first else ""
    raise InputError(
        f"{path} does not fit {name}: {lines}{more}; {len(fit.taken)} tensors fit. Take the model it is of{hint}"
    )


def take_weights(network: Network, path: Path, name: str) -> list[str]:
    """Put a file's weights into a network.

    Args:
        network: whose last layer may have other classes: it is left as it is then.
        path: see `read_weights`.
        name: of the architecture, for messages.

    Returns:
        What was done, line by line.

    Raises:
        InputError: the file cannot be read, or does not fit.
    """
    fit = compare(network, read_weights(path))
    refuse_misfits(fit, path, name)
    network.load_state_dict(fit.taken, strict=False)
    lines = [f"{len(fit.taken)} tensors taken from {path}"]
    if fit.anew:
        lines.append(f"made anew, as the file's are of other classes or missing: {', '.join(fit.anew)}")
    if fit.left:
        parts = dict.fromkeys(each.split(".")[0] for each in fit.left)
        lines.append(f"left out, as {name} has no such part: {', '.join(parts)}")
    return lines


def _shape(tensor: Tensor) -> str:
    return "×".join(map(str, tensor.shape)) or "one number"
