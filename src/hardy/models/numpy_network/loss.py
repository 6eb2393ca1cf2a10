"""From scores to probabilities, and how wrong they are."""

import numpy as np

Array = np.ndarray


def softmax(scores: Array) -> Array:
    """Probabilities of the classes: p[k] = exp(z[k]) / Σ over j of exp(z[j]).

    The largest score is taken from all first, which changes nothing in the quotient, and exp cannot overflow.

    Args:
        scores: (classes, N).

    Example:
        >>> softmax(np.array([[1000.0], [1000.0], [0.0]])).ravel().tolist()
        [0.5, 0.5, 0.0]
    """
    powers = np.exp(scores - scores.max(axis=0))
    return powers / powers.sum(axis=0)


def cross_entropy(scores: Array, targets: Array) -> tuple[float, Array]:
    """The loss, −Σ over k of t[k] · log p[k] with p the softmax, its mean over the pictures; and its slope.

    Of softmax and logarithm together no more is left than p − t, over the number of pictures.

    Args:
        scores: (classes, N), before softmax: it goes once.
        targets: (N,) numbers of classes, or (classes, N) shares, which add up to 1 for each picture.

    Returns:
        The loss, and its slope by each score, (classes, N).

    Example:
        >>> loss, slope = cross_entropy(np.zeros((4, 1)), np.array([2]))
        >>> round(loss, 4), slope.ravel().tolist()  # log 4: a guess among four
        (1.3863, [0.25, 0.25, -0.75, 0.25])
    """
    count = scores.shape[1]
    if targets.ndim == 1:
        targets = (np.arange(len(scores))[:, None] == targets).astype(scores.dtype)
    shifted = scores - scores.max(axis=0)
    log_sum = np.log(np.exp(shifted).sum(axis=0))
    loss = -(targets * (shifted - log_sum)).sum() / count
    return float(loss), (np.exp(shifted - log_sum) - targets) / count
