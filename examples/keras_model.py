"""Keras 3 on torch trains on a hardy.Loader. Runs as it is: python examples/keras_model.py [STORE]"""

import os
import sys
import tempfile
from pathlib import Path

os.environ["KERAS_BACKEND"] = "torch"

import keras
from plain_torch import digits_store

import hardy


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        store = Path(sys.argv[1]) if len(sys.argv) > 1 else digits_store(Path(temporary))
        train = hardy.Loader(store, batch_size=64, split="train", layout="NHWC", seed=0)
        held_out = hardy.Loader(store, batch_size=256, split="test", layout="NHWC", shuffle=False)
        keras.utils.set_random_seed(0)
        layers = keras.layers
        model = keras.Sequential([layers.Flatten(), layers.Dense(64, "relu"), layers.Dense(len(train.data.classes))])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.Adam(3e-3), loss, metrics=["accuracy"])
        model.fit(train.forever(), steps_per_epoch=len(train), epochs=8, verbose=0)
        found = model.evaluate(held_out.forever(), steps=len(held_out), verbose=0, return_dict=True)
        print(f"test accuracy {found['accuracy']:.3f}")


if __name__ == "__main__":
    main()
