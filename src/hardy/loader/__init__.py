"""Batches for the network: in a reproducible order, made on threads, resumed exactly."""

from hardy.loader.batch import Batch
from hardy.loader.loader import Loader
from hardy.loader.permutation import permute
from hardy.loader.torch_dataset import TorchDataset

__all__ = ["Batch", "Loader", "TorchDataset", "permute"]
