"""A convolutional network in NumPy and nothing else, forwards and backwards.

`layers.py`      convolution, ReLU, max pooling, flatten, dense: each with its formula and its slope
`loss.py`        softmax and cross-entropy
`optimizers.py`  SGD with momentum, Adam
`network.py`     layers in a row, their parameters, a step, a training

Nothing here loops over pixels, pictures or filters: the loops are over the places within a filter or a pooling window
(25 for one of 5×5), and over strips of rows that fit into the processor's cache.

**The batch is the last axis.** Maps are (C, H, W, N): channels, height, width, pictures. What a filter's weight meets
while the filter slides is then a few long runs of memory instead of many short ones, flattening moves nothing, and a
dense layer is the `w · x + b` of the books, with a column for each picture.

Source: the lecture on convolutional networks, its network in NumPy. What it loops over is multiplied at once here; its
running place in the output, which it forgets to put back, has no counterpart; its softmax, which overflows, is shifted.
"""

from hardy.models.numpy_network.layers import Convolution, Dense, Flatten, Layer, MaxPooling, Relu
from hardy.models.numpy_network.loss import cross_entropy, softmax
from hardy.models.numpy_network.network import NumpyNetwork, digit_layers
from hardy.models.numpy_network.optimizers import Adam, Sgd, adam_step, sgd_step

__all__ = [
    "Adam",
    "Convolution",
    "Dense",
    "Flatten",
    "Layer",
    "MaxPooling",
    "NumpyNetwork",
    "Relu",
    "Sgd",
    "adam_step",
    "cross_entropy",
    "digit_layers",
    "sgd_step",
    "softmax",
]
