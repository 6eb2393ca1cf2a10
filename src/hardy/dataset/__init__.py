"""A table with a row per image: what a pile of pictures becomes, whatever layout it came in."""

from hardy.dataset.dataset import Dataset, Refused
from hardy.dataset.preprocessing import Preprocessing
from hardy.dataset.reader import ArrayReader, Reader

__all__ = ["ArrayReader", "Dataset", "Preprocessing", "Reader", "Refused"]
