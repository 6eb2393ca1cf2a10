"""The run folder: everything a training leaves behind, and the way back to the trained model.

config.yaml  env.json    everything needed to do it again
metrics.csv              one row per epoch
model/                   the bundle
checkpoints/             last (and best)
manifest.json            written last: its presence means that the training is finished
"""

import json
import os
import platform
import sys
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml

from hardy.augmentation import Compose, apply
from hardy.dataset import Dataset, Preprocessing
from hardy.dataset.shares import Share
from hardy.errors import InputError, OutputError
from hardy.files import free_name, hash_bytes, hash_file, is_partial, output_errors, read_json, write_file, write_json
from hardy.loader.balance import balancing
from hardy.models import build_model, find_architecture
from hardy.models.weights import compare, read_weights, refuse_misfits
from hardy.parallel import usable_cpus
from hardy.progress import SILENT, Progress
from hardy.training.bundle import Bundle
from hardy.training.config import TrainConfig
from hardy.training.fit import fit
from hardy.training.history import EpochMetrics, read_csv, to_csv
from hardy.training.prediction import Prediction, predict_source

FORMAT_VERSION = 1
_PACKAGES = ("hardy", "torch", "numpy", "numba", "pyarrow", "opencv-python-headless", "pillow")


@dataclass(frozen=True)
class DataReference:
    """Where the rows of a run came from, and how they were split, so that they can be had again."""

    location: str
    fingerprint: str
    test: Share | None
    val: Share | None
    split_seed: int | None
    folds: int | None = None
    fold: int | None = None
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """A finished training.

    Args:
        path: the run folder.
    """

    path: Path

    @classmethod
    def open(cls, path: Path) -> "Run":
        """Open a run folder.

        Raises:
            InputError: it does not exist, is no run folder, or the training was not finished.
        """
        if not path.exists():
            raise InputError(f"{path} does not exist; hardy train makes run folders")
        if not (path / "config.yaml").is_file():
            raise InputError(f"{path} is not a run folder: it has no config.yaml; hardy train makes run folders")
        if not (path / "manifest.json").is_file():
            raise InputError(f"the training in {path} was not finished; go on with hardy train … --out {path} --resume")
        run = cls(path)
        if run._manifest.get("fingerprint") != run._config["fingerprint"]:
            raise InputError(f"{path}: config.yaml and manifest.json are of two trainings; train again")
        return run

    @cached_property
    def _manifest(self) -> dict[str, Any]:
        value = read_json(self.path / "manifest.json")
        if not isinstance(value, dict) or not isinstance(value.get("files"), dict):
            raise InputError(f"{self.path / 'manifest.json'} is not the manifest of a training; train again")
        return value

    @cached_property
    def _config(self) -> dict[str, Any]:
        return read_config(self.path)

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.path.name

    @property
    def fingerprint(self) -> str:
        """Of recipe, preprocessing and data."""
        return str(self._config["fingerprint"])

    @cached_property
    def bundle(self) -> Bundle:
        """The trained model.

        Raises:
            InputError: its files are missing, or are not those that the training wrote.
        """
        for name, fingerprint in self._manifest["files"].items():
            if not (self.path / name).is_file() or hash_file(self.path / name) != fingerprint:
                raise InputError(f"{self.path / name} is missing or not what the training wrote; train again")
        return Bundle.load(self.path / "model")

    @cached_property
    def config(self) -> TrainConfig:
        """The recipe."""
        return TrainConfig.from_dict(self._config["train"])

    @cached_property
    def data(self) -> DataReference:
        """What it was trained on."""
        return DataReference(**self._config["data"])

    @cached_property
    def history(self) -> list[EpochMetrics]:
        """One row per epoch."""
        return read_csv(self.path / "metrics.csv")

    @cached_property
    def environment(self) -> dict[str, Any]:
        """Where it was trained."""
        value: dict[str, Any] = read_json(self.path / "env.json")
        return value

    def predict(self, source: str | Path) -> Prediction | list[Prediction]:
        """What the model says of a picture, or of every picture in a folder or any other layout.

        Returns:
            One prediction for a file of one picture, a list otherwise.

        Raises:
            InputError: nothing is there, or nothing of it can be read.
        """
        predictions, _ = predict_source(self.bundle, Path(source))
        return predictions[0] if Path(source).is_file() and len(predictions) == 1 else predictions

    def settings(self) -> dict[str, Any]:
        """The whole of config.yaml."""
        return self._config


def read_config(path: Path) -> dict[str, Any]:
    """The config.yaml of a run folder.

    Raises:
        InputError: it is missing or damaged; the message names it.
    """
    where = path / "config.yaml"
    try:
        value = yaml.safe_load(where.read_text(encoding="utf-8"))
        if not isinstance(value, dict) or "fingerprint" not in value:
            raise InputError("it is not the configuration of a training")
        TrainConfig.from_dict(value["train"])
        DataReference(**value["data"])
    except OSError as error:
        raise InputError(f"cannot read {where}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, KeyError, TypeError, InputError) as error:
        raise InputError(f"{where} is damaged: {error}; train again") from error
    return value


def train(
    data: Dataset,
    preprocessing: Preprocessing,
    config: TrainConfig,
    reference: DataReference,
    out: Path,
    resume: bool = False,
    device: str = "auto",
    threads: int | None = None,
    progress: Progress = SILENT,
) -> tuple[Run, bool]:
    """Train into a run folder.

    Args:
        data: with sides.
        preprocessing: with statistics.
        config: the recipe.
        reference: how to have the data again.
        out: the run folder.
        resume: go on where an unfinished training of the same recipe and data stopped.
        device: "auto", "cpu", "cuda" or "mps".
        threads: of the loader.
        progress: see `fit`.

    Returns:
        The run, and whether anything had to be done: False where `out` was this very training, finished.

    Raises:
        OutputError: `out` holds something else, or is unfinished and `resume` is not set.
    """
    settings = {
        "data": vars(reference),
        "preprocessing": preprocessing.to_dict(),
        "train": config.to_dict(),
    }
    plain = json.loads(json.dumps(settings))
    recipe = {name: value for name, value in plain["train"].items() if name != "weights"}  # its hash is there
    identity = {**plain, "data": reference.fingerprint, "train": recipe}
    fingerprint = hash_bytes(json.dumps(identity, sort_keys=True).encode())
    chosen = choose_device(device, config.model)
    # Whatever is wrong with policy, balance or model is said before anything is written.
    _try_policy(config, preprocessing)
    if config.balance is not None:
        balancing(config.balance, data.split("train").labels, data.classes, config.seed)
    _try_network(config, preprocessing, len(data.classes))
    if _state(out, fingerprint, resume) == "finished":
        return Run.open(out), False
    text = yaml.safe_dump({"fingerprint": fingerprint, **plain}, sort_keys=False, allow_unicode=True)
    write_file(out / "config.yaml", text)
    with output_errors(out):
        (out / "checkpoints").mkdir(exist_ok=True)
    write_json(out / "env.json", environment(chosen))
    network, history = fit(data, preprocessing, config, out / "checkpoints", fingerprint, chosen, threads, progress)
    write_file(out / "metrics.csv", to_csv(history))
    versions = {name: version(name) for name in _PACKAGES[:3]}
    network.to("cpu")
    bundle = Bundle(config.model, network, data.classes, preprocessing, reference.fingerprint, versions, config.dropout)
    files = {f"model/{name}": hash_file(out / "model" / name) for name in bundle.save(out / "model")}
    write_json(out / "manifest.json", {"format_version": FORMAT_VERSION, "fingerprint": fingerprint, "files": files})
    return Run.open(out), True


def _try_network(config: TrainConfig, preprocessing: Preprocessing, classes: int) -> None:
    if find_architecture(config.model).task != "classes":
        raise InputError(
            f"{config.model} scores each pixel, and these pictures have one label each; from Python, "
            f"hardy.models.build_model makes it"
        )
    with torch.device("meta"):
        network = build_model(config.model, preprocessing.channels, preprocessing.size_hw, classes, config.dropout)
    if config.weights is not None:
        refuse_misfits(compare(network, read_weights(Path(config.weights))), Path(config.weights), config.model)


_TRIED = 256  # samples whose pictures an augmentation must leave with the network's size


def _try_policy(config: TrainConfig, preprocessing: Preprocessing) -> None:
    if config.augment:
        compose = Compose.from_config(list(config.augment))
        words = np.arange(2 * _TRIED, dtype=np.uint64).reshape(-1, 2)
        plan = compose.plan(words, 0, preprocessing.size_hw)
        if (other := np.flatnonzero((plan.output_sizes_hw != preprocessing.size_hw).any(1))).size:
            height, width = plan.output_sizes_hw[other[0]].tolist()
            wanted = "×".join(map(str, preprocessing.size_hw))
            raise InputError(
                f"the augmentation makes pictures of {height}×{width}, the network takes {wanted}; "
                f"end it with Resize: {{height: {preprocessing.size_hw[0]}, width: {preprocessing.size_hw[1]}}}"
            )
        apply(plan[:1], np.zeros((1, *preprocessing.shape), np.uint8), output="float32")


def _state(out: Path, fingerprint: str, resume: bool) -> str:
    """Whether `out` is "new", "unfinished" or "finished"; anything else is refused."""
    with output_errors(out):
        if not out.exists() or (out.is_dir() and all(is_partial(entry) for entry in out.iterdir())):
            return "new"
    if not (out / "config.yaml").is_file():
        raise OutputError(f"{out} exists and is not a run folder; choose another, such as --out {free_name(out)}")
    if read_config(out)["fingerprint"] != fingerprint:
        raise OutputError(
            f"{out} is another training (other data or settings); choose another name, such as --out {free_name(out)}"
        )
    if (out / "manifest.json").is_file():
        return "finished"
    if not resume:
        raise OutputError(
            f"{out} is this training, unfinished; go on with --resume, or choose another name, "
            f"such as --out {free_name(out)}"
        )
    return "unfinished"


def choose_device(name: str, model: str | None = None) -> torch.device:
    """The device of that name, or the best there is.

    Args:
        name: "auto", "cpu", "cuda" or "mps".
        model: what is to run there; any, by default.

    Raises:
        InputError: it is unknown, this machine has none, or the model does not run there.
    """
    kinds = ("cuda", "mps", "cpu") if model is None else find_architecture(model).devices
    if name in ("cuda", "mps", "cpu") and name not in kinds:
        raise InputError(f"{model} runs on {' or '.join(kinds)} alone, and --device says {name}; leave it out")
    available = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        return torch.device(next(kind for kind in kinds if available[kind]))
    if not available.get(name):
        raise InputError(
            f"device must be one of {', '.join(k for k, there in available.items() if there)} here, got {name!r}"
        )
    return torch.device(name)


def environment(device: torch.device) -> dict[str, Any]:
    """What the figures depend on and the recipe does not say."""
    return {
        "python": sys.version.split()[0],
        "system": platform.platform(),
        "machine": platform.machine(),
        "cpus": usable_cpus(),
        "cpus_of_machine": os.cpu_count(),
        "torch_threads": torch.get_num_threads(),
        "device": str(device)
        if device.type == "cpu"
        else torch.cuda.get_device_name(device)
        if device.type == "cuda"
        else device.type,
        "packages": {name: version(name) for name in _PACKAGES},
    }
