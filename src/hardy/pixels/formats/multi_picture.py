"""How many pictures a multi-picture JPEG (.mpo, panoramas, 3D cameras, pictures with a gain map) holds."""

import struct

_COUNT, _ENTRIES = 0xB001, 0xB002
_ENTRY_SIZE = 16
_PREVIEWS = 0x01


def count_pictures(segment: bytes) -> int:
    """The number of pictures, smaller previews of the first not counted; 1 where the segment makes no sense.

    Args:
        segment: an APP2 segment's content behind "MPF" and a zero byte.

    Example:
        >>> count_pictures(b"")
        1

    Source: CIPA DC-007, "Multi-Picture Format", 5.2: an index in the form of TIFF. Of each picture's entry the three
        low bytes of its attribute say what it is; the highest of them is 1 for previews ("large thumbnails").
    """
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(segment[:4])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(f"{order}I", segment, 4)
        (tags,) = struct.unpack_from(f"{order}H", segment, start)
        found = {}
        for place in range(start + 2, start + 2 + 12 * min(tags, 16), 12):
            tag, _, _, value = struct.unpack_from(f"{order}HHII", segment, place)
            found[tag] = value
        entries = found[_ENTRIES]
        count = min(found[_COUNT], max(0, len(segment) - entries) // _ENTRY_SIZE)
        kinds = [struct.unpack_from(f"{order}I", segment, entries + _ENTRY_SIZE * row)[0] for row in range(count)]
    except (struct.error, KeyError):
        return 1
    return max(1, sum(kind >> 16 & 0xFF != _PREVIEWS for kind in kinds))
