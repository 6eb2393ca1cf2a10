"""A plain PyTorch loop over a hardy.Loader. Runs as it is: python examples/plain_torch.py [STORE]"""

import sys
import tempfile
from pathlib import Path

import torch
from sklearn.datasets import load_digits
from torch import nn

import hardy


def digits_store(folder: Path) -> Path:
    """The 1,797 digits that come with scikit-learn, as a store."""
    digits = load_digits()
    hardy.pack(
        hardy.from_arrays(digits.images.astype("uint8") * 15, digits.target), folder / "digits.hardy", size=(8, 8)
    )
    return folder / "digits.hardy"


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        store = Path(sys.argv[1]) if len(sys.argv) > 1 else digits_store(Path(temporary))
        augment = hardy.Compose([hardy.Translate(pixels=1), hardy.Rotate((-10, 10))])
        train = hardy.Loader(store, batch_size=64, split="train", augment=augment, seed=0)
        held_out = hardy.Loader(store, batch_size=256, split="test", shuffle=False)

        torch.manual_seed(0)
        network = nn.Sequential(nn.Flatten(), nn.LazyLinear(64), nn.ReLU(), nn.Linear(64, len(train.data.classes)))
        optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
        for _ in range(8):
            for images, targets in train:
                loss = nn.functional.cross_entropy(network(images), targets)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
        with torch.inference_mode():
            right = sum(int((network(images).argmax(1) == targets).sum()) for images, targets in held_out)
        print(f"test accuracy {right / len(held_out.data):.3f}")


if __name__ == "__main__":
    main()
