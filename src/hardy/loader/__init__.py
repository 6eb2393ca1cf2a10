"""Batches for the network: in a reproducible order, made on threads, resumed exactly."""

from hardy.loader.loader import Batch, Loader
from hardy.loader.permutation import permute

__all__ = ["Batch", "Loader", "permute"]
