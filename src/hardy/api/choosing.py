"""What the user left open of a recipe: the model, and its learning rate."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from hardy.augmentation import Compose
from hardy.dataset import Dataset, Preprocessing
from hardy.errors import InputError
from hardy.files import hash_file
from hardy.models import find_architecture
from hardy.models.choice import choose_model
from hardy.models.published import fetch_from_timm, fetch_published
from hardy.parallel import usable_cpus
from hardy.progress import SILENT, Progress
from hardy.training.config import TrainConfig
from hardy.training.run import read_config

BUDGET_MINUTES = 10.0
"""That `model="auto"` plans with, where the user says nothing."""


def to_config(recipe: dict[str, Any], augment: Compose | None, progress: Progress = SILENT) -> TrainConfig:
    """A recipe with everything settled: the model's own learning rate, the weights' file and its hash.

    Raises:
        InputError: a setting is unknown or out of range.
    """
    settled = {**recipe, "augment": augment.to_config() if augment else ()}
    if settled.get("weights") is not None:
        settled |= _settle_weights(str(settled["weights"]), settled.get("model", TrainConfig.model), progress)
    if settled.get("learning_rate") is not None:
        return TrainConfig.from_dict(settled)
    config = TrainConfig.from_dict({name: value for name, value in settled.items() if name != "learning_rate"})
    return replace(config, learning_rate=find_architecture(config.model).learning_rate)


def _settle_weights(text: str, model: str, progress: Progress) -> dict[str, str]:
    path = Path(text)
    if text == "imagenet":
        path = fetch_published(model, progress)
    elif text.startswith("timm:"):
        path = fetch_from_timm(text.removeprefix("timm:"), progress)
    elif path.is_dir():
        path = path / "model" / "model.safetensors"
    if not path.is_file():
        raise InputError(
            f"{path} does not exist; --weights takes a .pth or .safetensors file, a run folder, imagenet or timm:NAME"
        )
    return {"weights": str(path.resolve()), "weights_hash": hash_file(path)}


def with_model(
    recipe: dict[str, Any],
    data: Dataset,
    preprocessing: Preprocessing,
    budget: float | None,
    device: torch.device,
    out: str | Path | None,
    progress: Progress,
) -> dict[str, Any]:
    """The recipe with a model where it says "auto": that of the run folder, if there is one, else a chosen one.

    Raises:
        InputError: a budget is given for a model that is named.
    """
    if recipe.get("model") != "auto":
        if budget is not None:
            raise InputError("--budget is for --model auto")
        return recipe
    if out is not None and (Path(out) / "config.yaml").is_file():
        return {**recipe, "model": read_config(Path(out))["train"]["model"]}
    choice = choose_model(
        preprocessing.size_hw,
        preprocessing.channels,
        len(data.classes),
        data.split_sizes().get("train", 0),
        int(recipe.get("epochs", TrainConfig.epochs)),
        BUDGET_MINUTES if budget is None else budget,
        usable_cpus(),
        device.type != "cpu",
    )
    for line in choice.reasons:
        progress.say(line)
    if recipe.get("weights") is None:
        progress.say(choice.given_up)
    return {**recipe, "model": choice.name}
