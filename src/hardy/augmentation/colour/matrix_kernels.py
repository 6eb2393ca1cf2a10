# mypy: disable-error-code="no-untyped-def"
"""The matrix of `ColorJitter` for a whole batch, compiled: in NumPy it costs more than the pixels of small pictures."""

import numpy as np

from hardy.kernel import kernel


@kernel
def jitter_matrices(brightness, contrast, saturation, turn, order, places, grey, means, matrices):
    """All four in one; `places` (4, orders) says at which place each stands, in the order of the arguments.

    Brightness and contrast are scales, which commute with everything, and saturation and hue leave grey alone; so all
    that the order decides is which hue the two greys see. The turn is that of Rodrigues about (1, 1, 1).
    """
    hue, turned, shares, seen = np.empty((3, 3)), np.empty(3), np.empty(3), np.empty(3)
    for n in range(len(matrices)):
        angle = 2 * np.pi * turn[n]
        cosine, sine = np.cos(angle), np.sin(angle) / np.sqrt(3.0)
        for row in range(3):
            for column in range(3):
                side = (column - row) % 3  # 0 the diagonal, 1 after it, 2 before it
                around = cosine if side == 0 else (-sine if side == 1 else sine)
                hue[row, column] = around + (1.0 - cosine) / 3.0
        own = order[n]
        contrast_at, saturation_at, hue_at = places[1, own], places[2, own], places[3, own]
        share = saturation[n]
        for column in range(3):
            turned[column] = grey[0] * hue[0, column] + grey[1] * hue[1, column] + grey[2] * hue[2, column]
            shares[column] = turned[column] if hue_at < saturation_at else grey[column]
            if saturation_at < hue_at:
                turned[column] = share * turned[column] + (1.0 - share) * grey[column]
            seen[column] = turned[column] if hue_at < contrast_at else grey[column]
        mean = seen[0] * means[n, 0] + seen[1] * means[n, 1] + seen[2] * means[n, 2]
        scale = brightness[n] * contrast[n]
        for row in range(3):
            for column in range(3):
                mixed = share * hue[row, column] + (1.0 - share) * shares[column]
                matrices[n, row, column] = scale * mixed
            matrices[n, row, 3] = (1.0 - contrast[n]) * brightness[n] * mean
