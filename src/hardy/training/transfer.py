"""Going on from weights that were learned elsewhere: what is frozen, until when, and how fast each layer learns."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from hardy.dataset import Dataset, Preprocessing
from hardy.loader import Loader
from hardy.models import Network, build_model
from hardy.models.weights import take_weights
from hardy.progress import Progress
from hardy.training.config import TrainConfig

MEASURED_ON = 512
"""Training pictures that a layer is measured on which is not learned."""

_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)


def initial_network(
    train: Dataset, preprocessing: Preprocessing, config: TrainConfig, progress: Progress, threads: int | None = None
) -> Network:
    """The network before the first step: drawn from torch's generator, or with weights from a file.

    Args:
        train: the rows it will learn from; some networks measure a layer on them.
        preprocessing: with statistics.
        config: the recipe.
        progress: told what was taken and what was made anew.
        threads: of the loader.

    Raises:
        InputError: the weights cannot be read, or do not fit.
    """
    size_hw, channels = preprocessing.size_hw, preprocessing.channels
    network = build_model(config.model, channels, size_hw, len(train.classes), config.dropout)
    if config.weights is not None:
        for line in take_weights(network, Path(config.weights), config.model):
            progress.say(line)
    elif type(network).measure is not Network.measure:
        loader = Loader(train, MEASURED_ON, preprocessing=preprocessing, seed=config.seed, threads=threads)
        network.measure(next(iter(loader)).images)
    return network


def is_frozen(config: TrainConfig, epoch: int) -> bool:
    """Whether only the last layer learns in that epoch, counted from 1."""
    return config.freeze is not None and (config.unfreeze_at is None or epoch < config.unfreeze_at)


def begin_epoch(network: Network, config: TrainConfig, epoch: int) -> None:
    """Put the network into training mode, the frozen part of it not.

    Batch normalisation that is frozen keeps its statistics, too: otherwise the features drift while nobody learns.

    Args:
        network: to train.
        config: the recipe.
        epoch: counted from 1.
    """
    network.train()
    heads = tuple(f"{name}." for name in (network.last, *network.auxiliary))
    frozen = is_frozen(config, epoch)
    for name, parameter in network.named_parameters():
        parameter.requires_grad_(name not in network.fixed and (not frozen or name.startswith(heads)))
    if frozen:
        for module in network.modules():
            if isinstance(module, _NORMS):
                module.eval()


def training_scores(network: Network, images: Tensor) -> tuple[Tensor, ...]:
    """The class scores, then those of the auxiliary heads.

    One picture alone has no spread, so that batch normalisation takes what it knows from the batches before.
    """
    if len(images) > 1:
        return network.all_scores(images)
    with _resting_norms(network):
        return network.all_scores(images)


@contextlib.contextmanager
def _resting_norms(network: Network) -> Iterator[None]:
    awake = [module for module in network.modules() if isinstance(module, _NORMS) and module.training]
    for module in awake:
        module.eval()
    try:
        yield
    finally:
        for module in awake:
            module.train()


def parameter_groups(network: Network, lowest_rate: float) -> list[dict[str, Any]]:
    """Parameters with the factor on their learning rate.

    Factors rise evenly, in their logarithm, from `lowest_rate` at the first layer to 1 at the last; a normalisation
    goes with the convolution before it.

    Source: Howard and Ruder, "Universal language model fine-tuning for text classification", 2018.

    Example:
        >>> groups = parameter_groups(build_model("dense-4-4", 1, (5, 5), 2), 0.01)
        >>> [round(group["factor"], 3) for group in groups]
        [0.01, 0.1, 1.0]
    """
    if lowest_rate == 1:
        return [{"params": list(network.parameters()), "factor": 1.0}]
    heads = (network.last, *network.auxiliary)
    layers: list[list[nn.Parameter]] = []
    last: list[nn.Parameter] = []
    for name, module in network.named_modules():
        own = list(module.parameters(recurse=False))
        if name in heads:
            last += own
        elif own and (not layers or any(parameter.ndim > 1 for parameter in own)):
            layers.append(own)
        elif own:
            layers[-1].extend(own)
    count = len(layers)
    groups = [{"params": own, "factor": lowest_rate ** (1 - n / count)} for n, own in enumerate(layers)]
    return [*groups, {"params": last, "factor": 1.0}]


def make_optimizer(network: Network, config: TrainConfig) -> torch.optim.Optimizer:
    """The network's own: AdamW with decoupled weight decay, for nearly all."""
    return network.make_optimizer(parameter_groups(network, config.lowest_rate), config.weight_decay)
