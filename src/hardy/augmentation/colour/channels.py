"""Numbers for each channel: a plan is drawn before it is known how many channels the pictures have."""

from jaxtyping import Shaped
from numpy import ndarray

from hardy.errors import ShapeError

MOST = 16


def for_channels(numbers: Shaped[ndarray, "n most"], channels: int) -> Shaped[ndarray, "n c"]:
    """As many of a sample's `MOST` numbers as there are channels.

    Raises:
        ShapeError: there are more channels than numbers.
    """
    if channels > MOST:
        raise ShapeError(f"expected at most {MOST} channels where each gets a number of its own, got {channels}")
    return numbers[:, :channels]
