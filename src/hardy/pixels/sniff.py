"""Which kind of picture some bytes are. Names of files are never asked."""

_SIGNATURES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
    *((b"P%d" % kind, "PPM") for kind in range(1, 7)),
)


def sniff(data: bytes) -> str | None:
    """The format that the first bytes tell, or None.

    Example:
        >>> sniff(b"GIF89a")
        'GIF'
    """
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    return "WEBP" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None
