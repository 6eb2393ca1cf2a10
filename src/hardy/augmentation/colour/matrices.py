"""What changes of colour are made of: scales and offsets, grey, saturation, hue; a matrix for each sample."""

import numpy as np
from jaxtyping import Float64

Column = Float64[np.ndarray, "n"]

GREY = np.array([0.299, 0.587, 0.114])  # red, green, blue in a grey, as Pillow, OpenCV and torchvision (ITU-R BT.601)
_AROUND = np.array([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]]) / np.sqrt(3)


def grey_shares(channels: int) -> Float64[np.ndarray, "c"]:
    """What each channel gives to the grey: of three by how bright it looks, otherwise all the same."""
    return GREY if channels == 3 else np.full(channels, 1 / channels)


def scaled(scale: Column, offset: Column, channels: int) -> Float64[np.ndarray, "n c c1"]:
    """scale · value + offset, the same for all channels."""
    matrix = scale[:, None, None] * np.eye(channels, channels + 1)
    matrix[:, :, -1] = offset[:, None]
    return matrix


def each_scaled(scales: Float64[np.ndarray, "n c"]) -> Float64[np.ndarray, "n c c1"]:
    """scale · value, with a scale for each channel."""
    return scales[:, :, None] * np.eye(scales.shape[1], scales.shape[1] + 1)


def saturated(factor: Column) -> Float64[np.ndarray, "n 3 3"]:
    """factor · colour + (1 − factor) · its grey."""
    return factor[:, None, None] * np.eye(3) + (1 - factor)[:, None, None] * GREY


def hue_turned(turn: Column) -> Float64[np.ndarray, "n 3 3"]:
    """A turn of the colour cube about its grey axis; 1 is all the way round, ⅓ takes red to green.

    Example:
        >>> hue_turned(np.array([1 / 3]))[0].round(6) @ [1, 0, 0]
        array([0., 1., 0.])

    Source: the rotation of Rodrigues about (1, 1, 1).
    """
    angle = 2 * np.pi * turn[:, None, None]
    return np.cos(angle) * np.eye(3) + (1 - np.cos(angle)) / 3 + np.sin(angle) * _AROUND


def with_offset(linear: Float64[np.ndarray, "n c c"], offset: Column) -> Float64[np.ndarray, "n c c1"]:
    """A linear part, and the same offset for all channels."""
    column = np.broadcast_to(offset[:, None, None], (*linear.shape[:2], 1))
    return np.concatenate([linear, column], axis=2)
