# mypy: disable-error-code="no-untyped-def"
"""Uniform numbers spread over ranges, for a whole batch; operation for operation as `transform.between` does it."""

from hardy.kernel import kernel


@kernel
def spread(uniform, extents, found):
    """Number k of each sample into the range k of (m, 2), into row k of found (m, n)."""
    for k in range(len(extents)):
        low, size = extents[k, 0], extents[k, 1] - extents[k, 0]
        for n in range(len(uniform)):
            found[k, n] = low + uniform[n, k] * size
