"""The challenge sets: the test pictures, altered as the wild alters them. Each is one small function.

A set takes a batch, (N, H, W, C) uint8, and the samples' ids, and gives a batch of the same shape. What is random is a
function of the ids alone, so that every model meets the same pictures.

To add a set: write the function, and add a line to `SETS` with what it does in a few words.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from jaxtyping import UInt8

from hardy.rng import draw, id_words

Alter = Callable[[UInt8[np.ndarray, "n h w c"], list[str]], UInt8[np.ndarray, "n h w c"]]

ROTATION_DEG = 15.0
NOISE_STD = 0.155
DARKER = 0.5
LOW_CONTRAST = 0.4


def invert(images: UInt8[np.ndarray, "n h w c"], _ids: list[str]) -> UInt8[np.ndarray, "n h w c"]:
    """255 − value.

    Source: the handbook, part 9, "Inverted".
    """
    return 255 - images


def shift_px(width: int) -> int:
    """How far `shift` moves a picture of this width: 4 pixels at MNIST's 28, and in proportion elsewhere.

    Example:
        >>> shift_px(28), shift_px(224), shift_px(8)
        (4, 32, 1)
    """
    return max(1, round(width * 4 / 28)) if width > 1 else 0


def shift(images: UInt8[np.ndarray, "n h w c"], _ids: list[str]) -> UInt8[np.ndarray, "n h w c"]:
    """To the right; the column at the left border is repeated into the room that this leaves.

    Source: the handbook, part 9, "Shifted", whose `np.roll` without an axis also moves what leaves on the right into
    the next row; on MNIST, whose border is empty, both give the same pictures.
    """
    by = shift_px(images.shape[2])
    moved = np.empty_like(images)
    moved[:, :, by:] = images[:, :, : images.shape[2] - by]
    moved[:, :, :by] = images[:, :, :1]
    return moved


def rotate(images: UInt8[np.ndarray, "n h w c"], _ids: list[str]) -> UInt8[np.ndarray, "n h w c"]:
    """By 15° against the clock, the most that is advised for things seen head-on; the border is repeated outwards."""
    height, width = images.shape[1:3]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), ROTATION_DEG, 1.0)
    return _each(
        images,
        lambda image: cv2.warpAffine(
            image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        ),
    )


def blur_sigma(width: int) -> float:
    """The deviation of `blur` in pixels: 1 at MNIST's 28, as the lecture has it, and in proportion elsewhere."""
    return max(0.5, width / 28)


def blur(images: UInt8[np.ndarray, "n h w c"], _ids: list[str]) -> UInt8[np.ndarray, "n h w c"]:
    """A Gaussian, as a lens out of focus."""
    sigma = blur_sigma(images.shape[2])
    return _each(images, lambda image: cv2.GaussianBlur(image, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE))


def darken(images: UInt8[np.ndarray, "n h w c"], _ids: list[str]) -> UInt8[np.ndarray, "n h w c"]:
    """Half as bright, as dusk or a dim room."""
    return (images * np.float32(DARKER) + np.float32(0.5)).astype(np.uint8)


def flatten_contrast(images: UInt8[np.ndarray, "n h w c"], _ids: list[str]) -> UInt8[np.ndarray, "n h w c"]:
    """40% of the contrast about mid-grey, as fog or a grey belt under the part."""
    return (np.float32(127.5) + (images - np.float32(127.5)) * np.float32(LOW_CONTRAST) + np.float32(0.5)).astype(
        np.uint8
    )


def add_noise(images: UInt8[np.ndarray, "n h w c"], ids: list[str]) -> UInt8[np.ndarray, "n h w c"]:
    """Gaussian noise with a deviation of 0.155 of the range, as a sensor in the dark.

    Source: the lecture's random noise; Box and Muller's transform of our own uniform numbers.
    """
    values = int(np.prod(images.shape[1:]))
    pairs = -(-values // 2)
    uniform = draw(0, 0, id_words(ids), np.zeros(len(ids), np.int64), "challenge:noise", 2 * pairs)
    radius = np.sqrt(-2 * np.log1p(-uniform[:, :pairs]))
    angle = 2 * np.pi * uniform[:, pairs:]
    normal = np.concatenate([radius * np.cos(angle), radius * np.sin(angle)], axis=1)[:, :values]
    noisy = images + 255 * NOISE_STD * normal.reshape(images.shape)
    return np.clip(noisy + 0.5, 0, 255).astype(np.uint8)


def _each(
    images: UInt8[np.ndarray, "n h w c"], function: Callable[[np.ndarray], np.ndarray]
) -> UInt8[np.ndarray, "n h w c"]:
    out = np.empty_like(images)
    for place, image in enumerate(images):
        out[place] = function(image).reshape(image.shape)  # OpenCV drops a last axis of one
    return out


@dataclass(frozen=True)
class ChallengeSet:
    """One way to alter the test pictures.

    Args:
        alter: the function; None leaves them as they are.
        describe: says for a (height, width) what was done, with figures.
    """

    alter: Alter | None
    describe: Callable[[tuple[int, int]], str]


SETS: dict[str, ChallengeSet] = {
    "test": ChallengeSet(None, lambda _: "as they are"),
    "inverted": ChallengeSet(invert, lambda _: "light and dark exchanged"),
    "shifted": ChallengeSet(shift, lambda size: f"moved {shift_px(size[1])} of {size[1]} pixels to the right"),
    "rotated": ChallengeSet(rotate, lambda _: f"turned by {ROTATION_DEG:.0f}°"),
    "blurred": ChallengeSet(blur, lambda size: f"Gaussian blur of {blur_sigma(size[1]):.1f} pixels"),
    "darker": ChallengeSet(darken, lambda _: f"{DARKER:.0%} as bright"),
    "low-contrast": ChallengeSet(flatten_contrast, lambda _: f"{LOW_CONTRAST:.0%} of the contrast, about mid-grey"),
    "noisy": ChallengeSet(add_noise, lambda _: f"Gaussian noise, {NOISE_STD:.3g} of the range"),
}
