"""The trained model as it leaves the house: weights, classes and preprocessing, which never part.

model/model.safetensors    the weights
model/bundle.json          architecture, classes, preprocessing, versions, data fingerprint
model/preprocessing.safetensors    statistics of each pixel position, or the whitening matrix, where there are any
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch

from hardy.dataset import Preprocessing
from hardy.dataset.normalisation import Arrays
from hardy.errors import InputError
from hardy.files import read_json, write_file, write_json
from hardy.models import Network, build_model

FORMAT_VERSION = 1
WEIGHTS = "model.safetensors"
BUNDLE = "bundle.json"
ARRAYS = "preprocessing.safetensors"


@dataclass(frozen=True, eq=False)
class Bundle:
    """A model that can be asked.

    Args:
        name: of the architecture.
        network: in evaluation mode.
        classes: names in the order of the outputs.
        preprocessing: what an image goes through first.
        data_fingerprint: of the rows it was trained on.
        versions: of the packages it was trained with.
        dropout: as it was trained with; None for the architecture's own.
    """

    name: str
    network: Network
    classes: tuple[str, ...]
    preprocessing: Preprocessing
    data_fingerprint: str
    versions: dict[str, str]
    dropout: float | None = None

    def save(self, folder: Path) -> tuple[str, ...]:
        """Write the files.

        Returns:
            Their names.

        Raises:
            OutputError: the folder cannot be written.
        """
        weights = {name: tensor.contiguous().cpu() for name, tensor in self.network.state_dict().items()}
        write_file(folder / WEIGHTS, safetensors.torch.save(weights))
        if self.preprocessing.arrays is not None:
            self.preprocessing.arrays.save(folder / ARRAYS)
        write_json(folder / BUNDLE, self._to_dict())
        return (WEIGHTS, BUNDLE) if self.preprocessing.arrays is None else (WEIGHTS, BUNDLE, ARRAYS)

    def _to_dict(self) -> dict[str, Any]:
        return {
            "format_version": FORMAT_VERSION,
            "model": self.name,
            "dropout": self.dropout,
            "classes": list(self.classes),
            "preprocessing": self.preprocessing.to_dict(),
            "thresholds": None,
            "versions": self.versions,
            "data_fingerprint": self.data_fingerprint,
        }

    @classmethod
    def load(cls, folder: Path) -> "Bundle":
        """Read the files; nothing in them is executed.

        Raises:
            InputError: a file is missing, damaged, or does not fit the other; the message names it.
        """
        value = read_json(folder / BUNDLE)
        version = value.get("format_version") if isinstance(value, dict) else None
        if isinstance(version, int) and version > FORMAT_VERSION:
            raise InputError(f"{folder} was written by a newer hardy: pip install --upgrade hardy")
        try:
            if version != FORMAT_VERSION:
                raise InputError(f"{BUNDLE} says format {version!r}")
            arrays = Arrays.load(folder / ARRAYS) if value["preprocessing"]["arrays"] else None
            preprocessing = Preprocessing.from_dict(value["preprocessing"], arrays)
            classes = tuple(value["classes"])
            with torch.random.fork_rng(devices=[]):
                network = build_model(
                    value["model"], preprocessing.channels, preprocessing.size_hw, len(classes), value["dropout"]
                )
            network.load_state_dict(safetensors.torch.load((folder / WEIGHTS).read_bytes()))
            network.eval()
            return cls(
                value["model"],
                network,
                classes,
                preprocessing,
                value["data_fingerprint"],
                value["versions"],
                value["dropout"],
            )
        except OSError as error:
            raise InputError(f"cannot read {folder / WEIGHTS}: {error.strerror}") from error
        except (KeyError, TypeError, AttributeError, RuntimeError, InputError, safetensors.SafetensorError) as error:
            raise InputError(f"the model in {folder} is damaged: {error}") from error
