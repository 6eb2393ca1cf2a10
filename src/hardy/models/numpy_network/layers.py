"""Layers: what each computes, and how the loss changes with what went in.

A layer holds its sizes and nothing else. `forward` takes maps (C, H, W, N) and the layer's parameters, and gives the
result and what `backward` will want to know; `backward` takes the slope of the loss by each number of the result, and
gives its slope by each number that went in and by each parameter: the chain rule, one link a layer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

Array = np.ndarray
Parameters = tuple[Array, ...]

STRIP_BYTES = 1 << 20
"""Of windows that are laid out at a time: what the processor's second cache holds."""


@runtime_checkable
class Layer(Protocol):
    """What a network asks of a layer."""

    def start(self, generator: np.random.Generator) -> Parameters:
        """Parameters to begin with, float32; none, for most layers."""
        return ()

    def forward(self, x: Array, parameters: Parameters) -> tuple[Array, Any]:
        """The result, and what `backward` needs."""

    def backward(self, slope: Array, kept: Any, parameters: Parameters, below: bool) -> tuple[Array | None, Parameters]:
        """The slope by x, None unless a layer `below` needs it, and by each parameter."""


def output_size(size: int, window: int, stride: int = 1, padding: int = 0) -> int:
    """In how many places a window fits: n_out = ⌊(n_in + 2p − f) / s⌋ + 1.

    Raises:
        ValueError: in none.

    Example:
        >>> output_size(28, 5), output_size(24, 2, stride=2), output_size(7, 3, stride=2, padding=1)
        (24, 12, 4)
    """
    if size + 2 * padding < window:
        raise ValueError(f"a window of {window} does not fit into {size} pixels with {padding} around them")
    return (size + 2 * padding - window) // stride + 1


def draw(generator: np.random.Generator, outputs: int, shape: tuple[int, ...]) -> Parameters:
    """Weights and bias between −1/√n and 1/√n, n being the inputs of one output, as torch draws them."""
    reach = 1 / np.sqrt(np.prod(shape))
    sizes = ((outputs, *shape), (outputs,))
    return tuple(generator.uniform(-reach, reach, size).astype(np.float32) for size in sizes)


@dataclass(frozen=True)
class Convolution(Layer):
    """Filters that slide over the maps.

    y[k, i, j] = b[k] + Σ over c, u, v of w[k, c, u, v] · x[c, i·s + u, j·s + v], for each picture.

    Every window is laid out as a column of C·f·f numbers, so that all sums are one product of matrices:
    (K, C·f·f) · (C·f·f, places). Backwards, with δ the slope by y:

    by w: Σ over places of δ · window;   by b: Σ over places of δ;   by x: w · δ, added where the window lay.

    Args:
        channels: C, of the maps.
        filters: K.
        size_hw: (height, width) of a filter.
        stride: s, pixels from place to place.
        padding: zeros laid around the maps.

    Example:
        The lecture's picture of a curve, and a filter that looks for one: 50·30 + 50·30 + 50·30 + 20·30 + 50·30.

        >>> picture, curve = np.zeros((7, 7)), np.zeros((7, 7))
        >>> picture[[0, 1, 1, 2, 2], [6, 4, 5, 3, 4]] = 30, 50, 50, 20, 50
        >>> picture[3:, 3:5] = 50
        >>> curve[[0, 1], 5] = curve[2:6, 3] = 30
        >>> layer = Convolution(channels=1, filters=1, size_hw=(7, 7))
        >>> answer, _ = layer.forward(picture[None, :, :, None], (curve[None, None], np.zeros(1)))
        >>> answer.item()
        6600.0
    """

    channels: int
    filters: int
    size_hw: tuple[int, int]
    stride: int = 1
    padding: int = 0

    def start(self, generator: np.random.Generator) -> Parameters:
        """(K, C, f, f) weights, (K,) bias."""
        return draw(generator, self.filters, (self.channels, *self.size_hw))

    def output_hw(self, size_hw: tuple[int, int]) -> tuple[int, int]:
        """(height, width) of the result."""
        height, width = (
            output_size(n, f, self.stride, self.padding) for n, f in zip(size_hw, self.size_hw, strict=True)
        )
        return height, width

    def forward(self, x: Array, parameters: Parameters) -> tuple[Array, Array]:
        """(C, H, W, N) → (K, h, w, N); the maps with their border are kept."""
        weights, bias = parameters
        height, width = self.output_hw(x.shape[1:3])
        border = (self.padding, self.padding)
        padded = np.pad(x, ((0, 0), border, border, (0, 0))) if self.padding else x
        matrix = weights.reshape(self.filters, -1)
        y = np.empty((self.filters, height, width * x.shape[3]), np.result_type(x, weights))
        for rows, columns in self._columns(padded, height, width):
            np.matmul(matrix, columns, out=y[:, rows].reshape(self.filters, -1))  # a view: rows lie together
        y += bias[:, None, None]
        return y.reshape(self.filters, height, width, -1), padded

    def backward(
        self, slope: Array, kept: Array, parameters: Parameters, below: bool = True
    ) -> tuple[Array | None, Parameters]:
        """Slopes by x, and by weights and bias."""
        weights, _ = parameters
        _, height, width, count = slope.shape
        matrix = weights.reshape(self.filters, -1)
        by_matrix = np.zeros_like(matrix, order="C")
        by_padded = np.zeros_like(kept) if below else None
        for rows, columns in self._columns(kept, height, width):
            part = slope[:, rows].reshape(self.filters, -1)
            by_matrix += part @ columns.T
            if by_padded is not None:
                shape = (self.channels, *self.size_hw, rows.stop - rows.start, width, count)
                self._add_windows(by_padded, rows, (matrix.T @ part).reshape(shape))
        inner = slice(self.padding, -self.padding or None)
        by_x = None if by_padded is None else by_padded[:, inner, inner]
        return by_x, (by_matrix.reshape(weights.shape), slope.reshape(self.filters, -1).sum(axis=1))

    def _columns(self, padded: Array, height: int, width: int) -> Iterator[tuple[slice, Array]]:
        """The windows of some rows of the result at a time, a column for each place and picture."""
        windows = sliding_window_view(padded, self.size_hw, axis=(1, 2))[:, :: self.stride, :: self.stride]
        windows = windows.transpose(0, 4, 5, 1, 2, 3)  # channel, row and column in the window; place; picture
        length = self.channels * self.size_hw[0] * self.size_hw[1]
        row_bytes = length * width * padded.shape[3] * padded.itemsize
        step = max(1, STRIP_BYTES // max(1, row_bytes))
        room = np.empty((length, min(step, height) * width * padded.shape[3]), padded.dtype)  # one for all strips
        for first in range(0, height, step):
            rows = slice(first, min(first + step, height))
            strip = windows[:, :, :, rows]
            columns = room[:, : strip[0, 0, 0].size]
            np.copyto(columns.reshape(strip.shape), strip)  # a view of the room: a row of it is split, none is joined
            yield rows, columns

    def _add_windows(self, maps: Array, rows: slice, windows: Array) -> None:
        """Each number of each window to where it came from; windows overlap, so a place in them at a time."""
        _, f_high, f_wide, height, width, _ = windows.shape
        for u in range(f_high):
            for v in range(f_wide):
                top = rows.start * self.stride + u
                down = slice(top, top + (height - 1) * self.stride + 1, self.stride)
                along = slice(v, v + (width - 1) * self.stride + 1, self.stride)
                maps[:, down, along] += windows[:, u, v]


@dataclass(frozen=True)
class Relu(Layer):
    """y = max(x, 0). Backwards: δ where x was above 0, nothing elsewhere.

    Example:
        >>> Relu().forward(np.array([-2.0, 0.0, 3.0]), ())[0].tolist()
        [0.0, 0.0, 3.0]
    """

    def forward(self, x: Array, parameters: Parameters) -> tuple[Array, Array]:
        """Any shape; the result is kept."""
        y = np.maximum(x, 0)
        return y, y

    def backward(
        self,
        slope: Array,
        kept: Array,
        parameters: Parameters,
        below: bool = True,
    ) -> tuple[Array | None, Parameters]:
        """Slope by x."""
        return slope * (kept > 0), ()


@dataclass(frozen=True)
class MaxPooling(Layer):
    """The largest number of each window: y[c, i, j] = max over u, v of x[c, i·s + u, j·s + v].

    Backwards, δ goes to the number that was taken, the first of equal ones, as in torch; the others had no part in it.

    Args:
        size: f, side of the window.
        stride: s; windows lie side by side by default.

    Example:
        >>> x = np.array([[1.0, 5, 2, 2], [3, 4, 2, 0]])[None, :, :, None]
        >>> y, kept = MaxPooling(2).forward(x, ())
        >>> y.ravel().tolist()
        [5.0, 2.0]
        >>> MaxPooling(2).backward(np.ones_like(y), kept, ())[0][0, :, :, 0].tolist()
        [[0.0, 1.0, 1.0, 0.0], [0.0, 0.0, 0.0, 0.0]]
    """

    size: int
    stride: int | None = None

    def output_hw(self, size_hw: tuple[int, int]) -> tuple[int, int]:
        """(height, width) of the result."""
        stride = self.stride or self.size
        return output_size(size_hw[0], self.size, stride), output_size(size_hw[1], self.size, stride)

    def forward(self, x: Array, parameters: Parameters) -> tuple[Array, tuple[Array, Array]]:
        """(C, H, W, N) → (C, h, w, N); both are kept."""
        first, *others = self._places(x)
        y = first.copy()
        for place in others:
            np.maximum(y, place, out=y)
        return y, (x, y)

    def backward(
        self,
        slope: Array,
        kept: tuple[Array, Array],
        parameters: Parameters,
        below: bool = True,
    ) -> tuple[Array | None, Parameters]:
        """Slope by x."""
        x, y = kept
        by_x = np.zeros_like(x)
        left = slope.copy()  # what no number of the window has claimed yet
        for place, into in zip(self._places(x), self._places(by_x), strict=True):
            claimed = left * (place == y)
            into += claimed
            left -= claimed
        return by_x, ()

    def _places(self, x: Array) -> list[Array]:
        """For each place in the window, what lies there in all windows: a view (C, h, w, N)."""
        stride = self.stride or self.size
        height, width = self.output_hw(x.shape[1:3])
        return [
            x[:, u : u + (height - 1) * stride + 1 : stride, v : v + (width - 1) * stride + 1 : stride]
            for u in range(self.size)
            for v in range(self.size)
        ]


@dataclass(frozen=True)
class Flatten(Layer):
    """Maps as one column of numbers for each picture, channel by channel, row by row; backwards the same way back.

    Example:
        >>> Flatten().forward(np.zeros((16, 4, 4, 100)), ())[0].shape
        (256, 100)
    """

    def forward(self, x: Array, parameters: Parameters) -> tuple[Array, tuple[int, ...]]:
        """(C, H, W, N) → (C·H·W, N); the shape is kept."""
        return x.reshape(-1, x.shape[-1]), x.shape

    def backward(
        self,
        slope: Array,
        kept: tuple[int, ...],
        parameters: Parameters,
        below: bool = True,
    ) -> tuple[Array | None, Parameters]:
        """Slope by x."""
        return slope.reshape(kept), ()


@dataclass(frozen=True)
class Dense(Layer):
    """Every output sees every input: y = w · x + b.

    Backwards: by w: δ · xᵀ;   by b: Σ over pictures of δ;   by x: wᵀ · δ.

    Args:
        inputs: how many.
        outputs: how many.

    Example:
        >>> Dense(2, 1).forward(np.array([[3.0], [4.0]]), (np.array([[10.0, 1.0]]), np.array([0.5])))[0].item()
        34.5
    """

    inputs: int
    outputs: int

    def start(self, generator: np.random.Generator) -> Parameters:
        """(outputs, inputs) weights, (outputs,) bias."""
        return draw(generator, self.outputs, (self.inputs,))

    def forward(self, x: Array, parameters: Parameters) -> tuple[Array, Array]:
        """(inputs, N) → (outputs, N); x is kept."""
        weights, bias = parameters
        return weights @ x + bias[:, None], x

    def backward(
        self, slope: Array, kept: Array, parameters: Parameters, below: bool = True
    ) -> tuple[Array | None, Parameters]:
        """Slopes by x, and by weights and bias."""
        weights, _ = parameters
        return weights.T @ slope if below else None, (slope @ kept.T, slope.sum(axis=1))
