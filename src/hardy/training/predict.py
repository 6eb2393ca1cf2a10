"""What a network says of pictures: probabilities, in the order of the rows."""

from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Float32, UInt8
from torch import Tensor

from hardy.dataset import Dataset, Preprocessing
from hardy.loader import Loader
from hardy.models import Network
from hardy.progress import SILENT, Progress

BATCH_SIZE = 512


def predict_probabilities(
    network: Network,
    data: Dataset,
    preprocessing: Preprocessing,
    alter: Callable[[UInt8[np.ndarray, "n h w c"], list[str]], UInt8[np.ndarray, "n h w c"]] | None = None,
    device: torch.device | None = None,
    threads: int | None = None,
    progress: Progress = SILENT,
) -> Float32[Tensor, "n k"]:
    """Softmax of the network's scores, once; the network is put into evaluation mode and left as it was.

    Args:
        network: on `device`.
        data: any rows, labelled or not.
        preprocessing: the one it was trained with.
        alter: changes the 8-bit pixels first, for challenges.
        device: the CPU by default.
        threads: of the loader.
        progress: told the stage "evaluating".

    Returns:
        On the CPU, each row adds up to 1.

    Raises:
        DecodeError: a row cannot be read; the message names it.
    """
    device = device or torch.device("cpu")
    loader = Loader(data, BATCH_SIZE, preprocessing=preprocessing, alter=alter, shuffle=False, threads=threads)
    training = network.training
    network.eval()
    parts = []
    try:
        with torch.inference_mode():
            for number, batch in enumerate(loader, 1):
                parts.append(torch.softmax(network(batch.images.to(device)).float(), dim=1).cpu())
                progress.advance("evaluating", number, len(loader))
    finally:
        network.train(training)
    return torch.cat(parts)
