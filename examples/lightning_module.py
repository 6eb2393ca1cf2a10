"""Lightning trains on a hardy.Loader. Runs as it is: python examples/lightning_module.py [STORE]"""

import sys
import tempfile
from pathlib import Path

import lightning
import torch
from plain_torch import digits_store
from torch import nn

import hardy


class Classifier(lightning.LightningModule):
    def __init__(self, classes: int) -> None:
        super().__init__()
        self.network = nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, classes))

    def training_step(self, batch: hardy.Batch, _: int) -> torch.Tensor:
        images, targets = batch
        return nn.functional.cross_entropy(self.network(images), targets)

    def test_step(self, batch: hardy.Batch, _: int) -> None:
        images, targets = batch
        accuracy = (self.network(images).argmax(1) == targets).float().mean()
        self.log("accuracy", accuracy, batch_size=batch.size)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.Adam(self.parameters(), lr=3e-3)


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        store = Path(sys.argv[1]) if len(sys.argv) > 1 else digits_store(Path(temporary))
        train = hardy.Loader(store, batch_size=64, split="train", seed=0)
        held_out = hardy.Loader(store, batch_size=256, split="test", shuffle=False)
        lightning.seed_everything(0, verbose=False)
        trainer = lightning.Trainer(
            max_epochs=8, accelerator="cpu", logger=False, enable_checkpointing=False, enable_progress_bar=False,
            enable_model_summary=False,
        )  # fmt: skip
        model = Classifier(len(train.data.classes))
        trainer.fit(model, train)
        (found,) = trainer.test(model, held_out, verbose=False)
        print(f"test accuracy {found['accuracy']:.3f}")


if __name__ == "__main__":
    main()
